import { readdirSync } from 'node:fs';
import { systemCode } from '../core/errors.ts';
import { isSnapshotId } from './manifest.ts';
import type { SnapshotSummary } from './results.ts';
import { validateSnapshot } from './validate.ts';

/** All snapshots of a folder, newest first, each judged quickly (manifest and sizes). A missing folder is an empty list. */
export async function listSnapshots(backupDir: string): Promise<SnapshotSummary[]> {
  const found: SnapshotSummary[] = [];
  for (const id of snapshotIds(backupDir))
    found.push((await validateSnapshot(backupDir, id, { quick: true })).snapshot);
  return found;
}

/**
 * The newest snapshot that passes the quick check; undefined when there is none. One that was taken before a restore holds what somebody
 * gave up, so it is the answer only when there is no other.
 */
export async function newestSnapshot(backupDir: string): Promise<SnapshotSummary | undefined> {
  let givenUp: SnapshotSummary | undefined;
  for (const id of snapshotIds(backupDir)) {
    const { snapshot, ok } = await validateSnapshot(backupDir, id, { quick: true });
    if (ok && snapshot.kind !== 'pre_restore') return snapshot;
    if (ok) givenUp ??= snapshot;
  }
  return givenUp;
}

function snapshotIds(backupDir: string): string[] {
  try {
    return readdirSync(backupDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isSnapshotId(entry.name))
      .map((entry) => entry.name)
      .sort()
      .reverse();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
