import type { MemoryType } from '../memory/memory.ts';
import { cue } from './cue.ts';
import type { Language } from './language.ts';
import { DEICTIC_START, PAST, PERSON_START, SYMPTOM, VOLATILE_SUBJECT } from './lexicon.ts';
import type { RuleForms } from './rule.ts';
import { ENGLISH } from './rules-english.ts';
import { FRENCH } from './rules-french.ts';
import { GERMAN } from './rules-german.ts';

/** A form in which people state something worth keeping. The first rule that fits a statement names its type. */
export interface ExtractRule {
  id: string;
  type: MemoryType;
  forms: Partial<Record<Language, RuleForms>>;
  /** Whatever the language, none of these may fit. */
  none: readonly RegExp[];
  /** A rule that is not firm yields to what tells of the moment. */
  firm: boolean;
}

/** In the order in which they are tried: from the most telling form to the plainest. */
const TYPES: readonly (readonly [id: string, type: MemoryType, none?: readonly RegExp[]])[] = [
  ['correction', 'project'],
  ['identity', 'identity'],
  ['adaptation', 'adaptation'],
  ['preference', 'preference'],
  ['definition', 'knowledge'],
  ['decision', 'project'],
  ['requirement', 'project'],
  ['practice', 'project', [SYMPTOM]],
  ['event', 'episodic'],
  ['finding', 'knowledge'],
  ['explicit', 'project'],
  ['fact', 'project', [SYMPTOM, VOLATILE_SUBJECT, DEICTIC_START, PERSON_START, PAST]],
  ['state', 'project', [SYMPTOM, VOLATILE_SUBJECT, DEICTIC_START, PERSON_START, PAST]],
];

export const RULES: readonly ExtractRule[] = TYPES.map(([id, type, none = []]) => {
  const forms = { english: ENGLISH[id], french: FRENCH[id], german: GERMAN[id] };
  return { id, type, forms, none, firm: Object.values(forms).every((form) => form?.firm !== false) };
});

/** A heading under which every plain item counts. */
export const HEADING_CUES = cue(
  'decisions?|decided|constraints?|requirements?|conventions?|rules|ground rules|preferences?|agreed|agreements?|settled|facts|specs?|limits?|must[- ]haves?|non-negotiables?|key numbers|décisions?|décidé|acté|contraintes?|exigences?|règles|préférences?|entscheidungen|beschlossen|vorgaben|anforderungen|regeln',
);

/** A heading under which nothing counts: what is to be done, asked or weighed. */
export const OPEN_HEADING_CUES = cue(
  'to-?dos?|tasks?|next steps?|action items?|open (?:questions?|points?|issues?)|questions?|ideas?|options?|alternatives?|proposals?|suggestions?|brainstorm(?:ing)?|candidates?|pros|cons|steps to reproduce|expected|actual|draft|wish ?list|backlog|maybe|could|might|à faire|idées|pistes|propositions|offene (?:punkte|fragen)|ideen|vorschläge',
);
