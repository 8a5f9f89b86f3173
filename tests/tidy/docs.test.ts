import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { manifest, ROOT, readText, repositoryFiles } from './repository-files.ts';

const README_LINES_MAX = 120;
/** Run by npm or by other scripts, never by people. */
const OWN_SCRIPTS = /^(?:pre|post).|^prepare$/;

const pages = repositoryFiles().filter((path) => path.endsWith('.md') && !path.startsWith('tests/'));

test(`the README has at most ${README_LINES_MAX} lines`, () => {
  expect(readText('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(README_LINES_MAX);
});

test('every npm script that people run is named in CONTRIBUTING.md', () => {
  const text = readText('CONTRIBUTING.md');
  const named = (name: string) => new RegExp(`npm (?:run )?${name}(?![\\w:-])`).test(text);
  expect(Object.keys(manifest().scripts).filter((name) => !OWN_SCRIPTS.test(name) && !named(name))).toEqual([]);
});

test('every npm script that a page names exists', () => {
  const missing = pages.flatMap((path) =>
    [...readText(path).matchAll(/\bnpm run ([\w:-]+)/g)].flatMap(([, name]) =>
      name! in manifest().scripts ? [] : [`${path}: npm run ${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

test('every command of the program that a page names exists', () => {
  const known = new Set(
    COMMANDS.flatMap(({ usage }) => prefixesOf(usage.split(' ').filter((part) => /^[a-z]/.test(part)))),
  );
  const groups = new Set(COMMANDS.filter(({ usage }) => / [a-z]/.test(usage)).map(({ usage }) => usage.split(' ')[0]));
  const missing = pages.flatMap((path) =>
    codeOf(readText(path)).flatMap((line) => {
      const [noun, verb] = /(?:^|[\s$/])atocore ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/.exec(line)?.slice(1) ?? [];
      if (noun === undefined) return [];
      const wanted = verb !== undefined && groups.has(noun) ? `${noun} ${verb}` : noun;
      return known.has(wanted) ? [] : [`${path}: atocore ${wanted}`];
    }),
  );
  expect(missing).toEqual([]);
});

test('every link between pages leads to a file, and to a heading where it names one', () => {
  const broken = pages.flatMap((path) =>
    [...readText(path).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
      if (/^[a-z]+:/.test(target!)) return [];
      const [file = '', anchor] = target!.split('#');
      const resolved = file === '' ? path : posix.join(dirname(path), decodeURIComponent(file));
      if (!existsSync(join(ROOT, resolved))) return [`${path}: ${target}`];
      return anchor === undefined || headingSlugs(readText(resolved)).has(anchor) ? [] : [`${path}: ${target}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('every page under docs stands in its index', () => {
  const index = readText('docs/README.md');
  const inIndex = (path: string) => index.includes(`](${posix.relative('docs', path)})`);
  expect(pages.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md' && !inIndex(path))).toEqual([]);
});

test('the reference pages say what the code says', () => {
  const script = join(ROOT, 'scripts', 'generate-reference.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { cwd: ROOT, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

function prefixesOf(words: readonly string[]): string[] {
  return words.map((_, at) => words.slice(0, at + 1).join(' '));
}

/** Lines of code blocks and pieces of inline code. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block!.split('\n'));
  return [...blocks, ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, piece]) => piece!)];
}

/** Anchors as code hosts make them of headings. */
function headingSlugs(text: string): Set<string> {
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}
