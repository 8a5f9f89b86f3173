import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareVectors } from '../../src/backup/contents.ts';
import { createSnapshot } from '../../src/backup/create.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import type { RestoreResult } from '../../src/backup/results.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { createRegistry } from '../../src/projects/registry.ts';
import {
  addFact,
  type BackupHome,
  destroyHome,
  factIds,
  fillStore,
  openHome,
  writeRegistry,
} from '../support/backup-home.ts';
import { type OtherProcess, startProcess } from '../support/backup-process.ts';

let host: BackupHome;
let id: string;
const others: OtherProcess[] = [];

/** A snapshot of one fact, six documents and the project alpha; afterwards a second fact, three documents and beta. */
beforeEach(async () => {
  host = openHome();
  writeRegistry(host, ['alpha']);
  await addFact(host, 'before');
  await fillStore(host, 6);
  id = (await createSnapshot(host)).snapshot.id;
  await addFact(host, 'after');
  await fillStore(host, 3, 'late');
  writeRegistry(host, ['alpha', 'beta']);
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.kill();
  await destroyHome(host);
});

const other = (): OtherProcess => {
  const started = startProcess(host.home);
  others.push(started);
  return started;
};
const restore = (options: object = {}) =>
  restoreSnapshot(host, { snapshot: id, confirm: id, dryRun: false, ...options });
const stepOf = (report: RestoreResult, name: string) => report.steps.find((step) => step.name === name);
const projects = () =>
  createRegistry(host.config.registry_path, host.lockFolder, 0)
    .load()
    .projects.map((one) => one.id);
const vectors = () => host.withStore((store) => compareVectors(store.db, host.config.vector_uri));
const leftovers = () =>
  [dirname(host.config.db_path), dirname(host.config.registry_path), host.config.vector_uri]
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => /restor|replaced/.test(name));

async function expectOldState(): Promise<void> {
  expect(await factIds(host)).toEqual(['before']);
  expect(projects()).toEqual(['alpha']);
  expect(await vectors()).toEqual({ rows: 6, missing: 0, duplicates: 0, orphans: 0 });
}

async function expectNewState(): Promise<void> {
  expect(await factIds(host)).toEqual(['before', 'after']);
  expect(projects()).toEqual(['alpha', 'beta']);
  expect(await vectors()).toEqual({ rows: 9, missing: 0, duplicates: 0, orphans: 0 });
}

test('a dry run tells what would change and changes nothing', async () => {
  const plan = await restoreSnapshot(host, { snapshot: id });
  expect(plan).toMatchObject({ dry_run: true, ok: true, integrity_ok: null, pre_restore_snapshot: null });
  expect(plan.changes).toContainEqual({ table: 'memories', before: 2, after: 1 });
  expect(plan.changes).toContainEqual({ table: 'projects', before: 2, after: 1 });
  expect(await listSnapshots(host.config.backup_dir)).toHaveLength(1);
  await expectNewState();
});

test('a restore brings back database, registry and vectors, after a safety snapshot of what was there', async () => {
  const report = await restore();
  expect(report).toMatchObject({ ok: true, integrity_ok: true, rolled_back: false, vectors: 'restored' });
  await expectOldState();
  expect(leftovers()).toEqual([]);
  const safety = await validateSnapshot(host.config.backup_dir, report.pre_restore_snapshot!);
  expect(safety).toMatchObject({ ok: true, snapshot: { kind: 'pre_restore', counts: { memories: 2, projects: 2 } } });
  id = safety.snapshot.id;
  expect((await restore()).ok).toBe(true);
  await expectNewState();
});

test('a restore without confirm, or with another id as confirm, is refused', async () => {
  await expect(restore({ confirm: undefined })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(restore({ confirm: '20200101T000000Z' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expectNewState();
});

test('the vector folder is emptied and never removed: its inode stays (case C37)', async () => {
  writeFileSync(join(host.config.vector_uri, 'stray.txt'), 'x');
  mkdirSync(join(host.config.vector_uri, 'stray.lance'));
  const before = statSync(host.config.vector_uri).ino;
  await restore();
  expect(statSync(host.config.vector_uri).ino).toBe(before);
  expect(readdirSync(host.config.vector_uri)).not.toContain('stray.txt');
  expect(readdirSync(host.config.vector_uri)).not.toContain('stray.lance');
  await expectOldState();
});

test('no stale -wal or -shm stays beside the restored database (case C38)', async () => {
  await host.releaseStore();
  const stale = `${host.config.db_path}-wal`;
  copyFileSync(join(host.config.backup_dir, id, 'atocore.db'), stale);
  writeFileSync(`${host.config.db_path}-shm`, 'stale');
  let besideNew: string[] = [];
  const report = await restore({
    preSnapshot: false,
    onStep: (name: string) => {
      if (name === 'registry') besideNew = readdirSync(dirname(stale)).filter((file) => /db-(wal|shm)$/.test(file));
    },
  });
  expect(report.ok).toBe(true);
  expect(besideNew).toEqual([]);
  await expectOldState();
});

test('without vectors every chunk is pending and the folder is empty', async () => {
  const report = await restore({ includeVectors: false });
  expect(report).toMatchObject({ ok: true, vectors: 'rebuilt' });
  expect(readdirSync(host.config.vector_uri)).toEqual([]);
  expect(await vectors()).toMatchObject({ rows: 0, missing: 0 });
  await host.withStore(async (store) => {
    expect(store.db.prepare('SELECT count(*) AS n FROM chunks WHERE embedded_as IS NULL').get()).toEqual({ n: 6 });
  });
});

test('asking for vectors that a snapshot has not is an error before anything happens', async () => {
  id = (await createSnapshot(host, { includeVectors: false })).snapshot.id;
  await expect(restore({ includeVectors: true })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect((await restore()).vectors).toBe('rebuilt');
});

test('the offline form is refused while another process has the store open (case C39)', async () => {
  const service = other();
  await service.ask({ do: 'facts' });
  await expect(restore({ offline: true })).rejects.toMatchObject({ code: 'LOCKED' });
  await expectNewState();
  await host.releaseStore();
  await service.end();
  expect((await restore({ offline: true })).ok).toBe(true);
  await expectOldState();
});

test('a process with open handles answers from the restored store, and its writes do not corrupt it', async () => {
  const service = other();
  expect(await service.ask({ do: 'facts' })).toEqual(['before', 'after']);
  expect(await service.ask({ do: 'vectors', id: 'mine' })).toEqual({ rows: 11, chunks: 11 });
  expect((await restore()).ok).toBe(true);
  expect(await service.ask({ do: 'facts' })).toEqual(['before']);
  expect(await service.ask({ do: 'vectors', id: 'again' })).toEqual({ rows: 8, chunks: 8 });
  await service.ask({ do: 'add', id: 'later' });
  expect(await factIds(host)).toEqual(['before', 'later']);
  expect(await vectors()).toEqual({ rows: 8, missing: 0, duplicates: 0, orphans: 0 });
  await service.end();
  expect(await factIds(host)).toEqual(['before', 'later']);
});

test('four processes that write all the while see no error, and nothing acknowledged after the restore is lost', async () => {
  const writers = ['a', 'b', 'c', 'd'].map((prefix) => {
    const writer = startProcess(host.home, prefix);
    others.push(writer);
    return writer;
  });
  for (const writer of writers) writer.send({ do: 'loop' });
  for (const writer of writers) await writer.until(() => writer.said.length > 5);
  let quietEnded = 0;
  const report = await restore({
    onStep: (name: string) => {
      if (name === 'smoke') quietEnded = Math.min(...writers.map((writer) => writer.said.length));
    },
  });
  expect(report.steps.filter((step) => !step.ok)).toEqual([]);
  const seen = writers.map((writer) => writer.said.length);
  for (const [at, writer] of writers.entries()) await writer.until(() => writer.said.length > seen[at]! + 5);
  for (const writer of writers) await writer.kill();
  expect(quietEnded).toBeGreaterThan(0);
  const kept = new Set(await factIds(host));
  for (const [at, writer] of writers.entries()) {
    expect(writer.said.filter((line) => 'error' in line)).toEqual([]);
    const since = writer.said.slice(seen[at]).flatMap((line) => ('stored' in line ? [String(line['stored'])] : []));
    expect(since.filter((fact) => !kept.has(fact))).toEqual([]);
  }
  expect(await vectors()).toMatchObject({ missing: 0, duplicates: 0 });
});

const FAILURES: [string, string, (home: BackupHome, snapshot: string) => void][] = [
  [
    'a file of the snapshot changes between validation and swap',
    'stage',
    (home, snapshot) => appendFileSync(join(home.config.backup_dir, snapshot, 'atocore.db'), 'x'),
  ],
  [
    'the backup folder cannot be written for the safety snapshot',
    'safety_snapshot',
    (home) => {
      renameSync(home.config.backup_dir, `${home.config.backup_dir}.away`);
      writeFileSync(home.config.backup_dir, 'a file where a folder should be');
    },
  ],
  [
    'the registry cannot be put in its place',
    'registry',
    (home) => {
      const folder = dirname(home.config.registry_path);
      rmSync(join(folder, readdirSync(folder).find((name) => name.includes('.restoring-'))!));
    },
  ],
  [
    'the database that was put in place is damaged',
    'integrity',
    (home) => {
      const bytes = readFileSync(home.config.db_path);
      bytes.fill(0xff, 4096 * 3, 4096 * 6);
      writeFileSync(home.config.db_path, bytes);
    },
  ],
  [
    'the restored registry is damaged',
    'smoke',
    (home) => writeFileSync(home.config.registry_path, '{"version": 1, "projects": ['),
  ],
];

for (const [when, step, breakIt] of FAILURES) {
  test(`the store is put back as it was, and the report says so, when ${when} (case C40)`, async () => {
    const service = other();
    await service.ask({ do: 'facts' });
    const report = await restore({ onStep: (name: string) => name === step && breakIt(host, id) });
    expect(report).toMatchObject({ ok: false, rolled_back: true });
    expect(report.integrity_ok).not.toBe(true);
    expect(report.steps.filter((one) => !one.ok).map((one) => one.name)).toEqual([step]);
    expect(stepOf(report, 'rollback')).toMatchObject({ ok: true });
    if (report.pre_restore_snapshot) expect(stepOf(report, 'rollback')!.detail).toContain(report.pre_restore_snapshot);
    await expectNewState();
    expect(await service.ask({ do: 'facts' })).toEqual(['before', 'after']);
    await service.ask({ do: 'add', id: 'still' });
    expect(await factIds(host)).toEqual(['before', 'after', 'still']);
    expect(leftovers()).toEqual([]);
  });
}

for (const stopAt of ['stage', 'safety_snapshot', 'database', 'registry', 'vectors', 'integrity', 'smoke']) {
  test(`a restore that is killed at the step ${stopAt} is undone by the next process`, async () => {
    await host.releaseStore();
    const restorer = other();
    restorer.send({ do: 'restore', id, stopAt });
    await restorer.until((line) => line['step'] === stopAt);
    await restorer.kill();
    await expectNewState();
    expect(leftovers()).toEqual([]);
    expect((await restore()).ok).toBe(true);
    await expectOldState();
  });
}

test('a damaged database does not stop a restore, and its files are kept', async () => {
  await host.releaseStore();
  const bytes = readFileSync(host.config.db_path);
  bytes.fill(0xff, 100);
  writeFileSync(host.config.db_path, bytes);
  const report = await restore();
  expect(report).toMatchObject({ ok: true, counts_now: null, pre_restore_snapshot: null });
  expect(stepOf(report, 'safety_snapshot')?.detail).toContain('damaged');
  await expectOldState();
  const kept = readdirSync(dirname(host.config.db_path)).find((name) => name.includes('.damaged-'));
  expect(readFileSync(join(dirname(host.config.db_path), kept!))).toEqual(bytes);
});

test('a snapshot can be restored into an empty home', async () => {
  const fresh = openHome();
  try {
    mkdirSync(dirname(fresh.config.backup_dir), { recursive: true });
    const elsewhere = { ...fresh, config: { ...fresh.config, backup_dir: host.config.backup_dir } };
    const report = await restoreSnapshot(elsewhere, { snapshot: id, confirm: id, dryRun: false });
    expect(report).toMatchObject({ ok: true, counts_now: {}, pre_restore_snapshot: null });
    expect(await factIds(fresh)).toEqual(['before']);
    expect(existsSync(fresh.config.registry_path)).toBe(true);
  } finally {
    await destroyHome(fresh);
  }
});
