import { expect, test } from 'vitest';
import { readText, repositoryFiles, sourceFiles } from './repository-files.ts';

const TEXT_FILE =
  /(\.(ts|mts|mjs|cjs|js|as|json|md|yml|yaml|sh|html|css|toml)|^bin\/\w+|^\.ci\/\w+|\.npmrc|\.gitignore)$/;

/** Written so that no pattern matches its own source. */
const BANNED: readonly { what: string; pattern: RegExp }[] = [
  { what: 'an absolute path of one machine', pattern: /\/work\/|\/tmp\/h-|\/root\// },
  {
    what: 'the address of a package registry',
    pattern: /registry\.[a-z0-9-]+\.(?:org|com|net|dev)\b|npmjs\.(?:org|com)\b/,
  },
  { what: 'a reminder without a reason in parentheses', pattern: /\b(?:TO[D]O|FIX[M]E|X{3})\b(?!\([^)]+\))/ },
];

const BANNED_IN_SOURCE: readonly { what: string; pattern: RegExp }[] = [
  { what: 'an enum', pattern: /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s/m },
  { what: 'a default export', pattern: /^\s*export\s+default\b|\bas\s+default\b/m },
  { what: 'an import of ours without its extension', pattern: /from '\.{1,2}\/[^']*(?<!\.ts|\.json)'/ },
];

function findings(paths: readonly string[], rules: typeof BANNED): string[] {
  return paths.flatMap((path) => {
    const text = readText(path);
    return rules.flatMap(({ what, pattern }) => {
      const at = text.search(pattern);
      return at < 0 ? [] : [`${path}:${text.slice(0, at).split('\n').length} holds ${what}`];
    });
  });
}

test('no committed text names this machine, a registry or unexplained work', () => {
  const paths = repositoryFiles().filter((path) => TEXT_FILE.test(path) && path !== 'package-lock.json');
  expect(paths.length).toBeGreaterThan(100);
  expect(findings(paths, BANNED)).toEqual([]);
});

test('sources have named exports, no enums and whole import paths', () => {
  expect(findings(sourceFiles(), BANNED_IN_SOURCE)).toEqual([]);
});

test('the lock file names no registry, so that it installs from any', () => {
  expect(readText('package-lock.json')).not.toMatch(/"resolved":\s*"https?:/);
});
