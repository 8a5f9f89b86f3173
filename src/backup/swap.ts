import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder, syncFolder, writeFileAtomic } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { takeLock, tryLock } from '../storage/store-lock.ts';
import type { HomePaths } from './host.ts';

/**
 * Replaces the parts of a home by renames only, so that it is quick and can be undone: new parts are staged beside the old ones, old
 * ones are set aside, both under a token. A journal beside the database tells the next process what to undo after a SIGKILL.
 * Nothing is ever moved across file systems, and the vector folder itself stays: it may be a mount point (case C37).
 */
export const RESTORE_LOCK = 'restore';

const journalSchema = z.strictObject({
  version: z.literal(1),
  token: z.string().regex(/^[0-9a-f]{12}$/),
  snapshot: z.string(),
  safety_snapshot: z.string().nullable(),
  /** `swapping` is undone at recovery; `staging`, `done` and `undone` only need cleaning. */
  phase: z.enum(['staging', 'swapping', 'done', 'undone']),
  existed: z.strictObject({ db: z.boolean(), registry: z.boolean() }),
  /** Names of the staged tables; null when the vector folder is not touched. */
  tables: z.array(z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/)).nullable(),
});
export type Journal = z.output<typeof journalSchema>;

/** Moved before the database itself, so that a half-done move never leaves a log beside a database that it does not belong to. */
const COMPANIONS = ['-wal', '-shm', '-journal'] as const;
const KEPT_BY_FILE_SYSTEM = 'lost+found';

export const stagedFile = (path: string, token: string) => `${path}.restoring-${token}`;
export const replacedFile = (path: string, token: string) => `${path}.replaced-${token}`;
export const stagedFolder = (folder: string, token: string) => join(folder, `.restoring-${token}`);
const replacedFolder = (folder: string, token: string) => join(folder, `.replaced-${token}`);
const isOurs = (name: string) => /^\.(restoring|replaced)-[0-9a-f]{12}$/.test(name);

const journalPath = (paths: HomePaths) => `${paths.db}.restore.json`;

export function writeJournal(paths: HomePaths, journal: Journal): void {
  writeFileAtomic(journalPath(paths), JSON.stringify(journal));
}

/** Puts the staged file in the place of `path`, or nothing when nothing is to be there. Companions of the old file go with it. */
export function swapFile(path: string, token: string, staged: boolean): void {
  for (const suffix of [...COMPANIONS, ''])
    if (existsSync(path + suffix)) renameSync(path + suffix, replacedFile(path, token) + suffix);
  if (staged) renameSync(stagedFile(path, token), path);
  syncFolder(dirname(path));
}

/** Empties the folder into a hidden one inside it and moves the staged tables in. */
export function swapFolder(folder: string, token: string): void {
  const aside = replacedFolder(folder, token);
  makeFolder(aside);
  for (const name of contentOf(folder)) renameSync(join(folder, name), join(aside, name));
  const staged = stagedFolder(folder, token);
  for (const name of existsSync(staged) ? readdirSync(staged) : []) renameSync(join(staged, name), join(folder, name));
  syncFolder(folder);
}

const contentOf = (folder: string) =>
  readdirSync(folder).filter((name) => !isOurs(name) && name !== KEPT_BY_FILE_SYSTEM);

/** Puts everything back as it was before the swap. Idempotent: it may be killed and run again. */
export function undoSwap(paths: HomePaths, journal: Journal): void {
  undoFile(paths.db, journal.token, journal.existed.db);
  undoFile(paths.registry, journal.token, journal.existed.registry);
  if (paths.vectors && journal.tables) undoFolder(paths.vectors, journal.token, journal.tables);
  writeJournal(paths, { ...journal, phase: 'undone' });
}

function undoFile(path: string, token: string, existed: boolean): void {
  const aside = replacedFile(path, token);
  const replaced = existsSync(aside);
  // Only what the swap put there may go: while the old file is in place its companions are its own.
  if (replaced || !existed) for (const suffix of ['', ...COMPANIONS]) rmSync(path + suffix, { force: true });
  for (const suffix of ['', ...COMPANIONS]) if (existsSync(aside + suffix)) renameSync(aside + suffix, path + suffix);
  if (existsSync(dirname(path))) syncFolder(dirname(path));
}

function undoFolder(folder: string, token: string, tables: readonly string[]): void {
  const aside = replacedFolder(folder, token);
  const staged = stagedFolder(folder, token);
  // Nothing was moved out, so nothing was moved in.
  if (!existsSync(aside)) return;
  for (const name of tables) {
    const movedIn = !existsSync(join(staged, name)) && existsSync(join(folder, name));
    if (movedIn) renameSync(join(folder, name), join(staged, name));
  }
  for (const name of readdirSync(aside)) renameSync(join(aside, name), join(folder, name));
  syncFolder(folder);
}

/** Removes what is staged and set aside, then the journal. Call only when no undo can be wanted any more. */
export function discardSwap(paths: HomePaths, token: string): void {
  for (const path of [paths.db, paths.registry])
    for (const suffix of ['', ...COMPANIONS]) {
      rmSync(stagedFile(path, token) + suffix, { force: true });
      rmSync(replacedFile(path, token) + suffix, { force: true });
    }
  if (paths.vectors && existsSync(paths.vectors)) {
    for (const name of readdirSync(paths.vectors).filter(isOurs))
      rmSync(join(paths.vectors, name), { recursive: true, force: true });
  }
  rmSync(journalPath(paths), { force: true });
}

/** Keeps the replaced database under a name that tells what it is. Answers that name. */
export function keepReplacedDatabase(paths: HomePaths, token: string, stamp: string): string {
  const kept = `${paths.db}.damaged-${stamp}`;
  for (const suffix of ['', ...COMPANIONS]) {
    const from = replacedFile(paths.db, token) + suffix;
    if (existsSync(from)) renameSync(from, kept + suffix);
  }
  return kept;
}

function readJournal(paths: HomePaths): Journal | undefined {
  if (!existsSync(journalPath(paths))) return undefined;
  return journalSchema.parse(JSON.parse(readFileSync(journalPath(paths), 'utf8')));
}

/** The snapshot of a restore that runs or was interrupted; undefined when there is none. */
export function pendingRestore(paths: HomePaths): string | undefined {
  return readJournal(paths)?.snapshot;
}

/**
 * Ends a restore whose process died: one that was swapping is undone, as it was never acknowledged; leftovers are removed. Call before
 * the store is opened, with no handle on it. Idempotent, safe between processes. Answers what it did; undefined when nothing was to do.
 */
export async function recoverRestore(
  paths: HomePaths,
  lockFolder: string,
): Promise<{ snapshot: string; undone: boolean } | undefined> {
  const seen = readJournal(paths);
  if (!seen) return undefined;
  // A living restore that still stages holds the lock and has touched nothing yet: let it be.
  const lock =
    seen.phase === 'staging'
      ? tryLock(lockFolder, RESTORE_LOCK, 'exclusive')
      : await takeLock(lockFolder, RESTORE_LOCK, 'exclusive', LIMITS.lockWaitMsMax);
  if (!lock) return undefined;
  try {
    return endRestore(paths);
  } finally {
    lock.release();
  }
}

/** `recoverRestore` for the holder of the restore lock. */
export function endRestore(paths: HomePaths): { snapshot: string; undone: boolean } | undefined {
  const journal = readJournal(paths);
  if (!journal) return undefined;
  const undone = journal.phase === 'swapping';
  if (undone) undoSwap(paths, journal);
  discardSwap(paths, journal.token);
  return { snapshot: journal.snapshot, undone };
}
