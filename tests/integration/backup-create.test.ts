import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSnapshot, takeSnapshot } from '../../src/backup/create.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { SCHEMA_VERSION } from '../../src/storage/migrations/index.ts';
import { takeLock } from '../../src/storage/store-lock.ts';
import { addFact, type BackupHome, destroyHome, fillStore, openHome, writeRegistry } from '../support/backup-home.ts';
import { startProcess } from '../support/backup-process.ts';

let host: BackupHome;
beforeEach(() => {
  host = openHome();
});
afterEach(() => destroyHome(host));

test('a snapshot holds database, registry, vectors and the settings files, and was validated when it was made (case C41)', async () => {
  writeRegistry(host, ['alpha', 'beta']);
  writeFileSync(join(host.home, 'config', 'tokens.json'), '{}');
  await fillStore(host, 12);
  const { snapshot } = await createSnapshot(host);
  expect(snapshot).toMatchObject({
    kind: 'manual',
    problem: null,
    schema_version: SCHEMA_VERSION,
    counts: { documents: 12, chunks: 12, projects: 2 },
    vectors: { included: true, rows: 12 },
    validated: { ok: true },
  });
  const folder = join(host.config.backup_dir, snapshot.id);
  expect(readdirSync(folder).sort()).toEqual([
    'atocore.db',
    'manifest.json',
    'project-registry.json',
    'tokens.json',
    'vectors',
  ]);
  expect(statSync(join(folder, 'atocore.db')).mode & 0o077).toBe(0);
  expect((await validateSnapshot(host.config.backup_dir, snapshot.id)).ok).toBe(true);
});

test('every snapshot taken while another process writes is valid and holds what was acknowledged before it began', async () => {
  const writer = startProcess(host.home);
  try {
    writer.send({ do: 'loop' });
    for (let round = 1; round <= 5; round += 1) {
      await writer.until(() => writer.said.filter((line) => 'stored' in line).length >= round * 8);
      const acknowledged = writer.said.flatMap((line) => ('stored' in line ? [String(line['stored'])] : []));
      const { snapshot } = await createSnapshot(host);
      const checked = await validateSnapshot(host.config.backup_dir, snapshot.id);
      expect(checked.checks.filter((check) => !check.ok)).toEqual([]);
      expect(snapshot.vectors?.included).toBe(true);
      expect(snapshot.counts?.['memories']).toBeGreaterThanOrEqual(acknowledged.length);
    }
  } finally {
    await writer.kill();
  }
  expect(writer.said.find((line) => 'error' in line)).toBeUndefined();
});

test('a snapshot waits for a writer of vectors; rows are written meanwhile, and one without vectors does not wait', async () => {
  await fillStore(host, 3);
  const vectors = await takeLock(host.lockFolder, 'vectors', 'exclusive', 0);
  let done = false;
  const pending = createSnapshot(host).finally(() => {
    done = true;
  });
  for (const fact of ['one', 'two', 'three']) {
    await addFact(host, fact);
    await createSnapshot(host, { includeVectors: false });
  }
  expect(done).toBe(false);
  vectors.release();
  expect((await pending).snapshot.counts?.['memories']).toBe(3);
});

test('two snapshots of one second get two names', async () => {
  const now = new Date('2026-05-01T10:00:00.500Z');
  const still = { ...host, clock: { now: () => now } };
  const made = [await createSnapshot(still), await createSnapshot(still), await createSnapshot(still)];
  expect(made.map(({ snapshot }) => snapshot.id)).toEqual(['20260501T100000Z', '20260501T100001Z', '20260501T100002Z']);
  expect((await listSnapshots(host.config.backup_dir)).map((found) => found.problem)).toEqual([null, null, null]);
});

test('vectors that cannot be copied or do not fit are left out with a note, and the snapshot is valid', async () => {
  await fillStore(host, 4);
  const chosen = await createSnapshot(host, { includeVectors: false });
  expect(chosen.snapshot.vectors).toMatchObject({ included: false, note: expect.stringContaining('by choice') });
  const remote = { ...host, config: { ...host.config, vector_uri: 's3://bucket/vectors' } };
  const left = await host.withStore((store) => takeSnapshot(remote, store.db, {}));
  expect(left.snapshot.vectors).toMatchObject({ included: false, note: expect.stringContaining('remote') });
  await host.releaseStore();
  for (const name of readdirSync(host.config.vector_uri))
    rmSync(join(host.config.vector_uri, name), { recursive: true });
  const drifted = await createSnapshot(host);
  expect(drifted.snapshot.vectors).toMatchObject({
    included: false,
    note: expect.stringContaining('4 chunks had no vector'),
  });
  expect((await validateSnapshot(host.config.backup_dir, drifted.snapshot.id)).ok).toBe(true);
});

test('leftovers of dead or long gone processes are cleaned, those of a living one stay', async () => {
  const staged = (name: string) => {
    const folder = join(host.config.backup_dir, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const dead = startProcess(host.home);
  await dead.kill();
  staged(`.staging-${dead.child.pid}-aaaa`);
  staged(`.staging-${process.pid}-bbbb`);
  utimesSync(staged(`.staging-${process.pid}-cccc`), 1, 1);
  const { snapshot } = await createSnapshot(host);
  expect(readdirSync(host.config.backup_dir).sort()).toEqual([`.staging-${process.pid}-bbbb`, snapshot.id]);
});

test('a snapshot that fails leaves nothing behind', async () => {
  await host.withStore((store) => {
    store.db.pragma('foreign_keys = OFF');
    return store.write(() =>
      store.db.exec(
        `INSERT INTO chunks (document_id, project, ordinal, heading_path, text, start_line, end_line, words) VALUES (99, 'p', 0, '[]', 'x', 1, 1, 1)`,
      ),
    );
  });
  await expect(createSnapshot(host)).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
  expect(readdirSync(host.config.backup_dir)).toEqual([]);
});
