import { foldText, words } from '../core/text.ts';

const ASCII = 128;
const SEPARATOR = 0;
const WORD = 1;
/** Outside ASCII: a dash or a quotation mark separates words, a letter asks for other rules. */
const UNKNOWN = 2;
/** One for every UTF-16 unit, so that no look-up lies outside. */
const KIND = Uint8Array.from({ length: 65_536 }, (_, code) =>
  code >= ASCII ? UNKNOWN : /[a-z0-9]/.test(String.fromCharCode(code)) ? WORD : SEPARATOR,
);
const LETTER = /^[\p{L}\p{N}\p{Co}]/u;
const Y = 'y'.charCodeAt(0);
const I = 'i'.charCodeAt(0);

/** Whether a word that begins with two ASCII characters may have the stem of a term. */
export type Beginnings = (first: number, second: number) => boolean;

/**
 * A word and its Porter stem begin alike: the stemmer changes the ends of words and leaves at least one character; of the first two only
 * a `y` may become an `i`. Terms that are no ASCII are met by no ASCII word.
 */
export function createBeginnings(terms: readonly { stem: string }[]): Beginnings {
  const known = new Uint8Array(ASCII * ASCII);
  for (const term of terms) {
    const first = term.stem.charCodeAt(0);
    const second = term.stem.charCodeAt(1);
    if (!(first < ASCII)) continue;
    if (Number.isNaN(second)) known.fill(1, first * ASCII, (first + 1) * ASCII);
    else if (second < ASCII) {
      known[first * ASCII + second] = 1;
      if (second === I) known[first * ASCII + Y] = 1;
    }
  }
  return (first, second) => known[first * ASCII + second] === 1;
}

/**
 * Calls `visit` with the words of a text, and their places, that may match; answers how many words the text has. Words are cut as `words`
 * cuts them, and most of them are passed over without being made a string.
 */
export function eachWord(text: string, mayMatch: Beginnings, visit: (word: string, place: number) => void): number {
  const folded = foldText(text);
  const length = folded.length;
  const met: [start: number, end: number, place: number][] = [];
  let place = 0;
  let at = 0;
  while (at < length) {
    const first = folded.charCodeAt(at);
    at += 1;
    const kind = KIND[first]!;
    if (kind === SEPARATOR) continue;
    if (kind === UNKNOWN) {
      if (LETTER.test(folded.slice(at - 1, at + 1))) return eachWordOf(words(folded), visit);
      continue;
    }
    const start = at - 1;
    while (at < length && KIND[folded.charCodeAt(at)] === WORD) at += 1;
    if (at - start === 1 || mayMatch(first, folded.charCodeAt(start + 1))) met.push([start, at, place]);
    place += 1;
  }
  for (const [start, end, where] of met) visit(folded.slice(start, end), where);
  return place;
}

/** Text with letters that are no ASCII is cut by the rules of Unicode. */
function eachWordOf(all: readonly string[], visit: (word: string, place: number) => void): number {
  for (const [place, word] of all.entries()) visit(word, place);
  return all.length;
}
