/** Marks the beginning of a word inside pieces, as sentencepiece does. */
const WORD_START = '\u2581';
/** Ids below are control pieces, which no text may produce; 0 stands for unknown characters. */
const CONTROL_PIECES = 6;
const UNKNOWN = 0;
/** The model never sees more pieces than this. */
export const PIECES_MAX = 128;
const WORD_CACHE_MAX = 50_000;

/** Text as the model is given it: NFKC, lower case, runs of white space and control characters as one space, trimmed. */
export function prepareText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/**
 * Cuts text into the pieces of a unigram vocabulary: of all ways to cut, the one with the greatest sum of log
 * probabilities (Viterbi). No piece of this vocabulary reaches over a space, so words are cut one by one and remembered.
 */
export class PieceCutter {
  readonly #ids = new Map<string, number>();
  readonly #scores: Float64Array;
  readonly #lengthMax: number;
  readonly #words = new Map<string, readonly number[]>();

  /** `vocabulary`: pieces with log probabilities by id. A missing probability counts as 0, as in the reference model. */
  constructor(vocabulary: readonly (readonly [piece: string, score: number | null])[]) {
    this.#scores = Float64Array.from(vocabulary, ([, score]) => score ?? 0);
    // As in sentencepiece: an unknown character is worse than any piece that could stand there.
    this.#scores[UNKNOWN] = Math.min(...this.#scores) - 10;
    let lengthMax = 1;
    for (const [id, [piece]] of vocabulary.entries()) {
      if (id < CONTROL_PIECES) continue;
      this.#ids.set(piece, id);
      lengthMax = Math.max(lengthMax, piece.length);
    }
    this.#lengthMax = lengthMax;
  }

  /** Ids of the first PIECES_MAX pieces; a text without any gives the lone beginning of a word, never an empty list. */
  cut(text: string): number[] {
    const result: number[] = [];
    for (const word of prepareText(text).split(' ')) {
      for (const id of this.#cutWord(word)) {
        result.push(id);
        if (result.length === PIECES_MAX) return result;
      }
    }
    return result;
  }

  #cutWord(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    // The first PIECES_MAX pieces of a word lie within this many characters, and what follows hardly moves them.
    const symbols = [...`${WORD_START}${word}`].slice(0, PIECES_MAX * this.#lengthMax);
    const result = this.#bestCut(symbols);
    if (this.#words.size >= WORD_CACHE_MAX) this.#words.clear();
    this.#words.set(word, result);
    return result;
  }

  #bestCut(symbols: readonly string[]): number[] {
    const best = new Float64Array(symbols.length + 1).fill(Number.NEGATIVE_INFINITY);
    const startOf = new Int32Array(symbols.length + 1);
    const idOf = new Int32Array(symbols.length + 1);
    best[0] = 0;
    for (let start = 0; start < symbols.length; start++) {
      let piece = '';
      const endMax = Math.min(symbols.length, start + this.#lengthMax);
      for (let end = start + 1; end <= endMax; end++) {
        piece += symbols[end - 1];
        const id = this.#ids.get(piece) ?? (end === start + 1 ? UNKNOWN : undefined);
        if (id === undefined) continue;
        const score = best[start]! + this.#scores[id]!;
        // On a tie the later, shorter piece wins, as in the reference.
        if (score < best[end]!) continue;
        best[end] = score;
        startOf[end] = start;
        idOf[end] = id;
      }
    }
    const result: number[] = [];
    for (let end = symbols.length; end > 0; end = startOf[end]!) {
      const id = idOf[end]!;
      if (id !== UNKNOWN || result.at(-1) !== UNKNOWN) result.push(id);
    }
    return result.reverse();
  }
}
