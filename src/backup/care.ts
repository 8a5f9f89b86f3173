import { nextRun } from '../config/cron.ts';
import type { Config } from '../config/load.ts';
import { LIMITS } from '../core/limits.ts';
import type { Store } from '../storage/store.ts';
import { readRecord } from './records.ts';
import type { SnapshotSummary } from './results.ts';

export interface BackupTrouble {
  component: 'backup' | 'drill' | 'push';
  reason: string;
}

/**
 * What is wrong with the care for snapshots, for `status` and `/health`: a scheduled snapshot that failed, a good snapshot or a good
 * drill that is too old, a drill or a push that failed. Only a home that a service has schedules for can be late.
 */
export function backupTroubles(
  config: Pick<Config, 'backup_remote'>,
  store: Store,
  newest: SnapshotSummary | undefined,
  now: Date,
): BackupTrouble[] {
  const troubles: BackupTrouble[] = [];
  const note = (component: BackupTrouble['component'], reason: string) => troubles.push({ component, reason });
  const schedules = readRecord(store, 'schedules');
  const scheduled = readRecord(store, 'scheduled_backup');
  const made = newest?.created_at ?? undefined;
  if (scheduled && !scheduled.ok && !(made !== undefined && made > scheduled.at))
    note('backup', `the scheduled snapshot of ${scheduled.at} failed: ${scheduled.error}`);
  else if (schedules?.backup && isLate(schedules.backup, made ?? schedules.since, now))
    note('backup', made ? `the last good snapshot is of ${made}, which is too old` : 'there is no good snapshot');
  const drill = readRecord(store, 'last_drill');
  const good = readRecord(store, 'last_good_drill')?.at;
  if (drill && !drill.ok) note('drill', `the drill of ${drill.at} failed with ${drill.snapshot.id}`);
  else if (schedules?.drill && isLate(schedules.drill, good ?? schedules.since, now))
    note('drill', good ? `the last good drill is of ${good}, which is too old` : 'there was no good drill yet');
  const push = readRecord(store, 'last_push');
  if (config.backup_remote !== undefined && push && !push.ok)
    note('push', `the push of ${push.snapshot.id} failed: ${push.error ?? 'no reason was given'}`);
  return troubles;
}

/** One missed run is caught up; two, and some time for the second, mean that nothing catches up. */
function isLate(expression: string, since: string, now: Date): boolean {
  const first = nextRun(expression, new Date(since));
  const second = first && nextRun(expression, first);
  return second !== undefined && now.getTime() > second.getTime() + LIMITS.scheduleGraceMs;
}
