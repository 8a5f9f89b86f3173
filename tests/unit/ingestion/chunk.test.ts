import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.ts';
import { chunkDocument } from '../../../src/ingestion/chunk.ts';
import { embeddingText, indexTitle } from '../../../src/ingestion/chunk-text.ts';
import { parseDocument } from '../../../src/ingestion/parse-markdown.ts';

const chunk = (text: string, limits: { chunkCharsMax: number; chunkAtomCharsMax: number } = LIMITS, path = 'a.md') =>
  chunkDocument(parseDocument(text, path), limits);
const sentence = 'The vendor ships the lens in May. ';
const rows = (count: number, width = 20) => Array.from({ length: count }, (_, i) => `| ${i} | ${'x'.repeat(width)} |`);
const fence = (lines: number) =>
  ['```ts', ...Array.from({ length: lines }, (_, i) => `const value${i} = ${i};`), '```'].join('\n');

describe('chunkDocument', () => {
  it('follows headings and says where it is', () => {
    const text = `# A\n\n${sentence.repeat(10)}\n\n## B\n\n${sentence.repeat(10)}\n`;
    expect(chunk(text).map(({ text: _text, ...place }) => place)).toEqual([
      { ordinal: 0, headingPath: ['A'], startLine: 1, endLine: 3 },
      { ordinal: 1, headingPath: ['A', 'B'], startLine: 5, endLine: 7 },
    ]);
  });

  it('cuts long text at sentences near the limit', () => {
    const chunks = chunk(sentence.repeat(100));
    expect(chunks.length).toBeGreaterThan(3);
    for (const { text } of chunks) {
      expect(text.length).toBeLessThanOrEqual(LIMITS.chunkCharsMax * 1.25);
      expect(text.endsWith('May.')).toBe(true);
    }
  });

  it('cuts text without any gap between two characters, never inside one', () => {
    for (const lead of ['', 'a']) {
      const text = `${lead}${'😀'.repeat(1_000)}`;
      const chunks = chunk(text);
      expect(chunks.map((one) => one.text).join('')).toBe(text);
      expect(chunks.every((one) => one.text.isWellFormed())).toBe(true);
    }
  });

  it('cuts a list at its items, and a long item at its sentences', () => {
    const item = `- ${sentence.repeat(8).trim()}`;
    for (const { text } of chunk(Array(9).fill(item).join('\n'))) expect(text).toMatch(/^- [\s\S]*May\.$/);
    expect(chunk(`- ${sentence.repeat(60)}\n- b`).length).toBeGreaterThan(2);
  });

  it('keeps a fence whole below the atom limit, with its heading', () => {
    const code = fence(100);
    expect(code.length).toBeGreaterThan(LIMITS.chunkCharsMax);
    const chunks = chunk(`# A\n\n${code}\n\n${sentence.repeat(20)}`);
    expect(chunks[0]?.text).toBe(`# A\n\n${code}`);
  });

  it('cuts a fence above the atom limit at lines, and closes and opens it again', () => {
    const chunks = chunk(fence(400));
    expect(chunks.length).toBeGreaterThan(4);
    for (const { text } of chunks) {
      expect(text).toMatch(/^```ts\nconst value\d+ = \d+;\n[\s\S]*;\n```$/);
      expect(text.length).toBeLessThanOrEqual(LIMITS.chunkCharsMax + 20);
    }
  });

  it('opens a cut fence inside a list and a quote with what belongs before it', () => {
    const inList = chunk(`- ${fence(400).replaceAll('\n', '\n  ')}`);
    expect(inList[1]?.text.startsWith('  ```ts\n  const')).toBe(true);
    const inQuote = chunk(`> ${fence(400).replaceAll('\n', '\n> ')}`);
    expect(inQuote[1]?.text.startsWith('> ```ts\n> const')).toBe(true);
    expect(inQuote[1]?.text.endsWith(';\n> ```')).toBe(true);
  });

  it('repeats the header of a continued table and never cuts a row', () => {
    const head = '| n | value |\n|---|---|';
    const body = rows(100);
    const chunks = chunk(`${head}\n${body.join('\n')}`);
    expect(chunks.length).toBeGreaterThan(2);
    for (const { text } of chunks) expect(text.startsWith(`${head}\n| `)).toBe(true);
    expect(chunks.flatMap(({ text }) => text.split('\n').slice(2))).toEqual(body);
  });

  it('keeps a row longer than a chunk whole, and cuts it only above the atom limit', () => {
    const table = (width: number) =>
      chunk(`| n | value |\n|---|---|\n| 0 | ${'word '.repeat(width / 5)} |\n${rows(3).join('\n')}`);
    expect(table(2_000).some(({ text }) => text.includes('word '.repeat(400).trim()))).toBe(true);
    for (const { text } of table(10_000)) expect(text.length).toBeLessThanOrEqual(LIMITS.chunkCharsMax * 1.25);
  });

  it('carries empty headings to the next text, and gives headings alone one chunk', () => {
    const carried = chunk(`# A\n\n## B\n\n### C\n\n${sentence}`);
    expect(carried).toHaveLength(1);
    expect(carried[0]).toMatchObject({ headingPath: ['A', 'B', 'C'], startLine: 1 });
    expect(chunk('# A\n\n## B\n\n# C\n').map(({ text }) => text)).toEqual(['# A\n\n## B\n\n# C']);
    const trailing = chunk(`# A\n\n${sentence.repeat(10)}\n\n# B\n`);
    expect(trailing).toHaveLength(1);
    expect(trailing[0]?.headingPath).toEqual(['A']);
  });

  it('joins small sections of one parent under what they share, never of two', () => {
    const small = chunk('# A\n\n## B\n\nOne.\n\n## C\n\nTwo.\n');
    expect(small).toMatchObject([{ headingPath: ['A'], text: '# A\n\n## B\n\nOne.\n\n## C\n\nTwo.' }]);
    expect(chunk('# A\n\nOne.\n\n# B\n\nTwo.\n').map(({ headingPath }) => headingPath)).toEqual([['A'], ['B']]);
  });

  it('joins a tiny tail with the chunk before it', () => {
    const chunks = chunk(`${sentence.repeat(23)}\n\nTail.`);
    expect(chunks).toHaveLength(1);
  });

  it('has no chunk for a document without text', () => {
    expect(chunk('\n\n')).toEqual([]);
    expect(chunk('---\na: 1\n---\n')).toEqual([]);
  });

  it('cuts .txt at blank lines', () => {
    const part = sentence.repeat(15).trim();
    expect(chunk(`${part}\n\n# ${part}`, LIMITS, 'a.txt').map(({ text }) => text)).toEqual([part, `# ${part}`]);
  });
});

const word = fc.stringMatching(/^[a-z]{1,9}$/);
const prose = fc
  .array(fc.oneof(word, fc.constant('end.'), fc.constant('😀')), { minLength: 1, maxLength: 60 })
  .map((w) => w.join(' '));
const block = fc.oneof(
  prose,
  fc.tuple(fc.integer({ min: 1, max: 4 }), word).map(([depth, title]) => `${'#'.repeat(depth)} ${title}`),
  fc.array(word, { maxLength: 60 }).map((lines) => `\`\`\`\n${lines.join('\n')}\n\`\`\``),
  fc
    .array(word, { maxLength: 40 })
    .map((cells) => ['| h |', '|---|', ...cells.map((cell) => `| ${cell} |`)].join('\n')),
  fc
    .array(prose, { minLength: 1, maxLength: 6 })
    .map((items) => items.map((item, i) => `${' '.repeat((i % 3) * 2)}- ${item}`).join('\n')),
  prose.map((text) => `> ${text}\n> ${text}`),
  fc.constant('[a]: https://example.org'),
  fc.constant('<div>\n<b>x</b>\n</div>'),
  fc.string({ maxLength: 40 }),
);
const document = fc.array(block, { maxLength: 14 }).map((blocks) => blocks.join('\n\n').replaceAll('\r', ''));
const small = { chunkCharsMax: 120, chunkAtomCharsMax: 300 };
const squeeze = (text: string) => text.replaceAll(/\s+/g, '');

describe('every document', () => {
  it('is in its chunks, line by line and in order', () => {
    fc.assert(
      fc.property(document, (text) => {
        const parsed = parseDocument(text, 'a.md');
        const chunks = chunkDocument(parsed, small);
        const lines = text.split('\n');
        const body = squeeze(lines.slice((parsed.blocks[0]?.startLine ?? lines.length + 1) - 1).join('\n'));
        let at = 0;
        let line = 0;
        for (const [index, { ordinal, startLine, endLine, text: found }] of chunks.entries()) {
          expect(ordinal).toBe(index);
          expect(startLine).toBeGreaterThanOrEqual(line);
          expect(endLine).toBeGreaterThanOrEqual(startLine);
          // Every word of the chunk's lines is its own or its neighbour's, and no line lies between two chunks.
          expect(squeeze(lines.slice(line, startLine - 1).join(''))).toBe('');
          line = endLine;
          at += squeeze(found).length;
        }
        expect(at).toBeGreaterThanOrEqual(body.length);
        const whole = chunkDocument(parsed, { chunkCharsMax: 1e6, chunkAtomCharsMax: 1e6 });
        expect(squeeze(whole.map((one) => one.text).join(''))).toBe(body);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every character when nothing has to be repeated', () => {
    const plain = fc.array(
      fc.oneof(
        prose,
        prose.map((text) => `- ${text}\n  - ${text}`),
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(plain, (blocks) => {
        const text = blocks.join('\n\n');
        expect(
          squeeze(
            chunk(text, small)
              .map((one) => one.text)
              .join(''),
          ),
        ).toBe(squeeze(text));
      }),
    );
  });

  it('holds the limits and never cuts a character in two', () => {
    fc.assert(
      fc.property(document, (text) => {
        for (const { text: found } of chunk(text, small)) {
          expect(found.length).toBeLessThanOrEqual(small.chunkAtomCharsMax + small.chunkCharsMax * 1.25);
          expect(found.isWellFormed()).toBe(text.isWellFormed());
          expect(found.trim()).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps fences below the atom limit whole, wherever they stand', () => {
    const code = fc.array(word, { maxLength: 25 }).map((lines) => `\`\`\`\n${lines.join('\n')}\n\`\`\``);
    fc.assert(
      fc.property(document, code, document, (before, fenced, after) => {
        fc.pre(fenced.length <= small.chunkAtomCharsMax && !/[`~<]/.test(before));
        const chunks = chunk(`${before}\n\n${fenced}\n\n${after}`, small);
        expect(chunks.some(({ text }) => text.includes(fenced))).toBe(true);
      }),
    );
  });

  it('gives the same chunks again', () => {
    fc.assert(
      fc.property(document, (text) => {
        expect(chunk(text, small)).toEqual(chunk(text, small));
      }),
    );
  });
});

describe('the text that is embedded and indexed', () => {
  it('says title, heading path and date once', () => {
    expect(indexTitle('Optics', ['optics', 'Vendor', 'Vendor'], '2024-01-02')).toBe('Optics > Vendor (2024-01-02)');
    expect(indexTitle('Log 2024-01-02', [], '2024-01-02')).toBe('Log 2024-01-02');
    expect(indexTitle('Optics', [], undefined)).toBe('Optics');
  });

  it('does not say the headings of the path again before the text', () => {
    const text = '# Optics\n\n## *Vendor*\n\nWe chose one.';
    expect(embeddingText('Optics', ['Optics', 'Vendor'], '2024-01-02', text)).toBe(
      'Optics > Vendor (2024-01-02)\nWe chose one.',
    );
    expect(embeddingText('Optics', ['Optics'], undefined, '## Other\n\nText')).toBe('Optics\n## Other\n\nText');
    expect(embeddingText('Optics', ['Optics'], undefined, '# Optics')).toBe('Optics\n# Optics');
  });
});
