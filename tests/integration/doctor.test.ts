import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DoctorReport, doctorExit, runDoctor } from '../../src/app/doctor.ts';
import { recoverStore } from '../../src/app/recover.ts';
import { createSnapshot } from '../../src/backup/create.ts';
import { measureDrift } from '../../src/search/vector-index.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let home: TestHome;
beforeEach(async () => {
  home = await createTestHome({ embedder: 'bundled' });
  await home.register('p05');
  for (const at of [1, 2, 3])
    home.write(`sources/vault/projects/p05/note-${at}.md`, `# Note ${at}\n\nMirror number ${at} was polished twice.\n`);
  await home.refresh('p05');
  await home.call('add_memory', { content: 'The mirror arrives in May', type: 'knowledge' });
  await runDoctor(home.app, { repair: true });
});
afterEach(() => home.close());

const doctor = (repair = false) => runDoctor(home.app, { repair });
const wrong = (report: DoctorReport) => report.checks.filter((check) => !check.ok).map((check) => check.name);
const dbPath = () => home.app.config.db_path;
const drift = () => home.app.withStore((store) => measureDrift(store));
const found = async (query: string, kind = 'document') =>
  (await home.call<{ hits: { kind: string }[] }>('search', { query })).hits.filter((hit) => hit.kind.startsWith(kind))
    .length;

test('a sound home has nothing wrong, and looking changes nothing', async () => {
  await createSnapshot(home.app);
  const report = await doctor();
  expect(wrong(report)).toEqual([]);
  expect(report).toMatchObject({ ok: true, repairs: [], offer: null });
  expect(doctorExit(report)).toBe(0);
  expect(report.checks.map((check) => check.name)).toEqual(
    expect.arrayContaining(['folders', 'room', 'database', 'words', 'registry', 'embedder', 'vectors', 'snapshots']),
  );
});

test('stray vectors, missing vectors and unreadable vectors are named and mended', async () => {
  const [first] = await home.app.withStore(async (store) => {
    const vectors = store.vectors!;
    const ids = await vectors.ids();
    await vectors.remove([ids[0]!]);
    await vectors.upsert([{ id: 999, project: 'p05', vector: new Float32Array(store.embedder!.dimensions).fill(0.1) }]);
    return ids;
  });
  expect(first).toBeDefined();
  const seen = await doctor();
  expect(wrong(seen)).toEqual(['vectors']);
  expect(doctorExit(seen)).toBe(3);
  expect(await drift()).toMatchObject({ orphans: 1, missing: 1 });
  expect(await doctor(true)).toMatchObject({ ok: true });
  expect(await drift()).toEqual({ rows: 3, pending: 0, orphans: 0, missing: 0 });
  await home.app.releaseStore();
  const folder = home.app.config.vector_uri;
  const table = readdirSync(folder).find((name) => name.endsWith('.lance'))!;
  for (const name of readdirSync(join(folder, table, '_versions')))
    writeFileSync(join(folder, table, '_versions', name), 'nonsense');
  expect(wrong(await doctor())).toEqual(['vectors']);
  expect(await doctor(true)).toMatchObject({ ok: true });
  expect(await drift()).toEqual({ rows: 3, pending: 0, orphans: 0, missing: 0 });
});

test('damaged and incomplete word indexes are made anew from the rows', async () => {
  await home.app.withStore(async (store) => {
    await store.write(() => {
      store.db.exec(`DELETE FROM chunks_fts WHERE rowid = (SELECT min(id) FROM chunks)`);
      store.db.exec(`DELETE FROM documents_fts`);
    });
  });
  expect(wrong(await doctor())).toEqual(['words']);
  expect(await doctor(true)).toMatchObject({ ok: true });
  expect(await found('mirror polished')).toBe(3);
  await home.app.releaseStore();
  const raw = new BetterSqlite3(dbPath());
  raw.unsafeMode(true);
  raw.exec('DELETE FROM chunks_fts_data WHERE id > 1000');
  raw.exec('DELETE FROM memories_fts_data WHERE id > 1000');
  raw.close();
  const seen = await doctor();
  expect(wrong(seen)).toEqual(['words']);
  expect(await doctor(true)).toMatchObject({ ok: true });
  expect(await found('mirror polished')).toBe(3);
  expect(await found('arrives in May', 'memory')).toBe(1);
});

test('a broken registry comes back from the newest snapshot, and the broken file is kept beside it', async () => {
  expect(wrong(await doctor())).toEqual([]);
  const { snapshot } = await createSnapshot(home.app);
  await home.register('p06', { root: 'vault:projects/p06' });
  home.write('sources/vault/projects/p06/a.md', '# A\n\nLens.\n');
  await home.refresh('p06');
  const path = home.app.config.registry_path;
  const half = readFileSync(path, 'utf8').slice(0, 60);
  writeFileSync(path, half);
  const seen = await doctor();
  expect(wrong(seen)).toEqual(['registry']);
  expect(doctorExit(seen)).toBe(13);
  const mended = await doctor(true);
  expect(mended.ok).toBe(true);
  expect(mended.repairs[0]).toMatchObject({ name: 'registry', ok: true });
  expect(mended.repairs[0]!.detail).toContain(snapshot.id);
  expect(mended.repairs[0]!.detail).toMatch(/registered again: p06$/);
  const kept = readdirSync(join(path, '..')).find((name) => name.includes('.broken-'))!;
  expect(readFileSync(join(path, '..', kept), 'utf8')).toBe(half);
  expect(await home.call('list_projects')).toMatchObject({ projects: [{ id: 'p05' }] });
});

test('without a snapshot a broken registry is left as it is', async () => {
  writeFileSync(home.app.config.registry_path, '{');
  const report = await doctor(true);
  expect(report.repairs).toMatchObject([{ name: 'registry', ok: false }]);
  expect(wrong(report)).toEqual(['registry']);
  expect(readFileSync(home.app.config.registry_path, 'utf8')).toBe('{');
});

test('a damaged database is never touched; the newest snapshot that passes the full check is offered', async () => {
  const good = (await createSnapshot(home.app)).snapshot.id;
  const later = { ...home.app, clock: { now: () => new Date(Date.now() + 60_000) } };
  const bad = (await createSnapshot(later)).snapshot.id;
  const flipped = join(home.app.config.backup_dir, bad, 'atocore.db');
  writeFileSync(flipped, readFileSync(flipped).fill(7, 9000, 9100));
  await home.app.releaseStore();
  const bytes = readFileSync(dbPath()).fill(0xff, 4096 * 2, 4096 * 40);
  writeFileSync(dbPath(), bytes);
  for (const repair of [false, true]) {
    const report = await doctor(repair);
    expect(report).toMatchObject({ ok: false, offer: { snapshot: good } });
    expect(report.offer!.command).toBe(`atocore backup restore ${good} --confirm-service-stopped`);
    expect(wrong(report)).toContain('database');
    expect(doctorExit(report)).toBe(13);
    expect(readFileSync(dbPath()).equals(bytes)).toBe(true);
  }
});

test('a newer schema, a home without a store, and a damaged snapshot have their own exit codes', async () => {
  const { snapshot } = await createSnapshot(home.app);
  writeFileSync(join(home.app.config.backup_dir, snapshot.id, 'atocore.db'), 'x');
  expect(doctorExit(await doctor())).toBe(15);
  await home.app.releaseStore();
  const raw = new BetterSqlite3(dbPath());
  raw.pragma('user_version = 999');
  raw.close();
  expect(doctorExit(await doctor(true))).toBe(12);
  const empty = await createTestHome();
  expect(doctorExit(await runDoctor(empty.app, { repair: true }))).toBe(10);
  expect(existsSync(empty.app.config.db_path)).toBe(false);
  await empty.close();
});

test('leftovers of killed work go, what is young stays', async () => {
  const staged = join(home.app.config.backup_dir, '.staging-999999999-abc');
  mkdirSync(staged, { recursive: true });
  const old = home.write('config/.0123456789ab.tmp', 'x');
  const young = home.write('config/.ba9876543210.tmp', 'x');
  utimesSync(old, 1, 1);
  expect(wrong(await doctor())).toEqual(['leftovers']);
  expect(await doctor(true)).toMatchObject({ ok: true });
  expect([staged, old, young].map((path) => existsSync(path))).toEqual([false, false, true]);
});

test('the recovery at the start embeds what is pending, removes stray vectors and staged snapshots, and may run again', async () => {
  const staged = join(home.app.config.backup_dir, '.staging-999999999-abc');
  mkdirSync(staged, { recursive: true });
  await home.app.withStore(async (store) => {
    await store.vectors!.upsert([
      { id: 999, project: 'p05', vector: new Float32Array(store.embedder!.dimensions).fill(0.1) },
    ]);
    await store.write(() =>
      store.db.exec('UPDATE chunks SET embedded_as = NULL WHERE id = (SELECT min(id) FROM chunks)'),
    );
  });
  for (let run = 0; run < 2; run += 1) {
    await recoverStore(home.app, { pauseMs: 0, force: run === 1 });
    expect(await drift()).toEqual({ rows: 3, pending: 0, orphans: 0, missing: 0 });
    expect(existsSync(staged)).toBe(false);
  }
  expect(home.app.troubles.size).toBe(0);
  // Another server that starts now leaves the comparison to the one that has just made it.
  await home.app.withStore((store) => store.vectors!.remove([1]));
  await recoverStore(home.app, { pauseMs: 0 });
  expect(await drift()).toMatchObject({ missing: 1 });
});
