import { STOP_WORDS, stem, words } from '../core/text.ts';

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
 * least 12 of them and 35%. Words without a topic do not count, so a negation is not seen. Lines of a context pack never count.
 */
export function reinforcedBy(replyText: string): (memoryText: string) => boolean {
  const reply = distinctStems(replyText.replace(PACK_LINE, ''));
  return (memoryText) => {
    const memory = distinctStems(memoryText);
    if (memory.size === 0) return false;
    let shared = 0;
    for (const one of memory) if (reply.has(one)) shared += 1;
    const share = shared / memory.size;
    if (share >= SHARE_MIN) return true;
    return memory.size > LONG_STEMS && shared >= LONG_SHARED_MIN && share >= LONG_SHARE_MIN;
  };
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
