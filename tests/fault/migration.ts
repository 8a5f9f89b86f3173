import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkDatabase } from '../../src/backup/check-database.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { openReadOnly } from '../../src/storage/database.ts';
import { schemaVersion } from '../../src/storage/migrate.ts';
import { SCHEMA_VERSION } from '../../src/storage/migrations/index.ts';
import { openApp } from './fault-home.ts';
import { expectThat } from './inspect.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/stores/schema-1.db.gz');
const ROWS = { documents: 1, chunks: 1, memories: 2, state_entries: 2, history: 5, receipts: 1 };

/**
 * One kill of a process that migrates an old store, on a home of its own: whatever the moment, the store has the old or the new schema
 * with every row, a new one has a good snapshot of the old, and the next process ends the work. Answers whether it was migrated.
 */
export async function killMigration(run: (home: string) => Promise<void>): Promise<boolean> {
  const home = mkdtempSync(join(tmpdir(), 'atocore-fault-old-'));
  const app = openApp(home, false);
  const { db_path, backup_dir } = app.config;
  mkdirSync(dirname(db_path), { recursive: true });
  writeFileSync(db_path, gunzipSync(readFileSync(FIXTURE)));
  await run(home);
  const schema = schemaAt(db_path);
  expectThat([1, SCHEMA_VERSION].includes(schema), `schema ${schema} is half-way`);
  if (schema === SCHEMA_VERSION) await expectSnapshot(backup_dir);
  await app.withStore(async ({ db }) => {
    expectThat(schemaVersion(db) === SCHEMA_VERSION, 'the next process did not end the migration');
    for (const check of checkDatabase(db)) expectThat(check.ok, `${check.name}: ${check.detail}`);
    for (const [table, rows] of Object.entries(ROWS)) {
      const { n } = db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number };
      expectThat(n === rows, `${table} holds ${n} rows instead of ${rows}`);
    }
  });
  await expectSnapshot(backup_dir);
  await app.close();
  rmSync(home, { recursive: true });
  return schema === SCHEMA_VERSION;
}

function schemaAt(path: string): number {
  const db = openReadOnly(path);
  try {
    return schemaVersion(db);
  } finally {
    db.close();
  }
}

async function expectSnapshot(backupDir: string): Promise<void> {
  const found = await listSnapshots(backupDir);
  expectThat(found.length > 0, 'migrated without a snapshot');
  expectThat(
    found.every((one) => one.problem === null && one.schema_version === 1),
    JSON.stringify(found),
  );
  const { ok } = await validateSnapshot(backupDir, found[0]!.id);
  expectThat(ok, 'the snapshot before the migration is not good');
}
