import { AtoError } from '../core/errors.ts';
import { type Database, retryBusy, sql } from './database.ts';
import type { Store } from './store.ts';

const PENDING = 'scrub_pending';
/** Full-text indexes keep deleted words until their segments are merged. */
const TEXT_INDEXES = ['chunks_fts', 'documents_fts', 'memories_fts'] as const;

/** Notes, in the transaction that erases rows, that copies of them may lie in free pages until `scrub` has run. */
export function markForScrub(db: Database, at: string): void {
  sql(db, 'INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run(PENDING, at);
}

/** Since when copies of erased rows may lie in free pages; undefined when none does. */
export function scrubPendingSince(db: Database): string | undefined {
  const row = sql(db, 'SELECT value FROM settings WHERE name = ?').get(PENDING) as { value: string } | undefined;
  return row?.value;
}

/**
 * Leaves no copy of erased rows in any file of the database: merges the full-text indexes, writes the database anew and empties the
 * write-ahead log. Throws LOCKED while another process reads for longer than `timeoutMs`; then it is still to be done.
 */
export async function scrub(store: Store, timeoutMs: number): Promise<void> {
  const { db } = store;
  for (const name of TEXT_INDEXES)
    await store.write(() => db.exec(`INSERT INTO ${name} (${name}) VALUES ('optimize')`));
  // The copy that VACUUM makes would lie in memory, as large as the database.
  db.pragma('temp_store = FILE');
  try {
    await retryBusy(timeoutMs, () => db.exec('VACUUM'));
  } finally {
    db.pragma('temp_store = MEMORY');
  }
  await emptyLog(db, timeoutMs);
  await store.write(() => sql(db, 'DELETE FROM settings WHERE name = ?').run(PENDING));
}

async function emptyLog(db: Database, timeoutMs: number): Promise<void> {
  await retryBusy(timeoutMs, () => {
    const [answer] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (answer?.busy !== 0) throw Object.assign(new Error('the log is being read'), { code: 'SQLITE_BUSY' });
  }).catch((error: unknown) => {
    if (!(error instanceof AtoError) || error.code !== 'LOCKED') throw error;
    throw new AtoError(
      'LOCKED',
      'Another process keeps reading, so copies of erased rows may still lie in the log of the database.',
      'They go at the next upkeep; end the other process to be rid of them now.',
      {},
      error,
    );
  });
}
