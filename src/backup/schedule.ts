import { existsSync } from 'node:fs';
import { nextRun } from '../config/cron.ts';
import type { Config } from '../config/load.ts';
import { isoTime } from '../core/clock.ts';
import { toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { tryLock } from '../storage/store-lock.ts';
import { createSnapshot } from './create.ts';
import { drillSnapshot } from './drill.ts';
import type { BackupHost } from './host.ts';
import { newestSnapshot } from './list.ts';
import { pruneSnapshots } from './prune.ts';
import { readRecord, writeRecord } from './records.ts';
import { pushSnapshot } from './remote.ts';
import type { ScheduledRun, Schedules } from './results.ts';

/** Snapshots in the small hours of each day, a drill after the one of Sunday, which the retention keeps as the weekly one (UTC). */
const DEFAULTS = { backup: '15 3 * * *', drill: '45 3 * * 0' } as const;
const JOBS = ['backup', 'drill'] as const;
type Job = (typeof JOBS)[number];

/** The schedules of a service; null is off. */
export function schedulesOf(config: Pick<Config, 'backup_schedule' | 'drill_schedule'>): Omit<Schedules, 'since'> {
  const choose = (value: string | undefined, preset: string) => (value === 'off' ? null : (value ?? preset));
  return {
    backup: choose(config.backup_schedule, DEFAULTS.backup),
    drill: choose(config.drill_schedule, DEFAULTS.drill),
  };
}

export interface Scheduler {
  /** Begins nothing more, ends a push under way, and waits for a snapshot or a drill under way. */
  stop(): Promise<void>;
}

/**
 * Makes snapshots and drills when they are due, in a process that lives long; of several on one home one does the work. What was
 * missed while no process lived is caught up once. The first look is `pauseMs` after the start, which is busy enough without.
 */
export function startSchedules(host: BackupHost, pauseMs: number = LIMITS.schedulePauseMs): Scheduler {
  const stopping = new AbortController();
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    await runDueJobs(host, stopping.signal).catch((thrown: unknown) => {
      // Nothing is lost: the next look tries again, and `status` tells when it has been too long.
      const { code, message } = toAtoError(thrown);
      host.troubles?.set('schedule', `the last look at the schedules failed: ${message}`);
      host.log.warn({ code }, `The schedules were not looked at: ${message}`);
    });
    if (!stopping.signal.aborted) wait(untilNext(host));
  };
  const wait = (ms: number) => {
    timer = setTimeout(() => {
      looking = look();
    }, ms);
    timer.unref();
  };
  wait(pauseMs);
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}

/** Never long: a machine that slept, and a clock that was set, are noticed soon. */
function untilNext(host: BackupHost): number {
  const now = host.clock.now();
  const { backup, drill } = schedulesOf(host.config);
  const times = [backup, drill].flatMap((expression) => (expression ? [nextRun(expression, now)?.getTime() ?? 0] : []));
  const soonest = Math.min(
    LIMITS.scheduleLookMs,
    ...times.filter((time) => time > 0).map((time) => time - now.getTime()),
  );
  return Math.max(soonest, 1);
}

/** Runs what is due now, one job after the other, and answers what ran. A home without a store is left alone. */
export async function runDueJobs(host: BackupHost, signal?: AbortSignal): Promise<ScheduledRun[]> {
  if (!existsSync(host.config.db_path)) return [];
  if ((await dueJobs(host)).length === 0) return [];
  const lock = tryLock(host.lockFolder, 'schedule', 'exclusive');
  if (!lock) return [];
  const ran: ScheduledRun[] = [];
  try {
    for (const job of JOBS) {
      // Asked again for each: another process may have been faster, and a drill is due once there is a snapshot.
      if (signal?.aborted || !(await dueJobs(host)).includes(job)) continue;
      ran.push(await runJob(host, job, signal));
    }
  } finally {
    lock.release();
  }
  return ran;
}

async function dueJobs(host: BackupHost): Promise<Job[]> {
  const schedules = await noteSchedules(host);
  const now = host.clock.now();
  const newest = await newestSnapshot(host.config.backup_dir);
  const { backup, drill, lastDrill } = await host.withStore(async (store) => ({
    backup: readRecord(store, 'scheduled_backup'),
    drill: readRecord(store, 'scheduled_drill'),
    lastDrill: readRecord(store, 'last_drill'),
  }));
  host.troubles?.delete('schedule');
  const due: Job[] = [];
  if (isDue(schedules.backup, backup, newest?.created_at ?? undefined, now)) due.push('backup');
  if (newest && isDue(schedules.drill, drill, lastDrill?.at, now)) due.push('drill');
  return due;
}

/** `since` is when a run by hand was made, for a job that never ran by schedule; undefined when there was none either. */
export function isDue(
  expression: string | null,
  last: ScheduledRun | undefined,
  since: string | undefined,
  now: Date,
): boolean {
  if (expression === null) return false;
  const at = last?.at ?? since;
  if (at === undefined) return true;
  const then = new Date(at);
  // The clock went back; waiting for it to catch up could take years.
  if (then.getTime() > now.getTime()) return true;
  if (last && !last.ok && now.getTime() - then.getTime() >= LIMITS.scheduleRetryMs) return true;
  const next = nextRun(expression, then);
  return next !== undefined && next.getTime() <= now.getTime();
}

/** Keeps what this service was told, so that `status` of any process knows what to expect. */
async function noteSchedules(host: BackupHost): Promise<Schedules> {
  const wanted = schedulesOf(host.config);
  const known = await host.withStore(async (store) => readRecord(store, 'schedules'));
  if (known && known.backup === wanted.backup && known.drill === wanted.drill) return known;
  const noted = { ...wanted, since: isoTime(host.clock.now()) };
  await writeRecord(host, 'schedules', noted);
  return noted;
}

async function runJob(host: BackupHost, job: Job, signal: AbortSignal | undefined): Promise<ScheduledRun> {
  const run: ScheduledRun = { job, at: isoTime(host.clock.now()), ok: true, snapshot: null, error: null };
  try {
    if (job === 'backup') {
      run.snapshot = (await createSnapshot(host, { kind: 'scheduled' })).snapshot.id;
    } else {
      const drill = await drillSnapshot(host);
      Object.assign(run, { ok: drill.ok, snapshot: drill.snapshot.id });
      if (!drill.ok)
        run.error = drill.checks
          .filter((check) => !check.ok)
          .map((check) => check.detail)
          .join('; ');
    }
  } catch (thrown) {
    const { message } = toAtoError(thrown);
    Object.assign(run, { ok: false, error: message });
  }
  // Told to this process first: a full disk may refuse the record too.
  if (run.ok) host.troubles?.delete(job);
  else host.troubles?.set(job, `the scheduled ${job} of ${run.at} failed: ${run.error}`);
  host.log[run.ok ? 'info' : 'error']({ job, snapshot: run.snapshot, error: run.error }, 'scheduled');
  await writeRecord(host, job === 'backup' ? 'scheduled_backup' : 'scheduled_drill', run);
  if (job === 'backup' && run.snapshot !== null) await afterSnapshot(host, run.snapshot, signal);
  return run;
}

/** What a schedule made a schedule may remove; snapshots that a person or a restore made go by `backup prune --confirm` only. */
async function afterSnapshot(host: BackupHost, id: string, signal: AbortSignal | undefined): Promise<void> {
  if (host.config.backup_remote !== undefined) await pushQuietly(host, id, signal);
  try {
    await pruneSnapshots(host, { confirm: true, kinds: ['scheduled'] });
    host.troubles?.delete('retention');
  } catch (thrown) {
    host.troubles?.set('retention', `old scheduled snapshots were not removed: ${toAtoError(thrown).message}`);
  }
}

/** A push never fails the snapshot; how it went is kept for `status` either way. */
async function pushQuietly(host: BackupHost, id: string, signal: AbortSignal | undefined): Promise<void> {
  const at = isoTime(host.clock.now());
  try {
    await pushSnapshot(host, id, signal);
  } catch (thrown) {
    const error = toAtoError(thrown).message;
    await writeRecord(host, 'last_push', {
      snapshot: { id },
      ok: false,
      at,
      files: 0,
      bytes: 0,
      verified: false,
      error,
    });
  }
}
