import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../core/limits.ts';

/** Half-made snapshots are named `.staging-<pid>-<random>`, so that no list shows them. */
export const STAGING_PREFIX = '.staging-';

/** The path of a fresh one under a folder; it is not made. */
export function stagingFolder(folder: string): string {
  return join(folder, `${STAGING_PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`);
}

/** Removes what snapshots that were killed left behind. Idempotent; never touches one whose process lives. Answers the names. */
export function cleanStaged(backupDir: string, now: Date): string[] {
  const removed = abandonedStaged(backupDir, now);
  for (const name of removed) rmSync(join(backupDir, name), { recursive: true, force: true });
  return removed;
}

/** The names of what `cleanStaged` would remove. */
export function abandonedStaged(backupDir: string, now: Date): string[] {
  return stagedNames(backupDir).filter((name) => isAbandoned(join(backupDir, name), name, now));
}

function stagedNames(backupDir: string): string[] {
  try {
    return readdirSync(backupDir).filter((name) => name.startsWith(STAGING_PREFIX));
  } catch {
    // No folder yet, or one that cannot be read: nothing to clean; the snapshot itself will say so.
    return [];
  }
}

function isAbandoned(path: string, name: string, now: Date): boolean {
  const age = now.getTime() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age > LIMITS.stagedAgeMsMax) return true;
  const pid = Number(name.slice(STAGING_PREFIX.length).split('-')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives under another user.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
