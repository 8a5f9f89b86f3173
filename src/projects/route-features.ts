import { STOP_WORDS, stem, words } from '../core/text.ts';

/** What routing keeps of one document: in how many of its pieces each feature occurs. `hashes` ascend. */
export interface DocumentFeatures {
  pieces: number;
  hashes: Uint32Array;
  counts: Uint32Array;
}

/** The features of one text, each once. Words come first: `hashes[i]` is an adjacent pair when `i >= singles`. */
export interface TextFeatures {
  hashes: Uint32Array;
  singles: number;
}

/** The counting unit in characters: long enough to hold a thought, short enough that one long file is not one vote. */
const PIECE_CHARS_MAX = 1_600;
/** Longer runs of letters are encoded data, not words. */
const WORD_CHARS_MAX = 48;
const WORD_CACHE_MAX = 200_000;

/** A word of the folded text -> hash of its stem; 0 for a word that carries no topic. */
const wordHashes = new Map<string, number>();

/** Splits a text into trimmed pieces of at most 1,600 characters, at paragraph ends where possible, else at white space. */
export function splitPieces(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + PIECE_CHARS_MAX);
    if (end < text.length) end = start + cutPoint(text.slice(start, end));
    const piece = text.slice(start, end).trim();
    if (piece !== '') pieces.push(piece);
    start = end;
  }
  return pieces;
}

function cutPoint(window: string): number {
  const half = window.length / 2;
  for (const mark of ['\n\n', '\n', ' ']) {
    const at = window.lastIndexOf(mark);
    if (at >= half) return at + mark.length;
  }
  // Cutting between the halves of a surrogate pair would make a word of neither piece.
  return /[\ud800-\udbff]$/.test(window) ? window.length - 1 : window.length;
}

/**
 * The set of stemmed words of a text (no stop words; parts of camelCase names, and the series of numbered names, added) and of its
 * adjacent pairs.
 */
export function textFeatures(text: string): TextFeatures {
  const { singles, pairs } = featureSets(text);
  const hashes = new Uint32Array(singles.size + pairs.size);
  hashes.set([...singles]);
  hashes.set([...pairs], singles.size);
  return { hashes, singles: singles.size };
}

function featureSets(text: string): { singles: Set<number>; pairs: Set<number> } {
  const singles = new Set<number>();
  const pairs = new Set<number>();
  const run = words(text);
  addRun(run, singles, pairs);
  for (const word of run) if (isNumbered(word)) singles.add(hashText(word.replace(DIGITS, '#')));
  for (const name of camelCaseNames(text)) addRun(words(name.replace(CAMEL_SEAM, ' ')), singles, pairs);
  return { singles, pairs };
}

const NUMBERED = /^\p{L}{2,}\p{N}{2,}$/u;
const DIGITS = /\p{N}+/u;

/** Such as msc2134 or rfc0012: a number that no document has yet still belongs to the series of those that have one. */
function isNumbered(word: string): boolean {
  // Nearly every word ends in a letter, and this runs over every word of a document.
  const last = word.charCodeAt(word.length - 1);
  return (last < 0x61 || last > 0x7a) && word.length <= WORD_CHARS_MAX && NUMBERED.test(word);
}

const CAMEL_STEP = /\p{Ll}\p{Lu}/gu;
const CAMEL_SEAM = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;

/** Words with a capital after a small letter. Looks for the seam first: most texts have few, and words are many. */
function camelCaseNames(text: string): string[] {
  const names: string[] = [];
  let end = 0;
  for (const { index } of text.matchAll(CAMEL_STEP)) {
    if (index < end) continue;
    const start =
      index - (/[\p{L}\p{N}]*$/u.exec(text.slice(Math.max(end, index - WORD_CHARS_MAX), index))?.[0].length ?? 0);
    const name = /^[\p{L}\p{N}]+/u.exec(text.slice(start, start + WORD_CHARS_MAX))?.[0] ?? '';
    end = start + name.length;
    names.push(name);
  }
  return names;
}

/** Adds the stems of consecutive words and their adjacent pairs; a stop word between two words does not part them. */
function addRun(run: readonly string[], singles: Set<number>, pairs: Set<number>): void {
  let before = 0;
  for (const word of run) {
    const hash = hashWord(word);
    if (hash === 0) continue;
    singles.add(hash);
    if (before !== 0) pairs.add(hashPair(before, hash));
    before = hash;
  }
}

/** Counts, over the pieces of one document, the pieces that hold each feature. */
export function documentFeatures(pieces: readonly string[]): DocumentFeatures {
  const found = new Map<number, number>();
  for (const piece of pieces) {
    const { singles, pairs } = featureSets(piece);
    for (const hash of singles) found.set(hash, (found.get(hash) ?? 0) + 1);
    for (const hash of pairs) found.set(hash, (found.get(hash) ?? 0) + 1);
  }
  const hashes = Uint32Array.from(found.keys()).sort();
  return { pieces: pieces.length, hashes, counts: hashes.map((hash) => found.get(hash | 0)!) };
}

function hashWord(word: string): number {
  const known = wordHashes.get(word);
  if (known !== undefined) return known;
  if (wordHashes.size >= WORD_CACHE_MAX) wordHashes.clear();
  const hash = STOP_WORDS.has(word) || word.length > WORD_CHARS_MAX ? 0 : hashText(stem(word));
  wordHashes.set(word, hash);
  return hash;
}

/**
 * FNV-1a over UTF-16 units with the final mix of MurmurHash3 (both public domain); never 0, which marks an empty slot. Signed:
 * engines keep numbers of 32 signed bits unboxed in sets and maps, which makes counting twice as fast.
 */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

function hashPair(left: number, right: number): number {
  return mix(Math.imul(left, 0x9e3779b1) ^ ((right << 13) | (right >>> 19)));
}

function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash === 0 ? 1 : hash;
}
