import { stemmer } from 'stemmer';

/** English function words and frame words that carry no topic; queries drop them, ranking never sees them. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above after again against all also am an and any are aren as at be because been before being below between both but by ' +
    'can cannot could couldn did didn do does doesn doing don down during each else etc ever few for from further get gets got had hadn has ' +
    'hasn have haven having he her here hers herself him himself his how however i if in into is isn it its itself just let ll me might more ' +
    'most must mustn my myself no nor not now of off on once one only onto or other our ours ourselves out over own per please re s same shall ' +
    'shan she should shouldn so some such t than that the their theirs them themselves then there these they this those through thus to too ' +
    'under until up upon us ve very via was wasn we were weren what when where whether which while who whom whose why will with within without won ' +
    'would wouldn you your yours yourself yourselves'
  ).split(' '),
);

const WORD = /[\p{L}\p{N}\p{Co}]+/gu;
/** The same for text of which all characters are ASCII, several times as fast. */
const ASCII_WORD = /[a-z0-9]+/g;
const ASCII = /^[\x00-\x7f]*$/;

/** Lower-cased words with diacritics removed, cut exactly where SQLite's `unicode61` tokenizer cuts. */
export function words(text: string): string[] {
  const folded = foldText(text);
  return folded.match(ASCII.test(folded) ? ASCII_WORD : WORD) ?? [];
}

/** Lower case without diacritics, as `unicode61 remove_diacritics 2` folds. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower;
  // The micro sign of the Latin-1 keyboards and the Greek letter are one to unicode61, and look alike to people.
  return lower.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('\u00b5', '\u03bc');
}

const stemCache = new Map<string, string>();
const STEM_CACHE_MAX = 200_000;

/** FTS5's porter tokenizer leaves shorter and longer tokens alone, in bytes of UTF-8. */
const STEMMED_BYTES_MIN = 3;
const STEMMED_BYTES_MAX = 64;

/**
 * Porter stem of one folded word as FTS5's tokenizer makes it, words of other alphabets and of digits too: a stem that FTS5 does not know
 * would count as a word of no document. One known difference: FTS5 shortens a doubled y before -ed and -ing, the library does not. Cached: the vocabulary of a corpus is small beside its length.
 */
export function stem(word: string): string {
  const known = stemCache.get(word);
  if (known !== undefined) return known;
  const result = ASCII.test(word) ? stemBytes(word) : fromBytes(stemBytes(toBytes(word)));
  if (stemCache.size >= STEM_CACHE_MAX) stemCache.clear();
  stemCache.set(word, result);
  return result;
}

const stemBytes = (word: string) =>
  word.length < STEMMED_BYTES_MIN || word.length > STEMMED_BYTES_MAX ? word : stemmer(word);

/** FTS5 stems bytes; each byte beyond ASCII becomes one character that is a consonant and has no other case, as to FTS5. */
const BYTE_PLANE = 0xe000;
const toBytes = (word: string) =>
  Array.from(Buffer.from(word), (byte) => String.fromCharCode(byte < 0x80 ? byte : BYTE_PLANE + byte)).join('');
const fromBytes = (bytes: string) => Buffer.from(Uint8Array.from(bytes, (one) => one.charCodeAt(0) & 0xff)).toString();

/** Stems of the words of a text in order, repeated words kept, stop words dropped. */
export function contentStems(text: string): string[] {
  const stems: string[] = [];
  for (const word of words(text)) if (!STOP_WORDS.has(word)) stems.push(stem(word));
  return stems;
}

/** Shortens text to at most `charsMax`, at the end of a sentence if one lies in its second half, else at a word. */
export function cutAtSentence(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const room = Math.max(0, charsMax - 1);
  const head = text.slice(0, room);
  const sentence = Math.max(...['. ', '! ', '? ', '.\n', '\n\n'].map((mark) => head.lastIndexOf(mark)));
  const end = sentence >= room / 2 ? sentence + 1 : Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  const kept = head.slice(0, end > room / 4 ? end : room).trimEnd();
  // A lone high surrogate at the cut would be an invalid character on the wire.
  return `${kept.replace(/[\ud800-\udbff]$/, '')}…`;
}
