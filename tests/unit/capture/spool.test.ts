import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  listTurns,
  readSpoolState,
  readTurn,
  type SpooledTurn,
  setAside,
  spoolFolder,
  tidySpool,
  writeTurn,
} from '../../../src/capture/spool.ts';
import { LIMITS } from '../../../src/core/limits.ts';

function spool(): string {
  const home = mkdtempSync(join(tmpdir(), 'atocore-spool-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return spoolFolder(home);
}

const turn = (number: number, more: Partial<SpooledTurn> = {}): SpooledTurn => ({
  ...{ version: 1, client: 'claude-code', session_id: 's1', turn_id: `t${number}`, cwd: '/srv' },
  ...{ prompt: `question ${number}`, response: 'answer', redactions: 0 },
  captured_at: new Date(1_795_000_000_000 - number).toISOString(),
  ...more,
});

test('a turn is one private file that reads back as it was', () => {
  const folder = spool();
  expect(writeTurn(folder, turn(1))).toBe('written');
  const { name } = listTurns(folder)[0]!;
  expect(readTurn(folder, name)).toEqual(turn(1));
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder)).toEqual([name]);
});

test('the same turn twice is one file; turns come oldest first', () => {
  const folder = spool();
  for (const number of [1, 2, 3]) writeTurn(folder, turn(number));
  expect(writeTurn(folder, turn(2, { captured_at: '2026-11-26T00:00:00.000Z' }))).toBe('already_there');
  const ids = listTurns(folder).map(({ name }) => (readTurn(folder, name) as SpooledTurn).turn_id);
  expect(ids).toEqual(['t3', 't2', 't1']);
});

test('a turn that does not fit is counted and leaves no file', () => {
  const folder = spool();
  expect(writeTurn(folder, turn(1, { response: 'x'.repeat(LIMITS.spoolFileBytesMax) }))).toBe('too_large');
  expect(readSpoolState(folder)).toMatchObject({ waiting: 0, dropped: 1 });
});

test('a full spool takes no more, by number or by size, and says so', () => {
  const folder = spool();
  writeTurn(folder, turn(1));
  const name = (number: number, kib: number) => `1795000000000-${String(number).padStart(32, '0')}-${kib}k.json`;
  const large = Math.ceil(LIMITS.spoolBytesMax / 1024);
  writeFileSync(join(folder, name(1, large)), '');
  expect(writeTurn(folder, turn(2))).toBe('full');
  rmSync(join(folder, name(1, large)));
  for (let number = 1; number < LIMITS.spoolFilesMax; number += 1) writeFileSync(join(folder, name(number, 1)), '');
  expect(writeTurn(folder, turn(2))).toBe('full');
  rmSync(join(folder, name(1, 1)));
  expect(writeTurn(folder, turn(2))).toBe('written');
  expect(readSpoolState(folder).dropped).toBe(2);
});

test('what holds no turn is bad, and is set aside under its own name', () => {
  const folder = spool();
  mkdirSync(folder, { recursive: true });
  const bad = ['', '{', 'null', '[]', '{"version":2}', JSON.stringify({ ...turn(1), prompt: 7 })];
  bad.push(
    JSON.stringify({ ...turn(1), session_id: 'x'.repeat(500) }),
    JSON.stringify({ ...turn(1), captured_at: 'soon' }),
  );
  const names = bad.map((text, number) => {
    const name = `1795000000000-${String(number).padStart(32, '0')}-1k.json`;
    writeFileSync(join(folder, name), text);
    return name;
  });
  for (const name of names) expect(readTurn(folder, name)).toBe('bad');
  symlinkSync('/etc/hostname', join(folder, `1795000000000-${'f'.repeat(32)}-1k.json`));
  expect(readTurn(folder, `1795000000000-${'f'.repeat(32)}-1k.json`)).toBe('bad');
  setAside(folder, names[1]!);
  // Another process did the same.
  setAside(folder, names[1]!);
  expect(readFileSync(join(folder, 'bad', names[1]!), 'utf8')).toBe('{');
  expect(readSpoolState(folder)).toMatchObject({ waiting: bad.length, bad: 1 });
  expect(readTurn(folder, names[1]!)).toBeUndefined();
});

test('tidying removes what dead writers left once it is old, and sets strange files aside', () => {
  const folder = spool();
  writeTurn(folder, turn(1));
  for (const name of ['.aa.tmp', '.bb.tmp', 'notes.txt']) writeFileSync(join(folder, name), 'x');
  utimesSync(join(folder, '.aa.tmp'), 0, 0);
  tidySpool(folder, Date.now());
  expect(existsSync(join(folder, '.aa.tmp'))).toBe(false);
  expect(existsSync(join(folder, '.bb.tmp'))).toBe(true);
  expect(readSpoolState(folder)).toMatchObject({ waiting: 1, bad: 1 });
});
