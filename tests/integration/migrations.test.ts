import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkDatabase } from '../../src/backup/check-database.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { schemaVersion } from '../../src/storage/migrate.ts';
import { MIGRATIONS, SCHEMA_VERSION } from '../../src/storage/migrations/index.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

const STORES = join(import.meta.dirname, '../fixtures/stores');
const versions = readdirSync(STORES).map((name) => Number(/^schema-(\d+)\.db\.gz$/.exec(name)![1]));

let home: TestHome;
beforeEach(async () => {
  home = await createTestHome();
});
afterEach(() => home.close());

const dbPath = () => home.app.config.db_path;
const putStore = (version: number): Buffer => {
  const bytes = gunzipSync(readFileSync(join(STORES, `schema-${version}.db.gz`)));
  mkdirSync(dirname(dbPath()), { recursive: true });
  writeFileSync(dbPath(), bytes);
  return bytes;
};
const count = (table: string) =>
  home.app.withStore(async ({ db }) => (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n);
const schemaOfFile = () => {
  const db = new BetterSqlite3(dbPath(), { readonly: true });
  try {
    return schemaVersion(db);
  } finally {
    db.close();
  }
};

test('there is a store of every schema before the present one', () => {
  const older = MIGRATIONS.map(({ version }) => version).filter((version) => version < SCHEMA_VERSION);
  expect(versions).toEqual(expect.arrayContaining(older));
});

describe.each(versions.filter((version) => version < SCHEMA_VERSION))('a store of schema %i', (version) => {
  test('is migrated at its first use and keeps everything that it holds (case C35)', async () => {
    putStore(version);
    expect(await home.call('status')).toMatchObject({ schema: SCHEMA_VERSION });
    expect(await home.app.withStore(async ({ db }) => checkDatabase(db).filter((check) => !check.ok))).toEqual([]);
    for (const [table, rows] of Object.entries({
      documents: 1,
      memories: 2,
      state_entries: 2,
      history: 5,
      receipts: 1,
    }))
      expect([table, await count(table)]).toEqual([table, rows]);
    await home.register('p05');
    const { hits } = await home.call<{ hits: { snippet: string }[] }>('search', { query: 'folding mirror' });
    expect(hits.some(({ snippet }) => snippet.includes('folding mirror M3'))).toBe(true);
    const { memories } = await home.call<{ memories: { content: string }[] }>('list_memories', { status: 'active' });
    expect(memories.map(({ content }) => content)).toEqual(['The mirror arrives in June']);
    expect(await home.call('list_state', { project: 'p05' })).toMatchObject({
      entries: [{ key: 'optics-vendor', value: 'Beta Optics' }],
    });
    await home.call('add_memory', { content: 'A row of the new schema', type: 'knowledge' });
    expect(await count('memories')).toBe(3);
  });

  test('is kept in a verified snapshot first, once, and that one can be restored (case C35)', async () => {
    putStore(version);
    await home.call('status');
    await home.app.releaseStore();
    await home.call('status');
    const found = await listSnapshots(home.app.config.backup_dir);
    expect(found).toMatchObject([{ kind: 'pre_migration', schema_version: version, problem: null }]);
    const { id } = found[0]!;
    expect(await validateSnapshot(home.app.config.backup_dir, id)).toMatchObject({ ok: true });
    await home.call('add_memory', { content: 'Written after the migration', type: 'knowledge' });
    const report = await restoreSnapshot(home.app, { snapshot: id, confirm: id, dryRun: false });
    expect(report.steps.filter((step) => !step.ok)).toEqual([]);
    expect(await count('memories')).toBe(2);
    expect(await home.call('status')).toMatchObject({ schema: SCHEMA_VERSION });
  });

  test('stays as it is when that snapshot cannot be made (case C35)', async () => {
    putStore(version);
    mkdirSync(dirname(home.app.config.backup_dir), { recursive: true });
    writeFileSync(home.app.config.backup_dir, 'a file where a folder should be');
    await expect(home.call('status')).rejects.toThrow();
    expect(schemaOfFile()).toBe(version);
  });
});

test('a newer store is refused and not touched', async () => {
  putStore(versions[0]!);
  const raw = new BetterSqlite3(dbPath());
  raw.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
  raw.close();
  const before = readFileSync(dbPath());
  await expect(home.call('status')).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  expect(readFileSync(dbPath()).equals(before)).toBe(true);
  expect(existsSync(home.app.config.backup_dir)).toBe(false);
});

test('two processes that meet an old store at the same time both find it migrated', async () => {
  putStore(versions[0]!);
  const { createAtoCore } = await import('../../src/app/atocore.ts');
  const other = createAtoCore(home.app.config);
  const answers = await Promise.all([home.app, other].map((app) => app.withStore(async ({ db }) => schemaVersion(db))));
  expect(answers).toEqual([SCHEMA_VERSION, SCHEMA_VERSION]);
  await other.close();
});
