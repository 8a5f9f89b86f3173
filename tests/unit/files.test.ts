import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../src/core/files.ts';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atocore-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a folder is made with all that is missing above it, for its owner alone', () => {
  const folder = join(scratch(), 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
  if (process.platform !== 'win32') expect(statSync(join(folder, '..')).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error, at the place and above it', () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow('EEXIST');
  expect(() => makeFolder(join(file, 'below', 'it'))).toThrow('ENOTDIR');
});

test.skipIf(process.platform !== 'linux')(
  'a file system that refuses new folders is an error, not an endless try',
  () => {
    expect(() => makeFolder('/proc/no-home/spool')).toThrow('ENOENT');
  },
);
