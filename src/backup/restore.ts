import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { utcStamp } from '../core/clock.ts';
import { AtoError, toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { openReadOnly } from '../storage/database.ts';
import { type FileLock, takeLock } from '../storage/store-lock.ts';
import { takeSnapshot } from './create.ts';
import { type BackupHost, type HomePaths, homePaths } from './host.ts';
import { assertSnapshotId, holdsFile, type Manifest, SNAPSHOT_FILES } from './manifest.ts';
import { clearRemoteVectors, type PartsOptions, smokeTest, stageParts, verifyIntegrity } from './restore-parts.ts';
import {
  allPassed,
  assertConfirmed,
  choosesVectors,
  createReport,
  createSteps,
  describeError,
  noteFailure,
  type OpenReport,
  planSteps,
  type RestoreInput,
  type Step,
} from './restore-report.ts';
import type { RestoreResult } from './results.ts';
import {
  discardSwap,
  endRestore,
  type Journal,
  keepReplacedDatabase,
  RESTORE_LOCK,
  swapFile,
  swapFolder,
  undoSwap,
  writeJournal,
} from './swap.ts';
import { requireValidSnapshot } from './validate.ts';

/**
 * Puts a snapshot in the place of database, registry and vectors. Everything is staged and compared while the service goes on; then all
 * operations of all processes pause, a safety snapshot is taken, the parts change places by renames, and the result is verified. A step
 * that fails puts everything back and the report says so (`ok: false`, case C40). Other processes open the store anew at their next
 * operation. Never call it from inside `withStore`. Throws INVALID_INPUT, NOT_FOUND, SNAPSHOT_INVALID and LOCKED before any change.
 */
export async function restoreSnapshot(host: BackupHost, input: RestoreInput): Promise<RestoreResult> {
  const started = performance.now();
  assertSnapshotId(input.snapshot);
  const dryRun = input.dryRun ?? true;
  if (!dryRun) assertConfirmed(input);
  const { folder, manifest, result } = await requireValidSnapshot(host.config.backup_dir, input.snapshot);
  const paths = homePaths(host.config);
  const withVectors = choosesVectors(paths, manifest, input);
  const report = createReport(input, manifest, paths, withVectors);
  report.steps.push({ name: 'validate', ok: true, detail: `${result.checks.length} checks passed` });
  if (dryRun) planSteps(report, input, paths);
  else await restoreLocked(host, input, { folder, manifest, paths, withVectors, report });
  return { ...report, duration_ms: Math.round(performance.now() - started) };
}

interface Work {
  folder: string;
  manifest: Manifest;
  paths: HomePaths;
  withVectors: boolean;
  report: OpenReport;
}

async function restoreLocked(host: BackupHost, input: RestoreInput, work: Work): Promise<void> {
  const held: FileLock[] = [];
  const hold = async (name: string, waitMs: number) =>
    held.push(await takeLock(host.lockFolder, name, 'exclusive', waitMs));
  try {
    if (input.offline) {
      await host.releaseStore();
      await hold('presence', 0);
    }
    await hold('backup', LIMITS.backupWaitMsMax);
    await hold(RESTORE_LOCK, LIMITS.backupWaitMsMax);
    await restoreStaged(host, input, work);
  } finally {
    for (const lock of held.reverse()) lock.release();
  }
}

async function restoreStaged(host: BackupHost, input: RestoreInput, work: Work): Promise<void> {
  const { paths, manifest, report, withVectors, folder } = work;
  const options: PartsOptions = { withVectors, busyTimeoutMs: host.config.busy_timeout_ms };
  const step = createSteps(report.steps, input.onStep);
  const left = endRestore(paths);
  if (left?.undone)
    report.steps.push({ name: 'recover', ok: true, detail: `an interrupted restore of ${left.snapshot} was undone` });
  const journal: Journal = {
    version: 1,
    token: randomBytes(6).toString('hex'),
    snapshot: manifest.id,
    safety_snapshot: null,
    phase: 'staging',
    existed: { db: existsSync(paths.db), registry: existsSync(paths.registry) },
    tables: null,
  };
  try {
    writeJournal(paths, journal);
    await step('stage', async () => {
      const tables = await stageParts(folder, manifest, paths, journal.token, options);
      if (paths.vectors) journal.tables = tables;
      return `${manifest.files.length} files copied and compared`;
    });
    await host.activity.exclusive(LIMITS.backupWaitMsMax, async (raise) => {
      report.steps.push({ name: 'quiet', ok: true, detail: 'no operation runs' });
      const changed = await replaceParts(host, input, work, journal, options, raise);
      return { result: undefined, changed };
    });
  } catch (error) {
    report.ok = false;
    noteFailure(report.steps, error);
    if (journal.phase === 'staging') {
      discardSwap(paths, journal.token);
      report.rolled_back = true;
      report.steps.push({ name: 'rollback', ok: true, detail: 'nothing had been replaced; the store is as it was' });
    }
    if (toAtoError(error).code === 'LOCKED') throw error;
  }
}

/** Everything that happens while no operation runs. Answers whether the store is another one now. */
async function replaceParts(
  host: BackupHost,
  input: RestoreInput,
  work: Work,
  journal: Journal,
  options: PartsOptions,
  raise: () => void,
): Promise<boolean> {
  const { paths, manifest, report } = work;
  const step = createSteps(report.steps, input.onStep);
  await host.releaseStore();
  const locks: FileLock[] = [];
  try {
    for (const name of ['vectors', 'registry'])
      locks.push(await takeLock(host.lockFolder, name, 'exclusive', LIMITS.lockWaitMsMax));
    const keep = await saveFirst(host, input, work, journal, step);
    Object.assign(journal.existed, { db: existsSync(paths.db), registry: existsSync(paths.registry) });
    writeJournal(paths, { ...journal, phase: 'swapping' });
    journal.phase = 'swapping';
    try {
      raise();
      await swapAndVerify(work, journal, options, step);
    } catch (error) {
      report.ok = false;
      noteFailure(report.steps, error);
      await rollBack(work, journal);
      return true;
    }
    journal.phase = 'done';
    writeJournal(paths, journal);
    await step('clean_up', async () => {
      const kept = keep ? keepReplacedDatabase(paths, journal.token, utcStamp(host.clock.now())) : undefined;
      discardSwap(paths, journal.token);
      return kept ? `the damaged database is kept as ${basename(kept)}` : 'what was replaced is removed';
    });
    report.steps.push({
      name: 'settings_files',
      ok: true,
      detail: settingsNote(manifest),
    });
    return true;
  } finally {
    for (const lock of locks.reverse()) lock.release();
  }
}

function settingsNote(manifest: Manifest): string {
  const inside = manifest.files
    .map((file) => file.path)
    .filter((path) => path === SNAPSHOT_FILES.config || path === SNAPSHOT_FILES.tokens);
  return inside.length === 0
    ? 'the snapshot holds neither atocore.json nor tokens.json'
    : `${inside.join(' and ')} of the snapshot are never put in place by themselves; copy them by hand if they are wanted`;
}

/** The safety snapshot. Answers whether the replaced database must be kept, since it is too damaged for one. */
async function saveFirst(
  host: BackupHost,
  input: RestoreInput,
  work: Work,
  journal: Journal,
  step: Step,
): Promise<boolean> {
  const { paths, report } = work;
  let keep = false;
  if (input.preSnapshot === false) {
    report.steps.push({ name: 'safety_snapshot', ok: true, detail: 'left out by choice' });
    return keep;
  }
  await step('safety_snapshot', async () => {
    if (!existsSync(paths.db)) return 'there is no store yet';
    try {
      const db = openReadOnly(paths.db);
      try {
        const made = await takeSnapshot(host, db, { kind: 'pre_restore', locked: true });
        report.pre_restore_snapshot = made.snapshot.id;
        journal.safety_snapshot = made.snapshot.id;
        return `the present store is kept as ${made.snapshot.id}`;
      } finally {
        db.close();
      }
    } catch (error) {
      if (!['CORRUPT', 'SNAPSHOT_INVALID'].includes(toAtoError(error).code)) throw error;
      keep = true;
      return 'the present database is damaged; its files are kept beside the new one as .damaged-<stamp>';
    }
  });
  return keep;
}

async function swapAndVerify(work: Work, journal: Journal, options: PartsOptions, step: Step): Promise<void> {
  const { paths, manifest, report, withVectors } = work;
  await step('database', async () => {
    swapFile(paths.db, journal.token, true);
    const stale = ['-wal', '-shm', '-journal'].filter((suffix) => existsSync(paths.db + suffix));
    if (stale.length > 0) throw new AtoError('CONFLICT', `Stale files lie beside the database: ${stale.join(', ')}.`);
    return 'replaced; no -wal or -shm is left beside it';
  });
  await step('registry', async () => {
    const present = holdsFile(manifest, SNAPSHOT_FILES.registry);
    swapFile(paths.registry, journal.token, present);
    return present ? 'replaced' : 'removed, as the snapshot has none';
  });
  await step('vectors', async () => {
    if (paths.vectors) swapFolder(paths.vectors, journal.token);
    else await clearRemoteVectors(paths, manifest);
    return withVectors
      ? `${manifest.vectors.rows ?? 0} rows restored`
      : 'removed; every chunk is pending and will be embedded again';
  });
  await step('integrity', async () => {
    report.integrity_ok = false;
    report.integrity_ok = allPassed(await verifyIntegrity(paths, manifest, options));
    return 'integrity, foreign keys, counts and vectors are as in the snapshot';
  });
  await step('smoke', async () => {
    const checks = await smokeTest(paths, manifest, options.busyTimeoutMs);
    allPassed(checks);
    return checks.map((check) => check.detail).join('; ');
  });
}

async function rollBack(work: Work, journal: Journal): Promise<void> {
  const { paths, report } = work;
  const named = journal.safety_snapshot ? `, the state of the safety snapshot ${journal.safety_snapshot}` : '';
  try {
    undoSwap(paths, journal);
    discardSwap(paths, journal.token);
    report.rolled_back = true;
    report.integrity_ok = null;
    report.steps.push({ name: 'rollback', ok: true, detail: `the store is as it was before${named}` });
  } catch (error) {
    // The journal stays: the next process that opens the store tries again.
    report.steps.push({
      name: 'rollback',
      ok: false,
      detail: `${describeError(error)}; restore${named || ' another snapshot'} by hand`,
    });
  }
}
