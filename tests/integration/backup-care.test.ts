import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSnapshot } from '../../src/backup/create.ts';
import { drillSnapshot } from '../../src/backup/drill.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { pruneSnapshots } from '../../src/backup/prune.ts';
import { readRecord } from '../../src/backup/records.ts';
import { isRsyncTarget, pushSnapshot } from '../../src/backup/remote.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { addFact, type BackupHome, destroyHome, fillStore, openHome, writeRegistry } from '../support/backup-home.ts';

let host: BackupHome;
let far: string;
beforeEach(async () => {
  host = openHome();
  far = mkdtempSync(join(tmpdir(), 'atocore-far-'));
  writeRegistry(host, ['alpha']);
  await fillStore(host, 8);
});
afterEach(async () => {
  await destroyHome(host);
  rmSync(far, { recursive: true, force: true });
});

const at = (time: string): BackupHome => ({ ...host, clock: { now: () => new Date(time) } });
const withRemote = (target: string): BackupHome => ({ ...host, config: { ...host.config, backup_remote: target } });
const drillFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('atocore-drill-'));

test('a drill restores the newest snapshot elsewhere, gets the recorded answers, records it and leaves nothing', async () => {
  const { snapshot } = await createSnapshot(host);
  const before = drillFolders();
  const result = await drillSnapshot(host);
  expect(result.checks.filter((check) => !check.ok)).toEqual([]);
  expect(result).toMatchObject({ ok: true, snapshot: { id: snapshot.id } });
  expect(result.checks.map((check) => check.name)).toEqual(
    expect.arrayContaining(['restored_integrity', 'restored_vectors', 'known_questions', 'registry']),
  );
  expect(result.checks.find((check) => check.name === 'known_questions')?.detail).toMatch(/^5 of 5/);
  expect(await host.withStore(async (store) => readRecord(store, 'last_drill'))).toEqual(result);
  expect(drillFolders()).toEqual(before);
});

test('a drill of a damaged snapshot is a recorded failure, and the record outlives a restore', async () => {
  const good = (await createSnapshot(at('2026-01-01T00:00:00Z'))).snapshot.id;
  const bad = (await createSnapshot(at('2026-01-02T00:00:00Z'))).snapshot.id;
  const path = join(host.config.backup_dir, bad, 'atocore.db');
  const bytes = readFileSync(path);
  bytes[5000]! ^= 1;
  writeFileSync(path, bytes);
  const result = await drillSnapshot(host, bad);
  expect(result).toMatchObject({ ok: false, snapshot: { id: bad } });
  expect((await restoreSnapshot(host, { snapshot: good, confirm: good, dryRun: false })).ok).toBe(true);
  expect(await host.withStore(async (store) => readRecord(store, 'last_drill'))).toEqual(result);
});

test('a drill without any snapshot, or of an unknown one, is not found', async () => {
  await expect(drillSnapshot(host)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(drillSnapshot(host, '20200101T000000Z')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(drillSnapshot(host, '../x')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('pruning without confirm removes nothing, with confirm what the plan names', async () => {
  const ids: string[] = [];
  for (const time of ['2026-03-03T01:00:00Z', '2026-03-03T02:00:00Z', '2026-03-03T03:00:00Z'])
    ids.push((await createSnapshot(at(time), { includeVectors: false })).snapshot.id);
  const later = at('2026-03-20T00:00:00Z');
  expect(await pruneSnapshots(later)).toMatchObject({
    dry_run: true,
    removed: [],
    remove: [{ id: ids[1] }, { id: ids[0] }],
  });
  expect(await listSnapshots(host.config.backup_dir)).toHaveLength(3);
  expect(await pruneSnapshots(later, { confirm: true })).toMatchObject({ dry_run: false, removed: [ids[1], ids[0]] });
  expect(readdirSync(host.config.backup_dir)).toEqual([ids[2]]);
});

test('a push copies a snapshot whole, verifies it there, and is recorded', async () => {
  const { snapshot } = await createSnapshot(host);
  const result = await pushSnapshot(withRemote(far));
  expect(result).toMatchObject({ ok: true, verified: true, snapshot: { id: snapshot.id } });
  expect((await validateSnapshot(far, snapshot.id)).ok).toBe(true);
  expect(await host.withStore(async (store) => readRecord(store, 'last_push'))).toEqual(result);
  writeFileSync(join(far, snapshot.id, 'atocore.db'), 'damaged there');
  expect((await pushSnapshot(withRemote(far))).ok).toBe(true);
  expect((await validateSnapshot(far, snapshot.id)).ok).toBe(true);
  expect(readdirSync(far)).toEqual([snapshot.id]);
});

test('a push that fails is a recorded result and leaves the local snapshot good', async () => {
  const { snapshot } = await createSnapshot(host);
  const blocked = join(far, 'blocked');
  writeFileSync(blocked, 'a file');
  for (const target of [blocked, host.config.backup_dir, 'no-such-host.invalid:/backups']) {
    const result = await pushSnapshot(withRemote(target));
    expect(result).toMatchObject({ ok: false, verified: false, error: expect.any(String) });
    expect(await host.withStore(async (store) => readRecord(store, 'last_push'))).toEqual(result);
  }
  expect((await validateSnapshot(host.config.backup_dir, snapshot.id)).ok).toBe(true);
  await expect(pushSnapshot(host)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('rsync gets the target after `--`, and the far side is compared by checksums', async () => {
  const { snapshot } = await createSnapshot(host);
  const log = join(far, 'calls');
  const bin = join(far, 'rsync');
  writeFileSync(
    bin,
    `#!/bin/sh\necho "$@" >> ${log}\ncase "$*" in *--dry-run*) [ -e ${far}/differs ] && echo '>fc.T...... atocore.db';; esac\nexit 0\n`,
  );
  chmodSync(bin, 0o755);
  const path = process.env['PATH'];
  process.env['PATH'] = `${far}:${path}`;
  try {
    expect(await pushSnapshot(withRemote('host:backups/'))).toMatchObject({ ok: true, verified: true });
    const [copy, compare] = readFileSync(log, 'utf8').trim().split('\n');
    expect(copy).toMatch(new RegExp(`-- ${host.config.backup_dir}/${snapshot.id}/ host:backups/${snapshot.id}/$`));
    expect(compare).toContain('--checksum');
    writeFileSync(join(far, 'differs'), '');
    expect(await pushSnapshot(withRemote('host:backups/'))).toMatchObject({
      ok: false,
      error: expect.stringContaining('differs'),
    });
  } finally {
    process.env['PATH'] = path;
  }
});

test('only what names a host goes through rsync', () => {
  const targets = [
    'host:path',
    'me@host:/path',
    'rsync://host/module',
    '/mnt/backup',
    '/mnt/a:b',
    'C:\\backup',
    'C:/x',
  ];
  expect(targets.map(isRsyncTarget)).toEqual([true, true, true, false, false, false, false]);
});

test('drill and push take the newest snapshot that nobody gave up, and the one before a restore only when there is no other', async () => {
  const mine = (await createSnapshot(at('2026-01-01T00:00:00Z'))).snapshot.id;
  const restored = await restoreSnapshot(at('2026-01-02T00:00:00Z'), { snapshot: mine, confirm: mine, dryRun: false });
  expect((await drillSnapshot(host)).snapshot.id).toBe(mine);
  expect((await pushSnapshot(withRemote(far))).snapshot.id).toBe(mine);
  rmSync(join(host.config.backup_dir, mine), { recursive: true });
  expect((await drillSnapshot(host)).snapshot.id).toBe(restored.pre_restore_snapshot);
});

test('the list is newest first, names problems and ignores what is no snapshot', async () => {
  expect(await listSnapshots(join(far, 'none'))).toEqual([]);
  const old = (await createSnapshot(at('2026-01-01T00:00:00Z'))).snapshot.id;
  await addFact(host, 'one');
  const young = (await createSnapshot(at('2026-01-02T00:00:00Z'), { kind: 'scheduled' })).snapshot.id;
  rmSync(join(host.config.backup_dir, old, 'project-registry.json'));
  writeFileSync(join(host.config.backup_dir, 'notes.txt'), 'x');
  const found = await listSnapshots(host.config.backup_dir);
  expect(found.map(({ id, kind, problem }) => [id, kind, problem])).toEqual([
    [young, 'scheduled', null],
    [old, 'manual', 'incomplete'],
  ]);
  expect(existsSync(join(host.config.backup_dir, 'notes.txt'))).toBe(true);
});
