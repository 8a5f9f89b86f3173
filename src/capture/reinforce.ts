import { STOP_WORDS, stem, words } from '../core/text.ts';
import { differentQuantity, type Fact, isNegated, readFact } from '../memory/fact.ts';
import { sentencesOf } from './known-text.ts';

// The bounds come from case C24: a plain share would never let a paragraph be reinforced by the reply that uses it.
const SHARE_MIN = 0.7;
const LONG_STEMS = 15;
const LONG_SHARED_MIN = 12;
const LONG_SHARE_MIN = 0.35;
const CONFIDENCE_STEP = 0.02;

/** A stem below this length no longer says which word it was: `bus` would become `bu`, and `being` `be`. */
const STEM_CHARS_MIN = 3;

/** The stem of a folded word, or the word itself where it is too short to be stemmed (red, bus, sing, being). */
export function guardedStem(word: string): string {
  if (word.length <= STEM_CHARS_MIN) return word;
  const result = stem(word);
  return result.length < STEM_CHARS_MIN ? word : result;
}

/** A line of a context pack: its echo says that the pack was there, not that it was used. */
const PACK_LINE = /^\s{0,8}(?:[-*]\s{1,4})?\[[SMD]\d{1,4}\] .*$/gm;

/**
 * Tells of a reply which memories it says again: 70% of a memory's distinct stems are in the reply, or, for a memory of more than 15, at
 * least 12 of them and 35%. Words without a topic do not count. Lines of a context pack, questions and conditions never count, and a
 * reply that denies what the memory says, says what it denies, or names another number does not say it again.
 */
export function reinforcedBy(replyText: string): (memoryText: string) => boolean {
  const stated = sentencesOf(replyText.replace(PACK_LINE, '')).filter((sentence) => !ASKS_OR_SUPPOSES.test(sentence));
  const reply = distinctStems(stated.join('\n'));
  let sentences: Sentence[] | undefined;
  return (memoryText) => {
    const memory = distinctStems(memoryText);
    if (memory.size === 0) return false;
    const shared = countShared(memory, reply);
    const share = shared / memory.size;
    const isLong = memory.size > LONG_STEMS && shared >= LONG_SHARED_MIN && share >= LONG_SHARE_MIN;
    if (share < SHARE_MIN && !isLong) return false;
    sentences ??= readSentences(stated);
    return !contradicts(sentences, readSentences(sentencesOf(memoryText)));
  };
}

const ASKS_OR_SUPPOSES = /\?\W*$|^\W*(?:if|unless|suppose|assuming|si|wenn|falls)\s/i;
/** Says of a whole statement that it does not hold, or no more. */
const DENIES =
  /\b(?:wrong|false|untrue|incorrect|no longer|instead of|faux|fausse|inexacte?|falsch|keineswegs)\b|\b(?:ne|n['’])\s?\S+ plus\b/i;

interface Sentence {
  stems: ReadonlySet<string>;
  denied: boolean;
  fact: Fact;
}

function readSentences(sentences: readonly string[]): Sentence[] {
  return sentences.map((text) => ({
    stems: distinctStems(text),
    denied: isNegated(text) || DENIES.test(text),
    fact: readFact(text),
  }));
}

/** Whether some sentence of the memory is in the reply with the opposite yes or no, or with another number, and not as it is. */
function contradicts(reply: readonly Sentence[], memory: readonly Sentence[]): boolean {
  return memory.some(({ stems, denied, fact }) => {
    if (stems.size === 0) return false;
    const again = reply.filter((said) => countShared(stems, said.stems) >= stems.size * SHARE_MIN);
    return again.length > 0 && again.every((said) => said.denied !== denied || differentQuantity(fact, said.fact));
  });
}

function countShared(of: ReadonlySet<string>, among: ReadonlySet<string>): number {
  let shared = 0;
  for (const one of of) if (among.has(one)) shared += 1;
  return shared;
}

/** Confidence after one reinforcement: 0.02 more, never above 1, never lower than it was. */
export function raiseConfidence(confidence: number): number {
  // Rounded, or the sum of many steps would show as 0.8200000000000001.
  return Math.min(1, Math.max(confidence, Math.round((confidence + CONFIDENCE_STEP) * 1e6) / 1e6));
}

function distinctStems(text: string): Set<string> {
  const stems = new Set<string>();
  for (const word of words(text)) if (!STOP_WORDS.has(word)) stems.add(guardedStem(word));
  return stems;
}
