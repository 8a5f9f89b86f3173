import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { toAtoError } from '../../src/core/errors.ts';
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

test.skipIf(process.platform === 'win32')('a link that leads nowhere is an error that speaks of the home', () => {
  const link = join(scratch(), 'home');
  symlinkSync(join(link, '..', 'nowhere'), link);
  let thrown: unknown;
  try {
    makeFolder(link);
  } catch (error) {
    thrown = error;
  }
  expect(toAtoError(thrown)).toMatchObject({ code: 'READ_ONLY', message: expect.stringContaining('home folder') });
});
