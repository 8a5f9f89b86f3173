import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.ts';
import { type ReadFile, readDocument } from '../../../src/ingestion/read-document.ts';
import { scanRoot } from '../../../src/ingestion/scan.ts';

let base = '';
let root = '';
const put = (path: string, content: string | Uint8Array = 'text') => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
};
const paths = () => scanRoot(root, LIMITS).files.map((file) => file.relativePath);
const skips = (limits = LIMITS as { documentBytesMax: number; filesPerRootMax: number }) =>
  scanRoot(root, limits).skipped.map((skip) => `${skip.reason} ${skip.path}`);

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ato-scan-'));
  root = join(base, 'root');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('scanRoot', () => {
  it('lists documents by path in one order, whatever the case of their ending', () => {
    for (const path of ['b.md', 'a/z.TXT', 'a/b/c.Markdown', 'a.md', 'x.rst', 'image.png', 'md']) put(path);
    expect(paths()).toEqual(['a.md', 'a/b/c.Markdown', 'a/z.TXT', 'b.md']);
    expect(skips()).toEqual([]);
  });

  it('gives size and time of change', () => {
    put('a.md', 'four');
    expect(scanRoot(root, LIMITS).files[0]).toEqual({
      relativePath: 'a.md',
      size_bytes: 4,
      mtime_ms: expect.any(Number),
    });
  });

  it('leaves hidden files and folders and packages out, but reads .github', () => {
    for (const path of ['.git/a.md', '.obsidian/b.md', 'node_modules/p/c.md', '.d.md', '.github/e.md', 'f.md'])
      put(path);
    expect(paths()).toEqual(['.github/e.md', 'f.md']);
  });

  it('never follows a link that leaves the root, and names it', () => {
    mkdirSync(join(base, 'root-secrets'));
    writeFileSync(join(base, 'root-secrets', 'secret.md'), 'secret');
    symlinkSync(join(base, 'root-secrets'), join(root, 'folder'));
    symlinkSync('../root-secrets/secret.md', join(root, 'file.md'));
    symlinkSync('/', join(root, 'everything'));
    expect(paths()).toEqual([]);
    expect(skips()).toEqual(['outside_root everything', 'outside_root file.md', 'outside_root folder']);
  });

  it('follows links inside the root once, without loops and without counting a file twice', () => {
    put('docs/a.md');
    put('docs/raw.rst');
    symlinkSync('..', join(root, 'docs', 'loop'));
    symlinkSync('docs', join(root, 'again'));
    symlinkSync('docs/a.md', join(root, 'copy.md'));
    symlinkSync('docs/raw.rst', join(root, 'first.md'));
    symlinkSync('docs/raw.rst', join(root, 'second.md'));
    symlinkSync('self.md', join(root, 'self.md'));
    symlinkSync('gone.md', join(root, 'broken.md'));
    expect(paths()).toEqual(['docs/a.md', 'first.md']);
    expect(skips()).toEqual(['broken_link broken.md', 'broken_link self.md']);
  });

  it('does not reach hidden files through a link', () => {
    put('.env', 'PASSWORD=1');
    symlinkSync('.env', join(root, 'notes.md'));
    expect(paths()).toEqual([]);
    expect(skips()).toEqual(['hidden_target notes.md']);
  });

  it('names files of hostile names in printable form', () => {
    put('line\nbreak.md');
    put('turn\u202edm.md');
    put('fine – name (1) \\ \'".md');
    const invalid = Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.md')]);
    writeFileSync(invalid, 'x');
    expect(paths()).toEqual(['fine – name (1) \\ \'".md']);
    expect(skips()).toEqual([
      'hostile_name bad\\ufffd\\ufffd.md',
      'hostile_name line\\u000abreak.md',
      'hostile_name turn\\u202edm.md',
    ]);
  });

  it('names files that are too large and what is no file', () => {
    put('large.md', 'x'.repeat(11));
    mkdirSync(join(root, 'folder.md'));
    execFileSync('mkfifo', [join(root, 'pipe.md')]);
    expect(skips({ documentBytesMax: 10, filesPerRootMax: 10 })).toEqual(['too_large large.md', 'not_a_file pipe.md']);
  });

  it('stops at the file limit and says so', () => {
    for (const name of ['a', 'b', 'c', 'd']) put(`${name}.md`);
    const result = scanRoot(root, { documentBytesMax: 10, filesPerRootMax: 2 });
    expect(result.files.map((file) => file.relativePath)).toEqual(['a.md', 'b.md']);
    expect(result.skipped).toEqual([{ path: '', reason: 'too_many_files' }]);
  });

  it.skipIf(process.getuid?.() === 0)('names a folder that cannot be read and goes on (case F11)', () => {
    put('closed/a.md');
    put('open.md');
    chmodSync(join(root, 'closed'), 0);
    expect(paths()).toEqual(['open.md']);
    expect(skips()).toEqual(['unreadable closed']);
    chmodSync(join(root, 'closed'), 0o700);
  });

  it('tells a missing root from an empty one (case C42)', () => {
    expect(scanRoot(root, LIMITS)).toEqual({ root: 'read', files: [], skipped: [] });
    expect(scanRoot(join(root, 'gone'), LIMITS).root).toBe('missing');
    put('file.md');
    expect(scanRoot(join(root, 'file.md'), LIMITS).root).toBe('not_a_folder');
  });

  it('reads a root that is itself a link', () => {
    put('a.md');
    symlinkSync('root', join(base, 'alias'));
    expect(scanRoot(join(base, 'alias'), LIMITS).files).toHaveLength(1);
  });
});

describe('readDocument', () => {
  it('gives the bytes of a file of the root', () => {
    put('a/b.md', 'text');
    expect(Buffer.from((readDocument(root, 'a/b.md', 10) as ReadFile).bytes).toString()).toBe('text');
  });

  it('refuses what changed after the scan', () => {
    writeFileSync(join(base, 'secret.md'), 'secret');
    symlinkSync('../secret.md', join(root, 'link.md'));
    put('large.md', 'x'.repeat(11));
    execFileSync('mkfifo', [join(root, 'pipe.md')]);
    const skipOf = (path: string) => readDocument(root, path, 10);
    expect(skipOf('link.md')).toEqual({ skip: 'outside_root' });
    expect(skipOf('../secret.md')).toEqual({ skip: 'outside_root' });
    expect(skipOf('large.md')).toEqual({ skip: 'too_large' });
    expect(skipOf('pipe.md')).toEqual({ skip: 'not_a_file' });
    expect(skipOf('gone.md')).toEqual({ skip: 'unreadable' });
  });
});
