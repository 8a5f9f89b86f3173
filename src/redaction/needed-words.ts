const CODES = 128;

interface Word {
  text: string;
  /** Sought in the text as it stands; else in its small letters. */
  exact: boolean;
  /** Places of its pairs of characters. */
  pairs: readonly number[];
  /** The text that it was last sought in, and whether it was there. */
  soughtIn: number;
  found: boolean;
}

/**
 * Says of many patterns which can match a text at all, by words of which every match holds one. A look at each pair of neighbouring
 * characters of the text answers for most of the words: one whose pairs are not all there is not there. The others are sought once a
 * text, however many patterns need them.
 */
export class NeededWords {
  readonly #words = new Map<string, Word>();
  // A pair is there when its place holds the number of the present text, so that no text pays for clearing the table.
  readonly #pairs = new Uint32Array(CODES * CODES);
  #number = 0;
  #text = '';
  #small = '';

  /** Takes words in; answers what `anyIn` wants. Words of patterns that ignore case are in small letters. */
  add(words: readonly string[], ignoreCase: boolean): readonly Word[] {
    return words.map((text) => {
      const key = `${ignoreCase ? 'i' : 'x'}${text}`;
      const word = this.#words.get(key) ?? {
        ...{ text, exact: !ignoreCase, pairs: pairsOf(text) },
        ...{ soughtIn: 0, found: false },
      };
      this.#words.set(key, word);
      return word;
    });
  }

  /** Takes the place of the text before. */
  read(text: string): void {
    this.#number += 1;
    this.#text = text;
    const small = inSmallLetters(text);
    this.#small = small;
    let left = small.charCodeAt(0) & (CODES - 1);
    for (let at = 1; at < small.length; at += 1) {
      const right = small.charCodeAt(at) & (CODES - 1);
      this.#pairs[left * CODES + right] = this.#number;
      left = right;
    }
  }

  /** Whether the text that was read holds one of the words. */
  anyIn(words: readonly Word[]): boolean {
    for (const word of words) if (this.#holds(word)) return true;
    return false;
  }

  #holds(word: Word): boolean {
    for (const place of word.pairs) if (this.#pairs[place] !== this.#number) return false;
    if (word.soughtIn !== this.#number) {
      word.soughtIn = this.#number;
      word.found = (word.exact ? this.#text : this.#small).includes(word.text);
    }
    return word.found;
  }
}

/** As a pattern that ignores case reads it: to one with the flag `u`, `ſ` is an s. */
function inSmallLetters(text: string): string {
  return text.toLowerCase().replaceAll('ſ', 's');
}

function pairsOf(word: string): number[] {
  const small = inSmallLetters(word);
  return Array.from(
    { length: small.length - 1 },
    (_, at) => (small.charCodeAt(at) & (CODES - 1)) * CODES + (small.charCodeAt(at + 1) % CODES),
  );
}
