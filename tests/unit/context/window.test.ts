import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestWindow } from '../../../src/context/window.ts';
import { contentStems } from '../../../src/core/text.ts';

const stems = (text: string) => new Set(contentStems(text));
const TEXT =
  'The bench stands on four legs. The room is held at one temperature.\n\n- The laser warms up for forty minutes.\n- The piezo stacks take 110 V.\nThe safety page is signed each year.';

test('a text that fits is kept whole', () => {
  expect(bestWindow(TEXT, stems('piezo'), TEXT.length)).toBe(TEXT);
});

test('of a longer one the sentences with the words of the query are kept, with … where text is missing', () => {
  expect(bestWindow(TEXT, stems('how many volts for the piezo stacks?'), 60)).toBe(
    '… - The piezo stacks take 110 V. …',
  );
});

test('room that is left shows what stands before', () => {
  expect(bestWindow(TEXT, stems('piezo'), 90)).toBe(
    '… - The laser warms up for forty minutes.\n- The piezo stacks take 110 V. …',
  );
});

test('without a word of the query it is the head', () => {
  expect(bestWindow(TEXT, stems('zebra'), 50)).toBe('The bench stands on four legs.…');
});

test('it is never longer than asked for, and made of the text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), fc.string(), fc.integer({ min: 12, max: 300 }), (text, query, max) => {
      const shown = bestWindow(text, stems(query), max);
      expect(shown.length).toBeLessThanOrEqual(max);
      expect(text).toContain(shown.replace(/^… /, '').replace(/ ?…$/, ''));
    }),
  );
});
