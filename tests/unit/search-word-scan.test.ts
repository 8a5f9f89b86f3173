import { expect, test } from 'vitest';
import { stem, words } from '../../src/core/text.ts';
import { createBeginnings, eachWord } from '../../src/search/word-scan.ts';

const TEXTS = [
  'The fringe contrast — “good” at 633 nm; toys, skies, oyed, dying, eyes. x1 y',
  'Prüfstand läuft; naïve café, 東京 2026, straße STRASSE',
  '```js\nconst a_b = fooBar[3];\n```\n| col | value |',
  '',
  '   \n\t',
  'single',
];

test.each(TEXTS)(
  'the words of %j are met at the places where the index cuts them, none that may match is passed over',
  (text) => {
    const all = words(text);
    const terms = all.map((word) => ({ stem: stem(word) }));
    const seen: [string, number][] = [];
    const count = eachWord(text, createBeginnings(terms), (word, place) => seen.push([word, place]));
    expect(count).toBe(all.length);
    expect(seen).toEqual(all.map((word, place) => [word, place]));
  },
);

test('a word that cannot have the stem of a term is passed over', () => {
  const seen: string[] = [];
  const count = eachWord('mirror mount motor baffle', createBeginnings([{ stem: stem('motors') }]), (word) =>
    seen.push(word),
  );
  expect([count, seen]).toEqual([4, ['mount', 'motor']]);
});

test('the stemmer leaves the beginnings of words as they are, but for a second y', () => {
  for (const word of ['oyed', 'eying', 'ayes', 'skies', 'flies', 'oxen', 'used', 'icing', 'easily', 'ably', 'oily']) {
    const mayMatch = createBeginnings([{ stem: stem(word) }]);
    expect([word, mayMatch(word.charCodeAt(0), word.charCodeAt(1))]).toEqual([word, true]);
  }
});
