import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3, { type Database } from 'better-sqlite3';
import { AtoError, systemCode } from '../core/errors.ts';
import { makeFolder, writeFileAtomic } from '../core/files.ts';

/**
 * Locks between processes that vanish with their process, also after SIGKILL, without native code of our own. Each lock is a small
 * SQLite file in rollback-journal mode: shared = an open read transaction, exclusive = BEGIN EXCLUSIVE. The driver is synchronous, so
 * tries never wait inside it; they poll between awaits.
 *
 * - `presence`: shared by every process that has the store open, for its lifetime. Exclusive proves that nobody has (case C39).
 * - `activity`: shared during one operation. Exclusive is a moment of quiet for a restore; its file also holds the store generation,
 *   which a restore raises, so that every other process opens its handles anew before its next operation.
 * - any other name (`vectors`, `refresh-<project>`): exclusive, around one kind of work.
 */
export interface FileLock {
  release(): void;
}

type Mode = 'shared' | 'exclusive';

const POLL_MS = 15;
/** A quiesce marker older than this was left by a process that died. */
const QUIESCE_MS_MAX = 120_000;

/** Takes a lock or throws LOCKED after `waitMs` (0 tries once). */
export async function takeLock(folder: string, name: string, mode: Mode, waitMs: number): Promise<FileLock> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const lock = tryLock(folder, name, mode);
    if (lock) return lock;
    if (performance.now() >= deadline) throw lockedError(name, waitMs);
    await pause();
  }
}

/** One try; undefined when another holder is in the way. */
export function tryLock(folder: string, name: string, mode: Mode): FileLock | undefined {
  makeFolder(folder);
  let db: Database | undefined;
  try {
    db = new BetterSqlite3(join(folder, `${name}.lock`), { timeout: 0 });
    prepareLockFile(db);
    acquire(db, mode);
    const held = db;
    return { release: () => closeQuietly(held) };
  } catch (error) {
    if (db) closeQuietly(db);
    const code = systemCode(error);
    if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') return undefined;
    throw error;
  }
}

function prepareLockFile(db: Database): void {
  if (db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'lock'`).get()) return;
  db.exec(
    `BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS lock (generation INTEGER NOT NULL); INSERT INTO lock SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM lock); COMMIT`,
  );
}

function acquire(db: Database, mode: Mode): void {
  db.exec(mode === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN');
  if (mode === 'shared') db.prepare('SELECT generation FROM lock').get();
}

function closeQuietly(db: Database): void {
  try {
    if (db.inTransaction) db.exec('ROLLBACK');
  } finally {
    db.close();
  }
}

function lockedError(name: string, waitMs: number): AtoError {
  return new AtoError(
    'LOCKED',
    `Another process holds the ${name} lock of this home (waited ${waitMs} ms).`,
    'Wait for it to end or stop it, then try again.',
    { lock: name },
  );
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, POLL_MS));
}

/** The activity lock of one process: many operations share one hold, and one process may ask for quiet. */
export interface ActivityLock {
  /** Enters an operation: shared hold, and the generation of the store that it sees. Throws LOCKED after `waitMs`. */
  enter(waitMs: number): Promise<{ generation: number; leave: () => void }>;
  /**
   * Waits until no operation runs anywhere, then runs `work` alone. The generation is raised when `work` answers `changed`, or at once
   * and durably when it calls `raise`: so that a process killed half-way leaves no other one with handles that it trusts.
   */
  exclusive<T>(waitMs: number, work: (raise: () => void) => Promise<{ result: T; changed: boolean }>): Promise<T>;
  close(): void;
}

export function createActivityLock(folder: string): ActivityLock {
  const marker = join(folder, 'quiesce.json');
  let db: Database | undefined;
  let holders = 0;
  let generation = 0;

  const open = (): Database => {
    if (!db) {
      makeFolder(folder);
      const opened = new BetterSqlite3(join(folder, 'activity.lock'), { timeout: 0 });
      try {
        prepareLockFile(opened);
      } catch (error) {
        opened.close();
        throw error;
      }
      db = opened;
    }
    return db;
  };

  const tryEnter = (): boolean => {
    try {
      const lock = open();
      lock.exec('BEGIN');
      const row = lock.prepare('SELECT generation FROM lock').get() as { generation: number };
      generation = row.generation;
      return true;
    } catch (error) {
      if (db?.inTransaction) db.exec('ROLLBACK');
      const code = systemCode(error);
      if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') return false;
      throw error;
    }
  };

  const leave = () => {
    holders -= 1;
    if (holders === 0 && db?.inTransaction) db.exec('COMMIT');
  };

  return {
    async enter(waitMs) {
      const deadline = performance.now() + waitMs;
      for (;;) {
        // Without the marker a busy process would never let go of its shared hold, and a restore would starve.
        if (!quiesceRequested(marker) && (holders > 0 || tryEnter())) {
          holders += 1;
          let left = false;
          return {
            generation,
            leave: () => {
              if (!left) leave();
              left = true;
            },
          };
        }
        if (performance.now() >= deadline) throw lockedError('activity', waitMs);
        await pause();
      }
    },
    async exclusive(waitMs, work) {
      writeFileAtomic(marker, JSON.stringify({ pid: process.pid, at: Date.now() }));
      try {
        const deadline = performance.now() + waitMs;
        while (holders > 0) {
          if (performance.now() >= deadline) throw lockedError('activity', waitMs);
          await pause();
        }
        db?.close();
        db = undefined;
        const held = await holdExclusively(folder, Math.max(0, deadline - performance.now()));
        try {
          let raised = false;
          const raise = () => {
            if (raised) return;
            held.prepare('UPDATE lock SET generation = generation + 1').run();
            // The exclusive locking mode keeps the file locked across the commit.
            held.exec('COMMIT; BEGIN EXCLUSIVE');
            raised = true;
          };
          const { result, changed } = await work(raise);
          if (changed) raise();
          return result;
        } finally {
          closeQuietly(held);
        }
      } finally {
        rmSync(marker, { force: true });
      }
    },
    close() {
      if (db) closeQuietly(db);
      db = undefined;
    },
  };
}

async function holdExclusively(folder: string, waitMs: number): Promise<Database> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const db = new BetterSqlite3(join(folder, 'activity.lock'), { timeout: 0 });
    try {
      prepareLockFile(db);
      db.pragma('locking_mode = EXCLUSIVE');
      db.exec('BEGIN EXCLUSIVE');
      return db;
    } catch (error) {
      closeQuietly(db);
      const code = systemCode(error);
      if (code !== 'SQLITE_BUSY' && code !== 'SQLITE_LOCKED') throw error;
      if (performance.now() >= deadline) throw lockedError('activity', waitMs);
    }
    await pause();
  }
}

function quiesceRequested(marker: string): boolean {
  if (!existsSync(marker)) return false;
  try {
    const { pid, at } = JSON.parse(readFileSync(marker, 'utf8')) as { pid: number; at: number };
    if (Math.abs(Date.now() - at) > QUIESCE_MS_MAX) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that the process lives under another user; anything else that it is gone or the marker is.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
