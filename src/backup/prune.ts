import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { takeLock } from '../storage/store-lock.ts';
import { STAGING_PREFIX } from './clean-staged.ts';
import type { BackupHost } from './host.ts';
import { listSnapshots } from './list.ts';
import { assertSnapshotId, type SnapshotKind } from './manifest.ts';
import type { PruneResult } from './results.ts';
import { planRetention } from './retention.ts';

/**
 * Removes what the retention plan gives up, of these `kinds` only (default: all); without `confirm` it only answers the plan.
 * Throws LOCKED while a restore or push runs.
 */
export async function pruneSnapshots(
  host: Pick<BackupHost, 'config' | 'clock' | 'lockFolder'>,
  options: { confirm?: boolean; kinds?: readonly SnapshotKind[] } = {},
): Promise<PruneResult> {
  const backupDir = host.config.backup_dir;
  const lock = await takeLock(host.lockFolder, 'backup', 'exclusive', LIMITS.backupWaitMsMax);
  try {
    const found = await listSnapshots(backupDir);
    const kinds = new Map(found.map(({ id, kind }) => [id, kind]));
    const isMeant = (id: string) => !options.kinds || options.kinds.includes(kinds.get(id) as SnapshotKind);
    const whole = planRetention(found, host.clock.now());
    const plan = { ...whole, remove: whole.remove.filter(({ id }) => isMeant(id)) };
    const removed: string[] = [];
    for (const { id } of options.confirm ? plan.remove : []) {
      removeSnapshot(backupDir, id);
      removed.push(id);
    }
    if (removed.length > 0) syncFolder(backupDir);
    return { dry_run: !options.confirm, ...plan, removed };
  } finally {
    lock.release();
  }
}

/** Renamed first, so that a removal that is killed leaves no half snapshot under a good name. */
function removeSnapshot(backupDir: string, id: string): void {
  assertSnapshotId(id);
  const doomed = join(backupDir, `${STAGING_PREFIX}${process.pid}-removed-${id}`);
  renameSync(join(backupDir, id), doomed);
  rmSync(doomed, { recursive: true, force: true });
}
