import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isoTime } from '../core/clock.ts';
import { AtoError, systemCode, toAtoError } from '../core/errors.ts';
import { isInside, makeFolder, syncFolder } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { takeLock } from '../storage/store-lock.ts';
import { sealSnapshot } from './archive.ts';
import { cleanStaged, stagingFolder } from './clean-staged.ts';
import type { BackupHost } from './host.ts';
import { newestSnapshot } from './list.ts';
import { assertSnapshotId, MANIFEST_NAME, type Manifest } from './manifest.ts';
import { writeRecord } from './records.ts';
import type { PushResult } from './results.ts';
import { copyFileSynced, digestFile, syncTree } from './snapshot-files.ts';
import { inspectSnapshot, requireValidSnapshot, snapshotInvalid } from './validate.ts';

const run = promisify(execFile);
const RSYNC_TIMEOUT_MS = 60 * 60 * 1_000;
const RSYNC_OUTPUT_BYTES_MAX = 1024 * 1024;

/**
 * Copies a snapshot (default: the newest good one) to `ATOCORE_BACKUP_REMOTE`, a folder or an rsync destination (`host:path`,
 * `rsync://…`), and compares the far side by checksums. A failure is a result with `ok: false`, recorded for `status`; the local
 * snapshot is never touched. With a passphrase file one encrypted archive is sent instead. Throws CONFIG_INVALID without a target, NOT_FOUND, INVALID_INPUT, SNAPSHOT_INVALID and LOCKED.
 */
export async function pushSnapshot(host: BackupHost, snapshot?: string, signal?: AbortSignal): Promise<PushResult> {
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
    result = await pushValid(host, target, folder, manifest, signal);
  } finally {
    lock.release();
  }
  await writeRecord(host, 'last_push', result);
  return result;
}

async function pushValid(
  host: BackupHost,
  target: string,
  folder: string,
  manifest: Manifest,
  signal: AbortSignal | undefined,
): Promise<PushResult> {
  const result: PushResult = {
    snapshot: { id: manifest.id },
    ok: false,
    at: isoTime(host.clock.now()),
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
    verified: false,
  };
  try {
    const place = isRsyncTarget(target) ? target : resolveTarget(host, target);
    if (host.config.backup_passphrase_file !== undefined) {
      const sent = await pushArchive(host, place, folder, manifest, signal);
      return { ...result, ok: true, verified: true, files: 1, bytes: sent };
    }
    if (isRsyncTarget(target)) await pushByRsync(`${folder}/`, `${trimmed(target)}/${manifest.id}/`, signal);
    else await pushToFolder(host, place, folder, manifest);
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
  makeFolder(target);
  cleanStaged(target, host.clock.now());
  const place = join(target, manifest.id);
  if (existsSync(place)) {
    // What lies there already counts when it is good; a damaged copy is made anew.
    if ((await inspectSnapshot(place, manifest.id)).result.ok) return;
  }
  const staging = stagingFolder(target);
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

/**
 * Encrypts the snapshot into one file under the backup folder, tries that it opens, and sends it. What the far side then holds is
 * compared byte by byte through SHA-256 (or by rsync). Answers its size. Never sends anything that is not encrypted.
 */
async function pushArchive(
  host: BackupHost,
  target: string,
  folder: string,
  manifest: Manifest,
  signal: AbortSignal | undefined,
): Promise<number> {
  const scratch = stagingFolder(host.config.backup_dir);
  mkdirSync(scratch, { mode: 0o700 });
  try {
    const archive = await sealSnapshot(folder, manifest, scratch, host.config.backup_passphrase_file!, signal);
    const { bytes, sha256 } = await digestFile(archive);
    if (isRsyncTarget(target)) {
      await pushByRsync(archive, `${trimmed(target)}/`, signal);
      return bytes;
    }
    makeFolder(target);
    cleanStaged(target, host.clock.now());
    const staged = stagingFolder(target);
    await copyFileSynced(archive, staged);
    if ((await digestFile(staged)).sha256 !== sha256)
      throw new AtoError('UNAVAILABLE', 'The far side holds other bytes after the copy.');
    renameSync(staged, join(target, basename(archive)));
    syncFolder(target);
    return bytes;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const trimmed = (target: string) => target.replace(/\/$/, '');

async function pushByRsync(from: string, place: string, signal: AbortSignal | undefined): Promise<void> {
  const options = { timeout: RSYNC_TIMEOUT_MS, maxBuffer: RSYNC_OUTPUT_BYTES_MAX, ...(signal ? { signal } : {}) };
  // Only inside a folder of its own may anything be deleted on the far side.
  const mirror = from.endsWith('/') ? ['--delete'] : [];
  // `--` ends the options, so that a target can never be read as one.
  await run('rsync', ['--recursive', '--times', ...mirror, '--', from, place], options);
  const { stdout } = await run(
    'rsync',
    ['--recursive', '--checksum', ...mirror, '--dry-run', '--itemize-changes', '--', from, place],
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
