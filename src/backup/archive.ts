import { once } from 'node:events';
import { existsSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AtoError, toAtoError } from '../core/errors.ts';
import { makeFolder, syncFolder } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { findWorkerFile } from '../core/worker-file.ts';
import { cleanStaged, stagingFolder } from './clean-staged.ts';
import type { BackupHost } from './host.ts';
import { assertSnapshotId, isSnapshotId, MANIFEST_NAME, type Manifest } from './manifest.ts';
import type { CreateResult } from './results.ts';
import { syncTree } from './snapshot-files.ts';
import { inspectSnapshot, snapshotInvalid } from './validate.ts';

/** An encrypted snapshot is one file of this name: a tar archive of its folder inside the age format. */
export const ARCHIVE_SUFFIX = '.tar.age';
export const archiveName = (id: string) => `${id}${ARCHIVE_SUFFIX}`;

export type ArchiveTask =
  | { do: 'seal'; folder: string; id: string; paths: string[]; to: string; passphrase: string }
  | { do: 'open'; file: string; to: string; passphrase: string };

export interface ArchiveAnswer {
  error?: string;
  code?: string | undefined;
}

/**
 * Packs a valid snapshot into `<to>/<id>.tar.age`, opens that again and validates what came out: an archive that nobody ever opened is
 * no backup. `to` is an empty scratch folder. Answers the path. Throws CONFIG_INVALID for the passphrase, SNAPSHOT_INVALID.
 */
export async function sealSnapshot(
  folder: string,
  manifest: Manifest,
  to: string,
  passphraseFile: string,
  signal?: AbortSignal,
): Promise<string> {
  const passphrase = readPassphrase(passphraseFile);
  const archive = join(to, archiveName(manifest.id));
  const paths = [MANIFEST_NAME, ...manifest.files.map((file) => file.path)];
  await runTask({ do: 'seal', folder, id: manifest.id, paths, to: archive, passphrase }, signal);
  const trial = join(to, 'opened');
  await openInto(archive, trial, passphrase, manifest.id, signal);
  rmSync(trial, { recursive: true });
  return archive;
}

/**
 * The way back: decrypts an archive into a snapshot under the backup folder, after the full check. Throws NOT_FOUND, INVALID_INPUT for
 * a name that is no `<id>.tar.age`, CONFIG_INVALID for the passphrase file, CONFLICT when the snapshot is there, SNAPSHOT_INVALID.
 */
export async function openArchive(host: Pick<BackupHost, 'config' | 'clock'>, file: string): Promise<CreateResult> {
  const started = performance.now();
  const { backup_dir: backupDir, backup_passphrase_file: passphraseFile } = host.config;
  const id = basename(file, ARCHIVE_SUFFIX);
  if (!file.endsWith(ARCHIVE_SUFFIX) || !isSnapshotId(id)) assertSnapshotId(basename(file));
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile())
    throw new AtoError('NOT_FOUND', `There is no archive ${basename(file)}.`, 'Name the path of a <stamp>.tar.age.');
  if (passphraseFile === undefined)
    throw new AtoError(
      'CONFIG_INVALID',
      'The archive is encrypted and ATOCORE_BACKUP_PASSPHRASE_FILE is not set.',
      'Set it to the file whose first line is the passphrase.',
    );
  const passphrase = readPassphrase(passphraseFile);
  const place = join(backupDir, id);
  if (existsSync(place))
    throw new AtoError(
      'CONFLICT',
      `The snapshot ${id} is there already.`,
      '`atocore backup validate` tells whether it is good.',
    );
  cleanStaged(backupDir, host.clock.now());
  const staging = stagingFolder(backupDir);
  try {
    const snapshot = await openInto(file, staging, passphrase, id);
    syncTree(staging);
    renameSync(staging, place);
    syncFolder(backupDir);
    return { snapshot, duration_ms: Math.round(performance.now() - started) };
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

async function openInto(file: string, to: string, passphrase: string, id: string, signal?: AbortSignal) {
  makeFolder(to);
  await runTask({ do: 'open', file, to, passphrase }, signal);
  const { result } = await inspectSnapshot(to, id);
  if (!result.ok) throw snapshotInvalid(result);
  return result.snapshot;
}

/** The first line of the file. It is never part of a message. */
export function readPassphrase(file: string): string {
  const wrong = (what: string, cause?: unknown) =>
    new AtoError(
      'CONFIG_INVALID',
      `The passphrase file of backups ${what}.`,
      'See ATOCORE_BACKUP_PASSPHRASE_FILE.',
      {},
      cause,
    );
  let content: string;
  try {
    if (lstatSync(file).size > LIMITS.passphraseFileBytesMax)
      throw wrong(`is larger than ${LIMITS.passphraseFileBytesMax} bytes`);
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof AtoError ? error : wrong(`cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
  const passphrase = content.split(/\r?\n/)[0]!;
  if (passphrase.length < LIMITS.passphraseCharsMin)
    throw wrong(`must begin with a line of at least ${LIMITS.passphraseCharsMin} characters`);
  return passphrase;
}

async function runTask(task: ArchiveTask, signal?: AbortSignal): Promise<void> {
  const file = findWorkerFile('archive-worker', import.meta.url);
  if (!file) throw new AtoError('INTERNAL', 'The thread that packs archives is missing from the program.');
  const worker = new Worker(file, { workerData: task, execArgv: [] });
  try {
    const [answer] = (await once(worker, 'message', signal ? { signal } : {})) as [ArchiveAnswer];
    if (answer.error === undefined) return;
    const known = toAtoError(answer);
    if (known.code !== 'INTERNAL') throw known;
    throw new AtoError(
      'SNAPSHOT_INVALID',
      `The archive cannot be ${task.do === 'seal' ? 'made' : 'opened'}: ${answer.error}.`,
      'Check the passphrase file and the archive.',
    );
  } finally {
    await worker.terminate();
  }
}
