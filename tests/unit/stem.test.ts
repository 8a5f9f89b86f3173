import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { stem, words } from '../../src/core/text.ts';

const db = new Database(':memory:');
db.exec(`
  CREATE VIRTUAL TABLE texts USING fts5(body, tokenize = 'porter unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE vocabulary USING fts5vocab(texts, row);
`);
afterAll(() => db.close());

/** The terms that FTS5 makes of a text. */
function indexed(text: string): string[] {
  db.exec('DELETE FROM texts');
  db.prepare('INSERT INTO texts (body) VALUES (?)').run(text);
  return (db.prepare('SELECT term FROM vocabulary ORDER BY term').all() as { term: string }[]).map((row) => row.term);
}

const stems = (text: string) => [...new Set(words(text).map(stem))].sort();

describe('stems are the terms that FTS5 stores', () => {
  it.each([
    'Fußnote',
    'Größe',
    'étude',
    'coûte',
    'engineering relational generalizations',
    '50µs 633nm p05s v2ing 3µm',
    'a as ing bus',
    'x'.repeat(60).concat('ization'),
  ])('of "%s"', (text) => {
    expect(stems(text)).toEqual(indexed(text));
  });

  it('of any words of Latin letters, digits and micro signs', () => {
    const letter = fc.constantFrom(...'aeioustyngdlr', ...'éöüßçµ', ...'0159');
    const ending = fc.constantFrom('', 's', 'ed', 'ing', 'ational', 'fulness', 'ization', 'e', 'y');
    const word = fc
      .tuple(fc.array(letter, { minLength: 1, maxLength: 12 }), ending)
      .map(([letters, end]) => letters.join('') + end)
      // FTS5 takes a doubled y before these endings for a doubled consonant; no language writes one.
      .filter((made) => !/yy(?:ed|ing)$/.test(made));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (list) => {
        expect(stems(list.join(' '))).toEqual(indexed(list.join(' ')));
      }),
      { numRuns: 300 },
    );
  });
});
