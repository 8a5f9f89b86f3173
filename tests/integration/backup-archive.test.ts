import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openArchive } from '../../src/backup/archive.ts';
import { createSnapshot } from '../../src/backup/create.ts';
import { pushSnapshot } from '../../src/backup/remote.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import {
  addFact,
  type BackupHome,
  destroyHome,
  factIds,
  fillStore,
  openHome,
  writeRegistry,
} from '../support/backup-home.ts';

let host: BackupHome;
let far: string;
let keyFile: string;
let id: string;
beforeEach(async () => {
  far = mkdtempSync(join(tmpdir(), 'atocore-far-'));
  keyFile = join(far, 'passphrase');
  writeFileSync(keyFile, 'a long and secret line\nwhat follows is a remark\n');
  host = openHome(undefined, { backup_remote: join(far, 'target'), backup_passphrase_file: keyFile });
  writeRegistry(host, ['alpha']);
  await addFact(host, 'kept');
  await fillStore(host, 5);
  id = (await createSnapshot(host)).snapshot.id;
});
afterEach(async () => {
  await destroyHome(host);
  rmSync(far, { recursive: true, force: true });
});

test('a push with a passphrase file leaves one encrypted archive that another home opens and restores', async () => {
  const result = await pushSnapshot(host);
  expect(result).toMatchObject({ ok: true, verified: true, files: 1 });
  expect(readdirSync(join(far, 'target'))).toEqual([`${id}.tar.age`]);
  const archive = join(far, 'target', `${id}.tar.age`);
  const bytes = readFileSync(archive);
  expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  for (const secret of ['SQLite format 3', 'fact kept', 'alpha', 'known_questions'])
    expect(bytes.includes(secret)).toBe(false);
  expect(readdirSync(host.config.backup_dir)).toEqual([id]);
  const other = openHome(undefined, { backup_passphrase_file: keyFile });
  try {
    expect(await openArchive(other, archive)).toMatchObject({ snapshot: { id, problem: null } });
    await expect(openArchive(other, archive)).rejects.toMatchObject({ code: 'CONFLICT' });
    const report = await restoreSnapshot(other, { snapshot: id, confirm: id, dryRun: false, offline: true });
    expect(report).toMatchObject({ ok: true, vectors: 'restored' });
    expect(await factIds(other)).toEqual(['kept']);
  } finally {
    await destroyHome(other);
  }
}, 120_000);

test('another passphrase, a damaged archive and a foreign file are refused, and nothing is left', async () => {
  await pushSnapshot(host);
  const archive = join(far, 'target', `${id}.tar.age`);
  const other = openHome(undefined, { backup_passphrase_file: keyFile });
  const nothingLeft = () =>
    expect(existsSync(other.config.backup_dir) ? readdirSync(other.config.backup_dir) : []).toEqual([]);
  try {
    const good = readFileSync(archive);
    const damaged = Buffer.from(good);
    damaged[damaged.length - 100]! ^= 1;
    writeFileSync(archive, damaged);
    await expect(openArchive(other, archive)).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
    nothingLeft();
    writeFileSync(archive, good.subarray(0, good.length - 70_000));
    await expect(openArchive(other, archive)).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
    writeFileSync(archive, good);
    writeFileSync(keyFile, 'another secret line');
    await expect(openArchive(other, archive)).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
    nothingLeft();
    await expect(openArchive(other, join(far, 'passphrase'))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(openArchive(other, join(far, '20200101T000000Z.tar.age'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  } finally {
    await destroyHome(other);
  }
}, 120_000);

test('without a usable passphrase nothing is sent, and the reason tells nothing of it', async () => {
  for (const content of ['short', '\n', undefined]) {
    if (content === undefined) rmSync(keyFile);
    else writeFileSync(keyFile, content);
    const result = await pushSnapshot(host);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('passphrase file') });
    expect(result.error).not.toContain('short');
  }
  expect(existsSync(join(far, 'target'))).toBe(false);
  expect(readdirSync(host.config.backup_dir)).toEqual([id]);
});
