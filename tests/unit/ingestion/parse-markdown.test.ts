import { afterEach, describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/ingestion/parse-markdown.ts';

const parse = (text: string, path = 'notes/plan.md') => parseDocument(text, path);
const outline = (text: string, path?: string) =>
  parse(text, path).blocks.map(
    (block) => `${block.kind} ${block.startLine}-${block.endLine} ${block.headingPath.join('/')}`,
  );

const planted = globalThis as { planted?: boolean };
afterEach(() => {
  planted.planted = undefined;
});

describe('blocks', () => {
  it('gives every kind with its lines and the headings above', () => {
    const text = [
      'Intro.',
      '',
      '# One',
      'Text',
      'goes on.',
      '```js',
      '# no heading',
      '```',
      '## Two *strong* [link](x) `code` ##',
      '| a | b |',
      '|---|---|',
      '| 1 | 2 |',
      '',
      '- item',
      '',
      '  more',
      '',
      '> quote',
      '',
      '<div>x</div>',
      '',
      '***',
      '',
      '[ref]: https://example.org',
      '',
      'Three',
      '=====',
    ].join('\n');
    expect(outline(text)).toEqual([
      'paragraph 1-1 ',
      'heading 3-3 One',
      'paragraph 4-5 One',
      'code 6-8 One',
      'heading 9-9 One/Two strong link code',
      'table 10-12 One/Two strong link code',
      'list 14-16 One/Two strong link code',
      'quote 18-18 One/Two strong link code',
      'html 20-20 One/Two strong link code',
      'rule 22-22 One/Two strong link code',
      'definition 24-24 One/Two strong link code',
      'heading 26-27 Three',
    ]);
  });

  it('holds the source as written and its place in the text', () => {
    const text = '---\ntitle: T\n---\n\n# H\n\n- a\n  - b\n';
    for (const block of parse(text).blocks) {
      expect(text.slice(block.start, block.start + block.text.length)).toBe(block.text);
      expect(
        text
          .split('\n')
          .slice(block.startLine - 1, block.endLine)
          .join('\n'),
      ).toBe(block.text);
    }
  });

  it('keeps headings inside lists, quotes and fences out of the heading path', () => {
    expect(outline('# A\n- # B\n\n> # C\n\n```\n# D\n```\n\ntext').at(-1)).toBe('paragraph 10-10 A');
  });

  it('reads .txt as paragraphs and nothing else', () => {
    expect(outline('# a\nb\n\n\n---\ntitle: x\n---\n', 'log.txt')).toEqual(['paragraph 1-2 ', 'paragraph 5-7 ']);
  });

  it('gives no blocks for nothing', () => {
    for (const text of ['', '\n', ' \n\t\n', '---\ntitle: x\n---', '---\ntitle: x\n---\n\n']) {
      expect(parse(text).blocks).toEqual([]);
    }
  });

  it.each([
    ['quotes', '>'.repeat(100_000)],
    ['lists', '- '.repeat(50_000)],
    ['growing lists', Array.from({ length: 400 }, (_, i) => `${' '.repeat(2 * i)}- a`).join('\n')],
    ['brackets', '['.repeat(100_000)],
    ['unclosed tags', '<a b="'.repeat(20_000)],
    ['a heading of brackets', `# ${'*a_['.repeat(20_000)}`],
  ])('survives deep or endless %s without losing text', (_name, text) => {
    const found = parse(text).blocks.map((block) => block.text);
    expect(found.join('\n')).toBe(text);
  });
});

describe('title, date and tags', () => {
  it.each([
    ['front matter', '---\nTitle: "From  matter"\n---\n# H', 'a.md', 'From matter'],
    ['the first heading of level 1', '## Two\n\n# One', 'a.md', 'One'],
    ['the first heading', 'x\n\n### Three\n\n## Two', 'a.md', 'Three'],
    ['the file name', 'text', 'a/vendor.notes.md', 'vendor.notes'],
    ['the file name when a heading is empty', '#\n\ntext', 'a/b.md', 'b'],
  ])('takes the title from %s', (_name, text, path, title) => {
    expect(parse(text, path).title).toBe(title);
  });

  it.each([
    ['a YAML date', 'date: 2024-03-05', '2024-03-05'],
    ['a text', 'date: "2024/3/5 10:00"', '2024-03-05'],
    ['a time with zone, as its author wrote it', 'date: 2024-03-05T23:30:00-08:00', '2024-03-05'],
    ['updated', 'updated: 2024-03-06', '2024-03-06'],
    ['digits', 'modified: 20240307', '2024-03-07'],
    ['a day that does not exist', 'date: 2024-13-45', undefined],
    ['a word', 'date: tomorrow', undefined],
    ['a list', 'date: [2024-01-01]', undefined],
  ])('reads %s', (_name, line, date) => {
    expect(parse(`---\n${line}\n---\ntext`).date).toBe(date);
  });

  it('takes the date of the file name when the document has none', () => {
    expect(parse('x', 'log/2024-02-29-vendor.md').date).toBe('2024-02-29');
    expect(parse('x', 'log/2023-02-29.md').date).toBeUndefined();
    expect(parse('x', '2024-01-01/a.md').date).toBeUndefined();
  });

  it('reads tags as list or text, each once', () => {
    expect(parse('---\ntags: ["#a", b, a, 3, {x: 1}]\n---\n').tags).toEqual(['a', 'b', '3']);
    expect(parse('---\nkeywords: optics, vendor , \n---\n').tags).toEqual(['optics', 'vendor']);
  });
});

describe('front matter', () => {
  it('gives JSON values', () => {
    const { frontMatter, frontMatterError } = parse('---\na: 1\nb: [x, {c: null}]\nd: 2024-01-02\ne: .nan\n---\n');
    expect(frontMatter).toEqual({ a: 1, b: ['x', { c: null }], d: '2024-01-02T00:00:00.000Z', e: null });
    expect(frontMatterError).toBeUndefined();
  });

  it.each(['js', 'javascript', 'coffee', 'cson', 'toml', 'JS', 'constructor', 'toString'])(
    'never evaluates %s: it is named and the body is read',
    (language) => {
      const parsed = parse(`---${language}\n{ a: (globalThis.planted = true) }\n---\nbody\n`);
      expect(planted.planted).toBeUndefined();
      expect(parsed.frontMatterError).toContain(`"${language.toLowerCase()}"`);
      expect(parsed.frontMatter).toEqual({});
      expect(parsed.blocks.map((block) => block.text)).toEqual(['body']);
    },
  );

  it('does not run YAML tags', () => {
    const parsed = parse('---\na: !!js/function "function () { globalThis.planted = true }"\n---\nbody');
    expect(planted.planted).toBeUndefined();
    expect(parsed.frontMatterError).toMatch(/unknown tag/);
    expect(parsed.blocks).toHaveLength(1);
  });

  it.each([
    ['YAML', '---\na: [1\nsecret: hunter2\n---\nbody'],
    ['a repeated key', '---\na: 1\na: 2\n---\nbody'],
    ['JSON', '---json\n{a\n---\nbody'],
  ])('makes a warning of %s that does not parse, without its content, and reads the body', (_name, text) => {
    const parsed = parse(text);
    expect(parsed.frontMatterError).toMatch(/^front matter does not parse: /);
    expect(parsed.frontMatterError).not.toContain('hunter2');
    expect(parsed.blocks.map((block) => block.text)).toEqual(['body']);
    // A second look at the same text finds the same: gray-matter's cache would answer with empty data and no error.
    expect(parse(text)).toEqual(parsed);
  });

  it('shares nothing between two documents of the same text', () => {
    const text = '---\nlist: [a]\n---\nbody';
    (parse(text).frontMatter['list'] as string[]).push('b');
    expect(parse(text).frontMatter).toEqual({ list: ['a'] });
  });

  it.each([
    [
      'YAML',
      '---\n__proto__: {planted: true}\nconstructor: {prototype: {planted: true}}\na: {__proto__: {planted: true}}\n---\n',
    ],
    ['JSON', '---json\n{"__proto__": {"planted": true}, "prototype": 1, "a": {"constructor": 1}}\n---\n'],
  ])('drops planted prototype keys of %s', (_name, text) => {
    const { frontMatter } = parse(text);
    expect(JSON.stringify(frontMatter)).toBe('{"a":{}}');
    expect((frontMatter as { planted?: boolean }).planted).toBeUndefined();
    expect(({} as { planted?: boolean }).planted).toBeUndefined();
  });

  it('bounds anchors that multiply', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [i, name] of [...'bcdefghi'].entries())
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`);
    const parsed = parse(`---\n${bomb.join('\n')}\n---\nbody`);
    expect(JSON.stringify(parsed.frontMatter).length).toBeLessThan(20_000);
    expect(parsed.frontMatterError).toMatch(/cut/);
  });

  it.each([
    ['a rule that never closes', '---\nprose\n\nmore'],
    ['two rules around prose', '---\nJust prose here\n---\nmore'],
    ['a rule that closes far below', `---\n${'line\n'.repeat(5_000)}---\nend`],
    ['a longer rule', '----\na: 1\n----\n'],
  ])('takes %s as text', (_name, text) => {
    const parsed = parse(text);
    expect(parsed.frontMatter).toEqual({});
    expect(parsed.frontMatterError).toBeUndefined();
    expect(parsed.blocks[0]?.startLine).toBe(1);
  });

  it('counts lines from the top of the file', () => {
    expect(parse('---\na: 1\n---\n\n# H\n').blocks[0]?.startLine).toBe(5);
    expect(parse('---\n---\n# H\n').blocks[0]?.startLine).toBe(3);
  });
});
