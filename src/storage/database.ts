import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3, { type Database, type Statement } from 'better-sqlite3';
import { AtoError, systemCode } from '../core/errors.ts';
import { makeFolder } from '../core/files.ts';
import { assertSchemaKnown, migrate, pendingMigrations, schemaVersion } from './migrate.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';

export type { Database } from 'better-sqlite3';

/** The driver blocks the event loop while it waits for a lock, so it waits this little and writers poll between awaits. */
const DRIVER_BUSY_MS = 50;
const POLL_MS = 10;
/** The most that one step of the backup API takes. */
const ALL_PAGES = 0x7fffffff;

/**
 * Opens the database, creating and migrating it when needed. `beforeMigration` runs once before the first step on a database that
 * already holds data (a verified snapshot belongs there). Throws SCHEMA_NEWER, CORRUPT, READ_ONLY or LOCKED.
 */
export async function openDatabase(
  path: string,
  busyTimeoutMs: number,
  beforeMigration?: (db: Database) => Promise<void>,
): Promise<Database> {
  makeFolder(dirname(path));
  const existed = existsSync(path);
  const db = new BetterSqlite3(path, { timeout: DRIVER_BUSY_MS });
  try {
    assertSchemaKnown(db);
    await retryBusy(busyTimeoutMs, () => db.pragma('journal_mode = WAL'));
    // FULL: what was acknowledged survives a power failure too, not only the death of a process.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('temp_store = MEMORY');
    db.pragma('cache_size = -65536');
    db.pragma('mmap_size = 268435456');
    if (pendingMigrations(db).length > 0) {
      if (existed) await beforeMigration?.(db);
      await retryBusy(busyTimeoutMs, () => migrate(db));
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens an existing database file for reading only, whatever its schema. */
export function openReadOnly(path: string): Database {
  return new BetterSqlite3(path, { readonly: true, fileMustExist: true, timeout: DRIVER_BUSY_MS });
}

/** Whether an existing database file has the schema of this program; opens it for reading only and changes nothing. */
export function isSchemaCurrent(path: string): boolean {
  const db = openReadOnly(path);
  try {
    return schemaVersion(db) === SCHEMA_VERSION;
  } finally {
    db.close();
  }
}

/**
 * Copies an open database, with what its write-ahead log holds, to a new file that stands alone (no WAL). One step: a copy in slices
 * starts over at every write of another process and may never end. Writers of other processes do not wait.
 */
export async function copyDatabase(db: Database, path: string): Promise<void> {
  await db.backup(path, { progress: () => ALL_PAGES });
  const copy = new BetterSqlite3(path, { timeout: DRIVER_BUSY_MS });
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/**
 * Runs `work` in one immediate transaction, waiting for other writers without blocking the event loop. `work` is synchronous and
 * must have no effect outside the database, since it runs again when the lock was missed. `durable: false` does not wait for the disk:
 * a power failure may take the write back, never half of it. Throws LOCKED after `busyTimeoutMs`.
 */
export function writeTransaction<T>(
  db: Database,
  busyTimeoutMs: number,
  work: () => T,
  options: { durable?: boolean } = {},
): Promise<T> {
  const transaction = db.transaction(work);
  if (options.durable ?? true) return retryBusy(busyTimeoutMs, () => transaction.immediate());
  return retryBusy(busyTimeoutMs, () => {
    // One synchronous step, so that no other write of this connection sees the setting; the next durable commit syncs this one too.
    db.pragma('synchronous = NORMAL');
    try {
      return transaction.immediate();
    } finally {
      db.pragma('synchronous = FULL');
    }
  });
}

/** Repeats a synchronous step while SQLite answers BUSY, pausing between tries; LOCKED after `timeoutMs`. */
export async function retryBusy<T>(timeoutMs: number, step: () => T): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return step();
    } catch (error) {
      const code = systemCode(error);
      if (code !== 'SQLITE_BUSY' && code !== 'SQLITE_LOCKED') throw error;
      if (performance.now() >= deadline) {
        throw new AtoError(
          'LOCKED',
          `Another process kept the store busy for more than ${timeoutMs} ms.`,
          'Try again in a moment; `atocore status` shows who holds it.',
          {},
          error,
        );
      }
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

const statements = new WeakMap<Database, Map<string, Statement>>();

/** A prepared statement, prepared once per database and text. */
export function sql(db: Database, text: string): Statement {
  let known = statements.get(db);
  if (!known) {
    known = new Map();
    statements.set(db, known);
  }
  let statement = known.get(text);
  if (!statement) {
    statement = db.prepare(text);
    known.set(text, statement);
  }
  return statement;
}
