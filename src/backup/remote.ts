import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isoTime } from '../core/clock.ts';
import { AtoError, systemCode, toAtoError } from '../core/errors.ts';
import { isInside, syncFolder } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { takeLock } from '../storage/store-lock.ts';
import { cleanStaged, STAGING_PREFIX } from './clean-staged.ts';
import type { BackupHost } from './host.ts';
import { newestSnapshot } from './list.ts';
import { assertSnapshotId, MANIFEST_NAME, type Manifest } from './manifest.ts';
import { writeRecord } from './records.ts';
import type { PushResult } from './results.ts';
import { copyFileSynced, syncTree } from './snapshot-files.ts';
import { inspectSnapshot, requireValidSnapshot, snapshotInvalid } from './validate.ts';

const run = promisify(execFile);
const RSYNC_TIMEOUT_MS = 60 * 60 * 1_000;
const RSYNC_OUTPUT_BYTES_MAX = 1024 * 1024;

/**
 * Copies a snapshot (default: the newest good one) to `ATOCORE_BACKUP_REMOTE`, a folder or an rsync destination (`host:path`,
 * `rsync://…`), and compares the far side by checksums. A failure is a result with `ok: false`, recorded for `status`; the local
 * snapshot is never touched. Throws CONFIG_INVALID without a target, NOT_FOUND, INVALID_INPUT, SNAPSHOT_INVALID and LOCKED.
 */
export async function pushSnapshot(host: BackupHost, snapshot?: string): Promise<PushResult> {
  const target = host.config.backup_remote;
  if (target === undefined)
    throw new AtoError('CONFIG_INVALID', 'No off-host target is configured.', 'Set ATOCORE_BACKUP_REMOTE.');
  if (snapshot !== undefined) assertSnapshotId(snapshot);
  const id = snapshot ?? (await newestSnapshot(host.config.backup_dir))?.id;
  if (id === undefined)
    throw new AtoError('NOT_FOUND', 'There is no good snapshot to push.', 'Make one: `atocore backup create`.');
  const lock = await takeLock(host.lockFolder, 'backup', 'exclusive', LIMITS.backupWaitMsMax);
  let result: PushResult;
  try {
    const { folder, manifest } = await requireValidSnapshot(host.config.backup_dir, id);
    result = await pushValid(host, target, folder, manifest);
  } finally {
    lock.release();
  }
  await writeRecord(host, 'last_push', result);
  return result;
}

async function pushValid(host: BackupHost, target: string, folder: string, manifest: Manifest): Promise<PushResult> {
  const result: PushResult = {
    snapshot: { id: manifest.id },
    ok: false,
    at: isoTime(host.clock.now()),
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
    verified: false,
  };
  try {
    if (isRsyncTarget(target)) await pushByRsync(target, folder, manifest.id);
    else await pushToFolder(host, resolveTarget(host, target), folder, manifest);
    return { ...result, ok: true, verified: true };
  } catch (error) {
    return { ...result, error: explain(error) };
  }
}

/** `host:path`, `user@host:path` and `rsync://` go through rsync; a path does not, nor does a drive letter. */
export function isRsyncTarget(target: string): boolean {
  if (target.startsWith('rsync://')) return true;
  return !isAbsolute(target) && /^[^/\\:]{2,}:/.test(target);
}

function resolveTarget(host: BackupHost, target: string): string {
  const folder = resolve(target);
  if (!isAbsolute(target))
    throw new AtoError('CONFIG_INVALID', 'A folder as off-host target must be an absolute path.');
  if (isInside(host.config.backup_dir, folder))
    throw new AtoError('CONFIG_INVALID', 'The off-host target lies inside the folder of the snapshots itself.');
  return folder;
}

async function pushToFolder(host: BackupHost, target: string, folder: string, manifest: Manifest): Promise<void> {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  cleanStaged(target, host.clock.now());
  const place = join(target, manifest.id);
  if (existsSync(place)) {
    // What lies there already counts when it is good; a damaged copy is made anew.
    if ((await inspectSnapshot(place, manifest.id)).result.ok) return;
  }
  const staging = join(target, `${STAGING_PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    for (const path of [...manifest.files.map((file) => file.path), MANIFEST_NAME])
      await copyFileSynced(join(folder, path), join(staging, path));
    syncTree(staging);
    const { result } = await inspectSnapshot(staging, manifest.id);
    if (!result.ok) throw snapshotInvalid(result);
    rmSync(place, { recursive: true, force: true });
    renameSync(staging, place);
    syncFolder(target);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

async function pushByRsync(target: string, folder: string, id: string): Promise<void> {
  const place = `${target.replace(/\/$/, '')}/${id}/`;
  const options = { timeout: RSYNC_TIMEOUT_MS, maxBuffer: RSYNC_OUTPUT_BYTES_MAX };
  // `--` ends the options, so that a target can never be read as one.
  await run('rsync', ['--recursive', '--times', '--delete', '--', `${folder}/`, place], options);
  const { stdout } = await run(
    'rsync',
    ['--recursive', '--checksum', '--delete', '--dry-run', '--itemize-changes', '--', `${folder}/`, place],
    options,
  );
  const differing = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('.'));
  if (differing.length > 0)
    throw new AtoError('UNAVAILABLE', `The far side differs in ${differing.length} files after the copy.`);
}

function explain(error: unknown): string {
  const code = systemCode(error);
  if (code === 'ENOENT' && (error as { syscall?: string }).syscall?.startsWith('spawn'))
    return 'rsync is not installed, and the target is not a folder.';
  if (typeof (error as { code?: unknown }).code === 'number')
    return `rsync ended with code ${(error as { code: number }).code}.`;
  const known = toAtoError(error);
  return known === error || !code ? known.message : `The target cannot be written (${code}).`;
}
