import {
  caught,
  isNameOfWords,
  isNextParagraph,
  isPasswordLike,
  isPlaced,
  isRandomRun,
  isToldPassword,
} from './looks-secret.ts';
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

/** What is called after passwords: `we use … as password manager`. */
const THINGS =
  'manager|hash|stor|safe|vault|input|field|generator|database|encod|prompt|policy|provider|backend|algorithm';

/** With no verb between, only letters and several digits in one, or what nobody would write but as a password. */
const bare = (match: RegExpMatchArray): boolean => {
  const value = caught(match).replace(/[.!]+$/, '');
  return (
    !isNameOfWords(value, 2.5) &&
    isToldPassword(value) &&
    (isPasswordLike(value) || /^\p{L}{3,}[\p{L}\d]*\d{2,}$/u.test(value))
  );
};

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
    accept: (match) => isToldPassword(caught(match)) && !isPlaced(match) && !isNextParagraph(match),
  },
  {
    kind: 'token',
    needs: ['schlüssel', 'zugriffstoken', 'zugangstoken', 'clé', 'clef', 'jeton'],
    pattern:
      /(?<![\p{L}\p{N}_])(?:[a-zäöüß]*schlüssel|zugriffstoken|zugangstoken|clés?|clefs?|jetons?)(?![\p{L}\p{N}_])[^\n]{0,60}?[\s:="'`([]([A-Za-z0-9+/_-]{20,600}={0,2})(?![A-Za-z0-9+/_-])/giu,
    accept: (match) => isRandomRun(caught(match)),
  },
  {
    // Before its word: `… is the password of the NAS`, `we use … as wifi password`.
    kind: 'password',
    needs: PASSWORD_NEEDS,
    pattern: new RegExp(
      `(?<=^|[\\s"'\`])([^\\s"'\`<>,;()]{8,200})["'\`]?\\s(?:is|as|ist|als|est|comme)\\s(?:[\\p{L}-]{1,12}\\s){0,2}(?:\\p{L}{1,12}-)?(?:password|passwort|kennwort|passphrase|passcode|mot de passe|mdp)(?![\\p{L}\\p{N}_-])(?!\\s(?:${THINGS}))`,
      'giu',
    ),
    accept: bare,
  },
  {
    // Right behind it, and the last of its line or followed by what it is for.
    kind: 'password',
    needs: PASSWORD_NEEDS,
    pattern:
      /(?<![\p{L}\p{N}_-])(?:password|passwort|kennwort|passphrase|pw|mot de passe|mdp)\s["'`]?([^\s"'`<>,;()]{8,200})["'`]?(?=[.!]?(?:\n|$)|\s(?:for|für|pour)\s)/giu,
    accept: bare,
  },
  {
    kind: 'password',
    needs: ['psk', 'pre-shared', 'preshared'],
    pattern:
      /(?<![\p{L}\p{N}_])(?:psk|pre-?shared[ -]key)(?![\p{L}\p{N}_])[^\n.:=]{0,32}?(?:\s(?:is|ist|est)|:)\s{1,3}["'`]?([^\s"'`<>,;()]{8,200})/giu,
    accept: (match) => isPasswordLike(caught(match)),
  },
  {
    // Bare hexadecimal digits are mostly checksums; after these names they are keys.
    kind: 'token',
    needs: ['api key', 'api-key', 'api_key', 'apikey', 'api-schlüssel', 'clé api', "clé d'api", 'clé d’api'],
    pattern:
      /(?<![\p{L}\p{N}_])(?:api[ _-]key|apikey|api-schlüssel|clé (?:d['’])?api)(?![\p{L}\p{N}_])[^\n.]{0,48}?(?:\s(?:is|ist|est)|\s{0,2}[:=|])\s{1,3}["'`]?([0-9a-f]{32,64})(?![\p{L}\p{N}_-])/giu,
    accept: (match) => !/hash|fingerprint|finger|sha|md5|sum|digest|commit|\bid\b|empreinte/i.test(match[0]),
  },
  {
    kind: 'pin',
    needs: ['PIN'],
    pattern: /\bPIN\s(\d{4,8})\s(?:opens|unlocks|öffnet|entsperrt|ouvre)\b/g,
  },
];
