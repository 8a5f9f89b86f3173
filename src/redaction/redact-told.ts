import { caught, isRandomRun, isToldPassword } from './looks-secret.ts';
import { PASSWORD_NEEDS, PASSWORD_WORDS } from './redact-phrases.ts';
import type { SecretPattern } from './redact-tokens.ts';

const TOLD_WORDS = `[a-zäöüß]*passwort|[a-zäöüß]*kennwort|${PASSWORD_WORDS}|(?:wi-?fi|wlan)[ -](?:key|code|schlüssel)|(?:code|clé|clef) (?:du )?wi-?fi`;
const TOLD_NEEDS = [
  ...PASSWORD_NEEDS,
  'fi key',
  'fi code',
  'fi-key',
  'fi-code',
  'schlüssel',
  'wlan',
  ' wifi',
  ' wi-fi',
];
const TOLD_VERBS = 'is|was|will be|to|now|ist|lautet|war|wird|auf|jetzt|est|était|sera|à|maintenant';
const TOLD_TIMES = 'now |still |jetzt |nun |maintenant |désormais ';

/** Secrets that are told in English, German or French with other words between their name and their value. */
export const TOLD_PATTERNS: readonly SecretPattern[] = [
  {
    // With other words between: `das Passwort für die Datenbank ist …`, `the password is: …`.
    kind: 'password',
    needs: TOLD_NEEDS,
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}_])(?:${TOLD_WORDS})(?![\\p{L}\\p{N}_])[^\\n.:=]{0,48}?(?:\\s(?:${TOLD_VERBS})\\s{0,2}:?|\\s{0,2}:)\\s{1,3}(?:${TOLD_TIMES})?["'\`]?([^\\s"'\`<>,;()]{6,200})`,
      'giu',
    ),
    accept: (match) => isToldPassword(caught(match)),
  },
  {
    kind: 'token',
    needs: ['schlüssel', 'zugriffstoken', 'zugangstoken', 'clé', 'clef', 'jeton'],
    pattern:
      /(?<![\p{L}\p{N}_])(?:[a-zäöüß]*schlüssel|zugriffstoken|zugangstoken|clés?|clefs?|jetons?)(?![\p{L}\p{N}_])[^\n]{0,60}?[\s:="'`([]([A-Za-z0-9+/_-]{20,600}={0,2})(?![A-Za-z0-9+/_-])/giu,
    accept: (match) => isRandomRun(caught(match)),
  },
];
