import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readVocabulary, weightsFolder } from '../../src/embedding/encoder-weights.ts';
import { PIECES_MAX, PieceCutter, prepareText } from '../../src/embedding/sentence-pieces.ts';

interface Reference {
  name: string;
  text: string;
  pieces: number[];
}

const references: Reference[] = JSON.parse(
  readFileSync(new URL('../fixtures/embedding/reference.json', import.meta.url), 'utf8'),
);
const cutter = new PieceCutter(readVocabulary(weightsFolder()));

describe('PieceCutter', () => {
  it.each(references)('cuts $name into the pieces of the reference', ({ text, pieces }) => {
    expect(cutter.cut(text)).toEqual(pieces);
  });

  it('prefers the cut with the greatest sum of log probabilities to the longest piece', () => {
    const control = Array.from({ length: 6 }, (_, id): [string, number] => [`control ${id}`, 0]);
    const tiny = new PieceCutter([...control, ['\u2581a', -1], ['\u2581ab', -9], ['bc', -1], ['c', -1], ['b', -4]]);
    expect(tiny.cut('abc')).toEqual([6, 8]);
  });

  it('stands one unknown piece for neighbouring unknown characters', () => {
    expect(cutter.cut('東京')).toEqual(cutter.cut('東'));
  });

  it('gives the lone beginning of a word for a text without any piece', () => {
    expect(cutter.cut('')).toHaveLength(1);
    expect(cutter.cut(' \n\t')).toEqual(cutter.cut(''));
  });

  it('never gives more than 128 pieces, however long a text or one word is', () => {
    expect(cutter.cut('word '.repeat(10_000))).toHaveLength(PIECES_MAX);
    expect(cutter.cut('x9'.repeat(500_000))).toHaveLength(PIECES_MAX);
  });

  it('sees no difference between kinds and amounts of white space, nor between cases', () => {
    expect(prepareText('  One\r\n\tTwo\u00a0 THREE\u0000')).toBe('one two three');
  });
});
