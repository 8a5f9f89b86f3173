import { createRequire } from 'node:module';

type Counter = (text: string) => number;

let counter: Counter | undefined;

/**
 * Tokens of a text by o200k, exactly. The table behind it takes about 0.2 s and 58 MB to load, so it loads at the first count; text
 * that looks like a special token is counted as ordinary text, since documents are data.
 */
export function countTokens(text: string): number {
  if (!counter) {
    const { countTokens: count } = createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_base') as {
      countTokens: (text: string, options: { disallowedSpecial: Set<string> }) => number;
    };
    const none = { disallowedSpecial: new Set<string>() };
    counter = (input) => count(input, none);
  }
  return counter(text);
}

const counted = new Map<string, number>();
const COUNTED_MAX = 20_000;
/** Longer texts are rarely asked for twice and would make the cache large. */
const COUNTED_CHARS_MAX = 4_000;

/** Like `countTokens`, remembered: the entries of packs are the same from call to call. */
export function countTokensCached(text: string): number {
  const known = counted.get(text);
  if (known !== undefined) return known;
  const tokens = countTokens(text);
  if (text.length > COUNTED_CHARS_MAX) return tokens;
  if (counted.size >= COUNTED_MAX) counted.clear();
  counted.set(text, tokens);
  return tokens;
}
