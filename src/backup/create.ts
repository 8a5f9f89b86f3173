import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime, utcStamp } from '../core/clock.ts';
import { systemCode, toAtoError } from '../core/errors.ts';
import { makeFolder, syncFolder } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { programVersion } from '../core/version.ts';
import { copyDatabase, type Database, openReadOnly } from '../storage/database.ts';
import { schemaVersion } from '../storage/migrate.ts';
import { type FileLock, takeLock } from '../storage/store-lock.ts';
import { cleanStaged, stagingFolder } from './clean-staged.ts';
import { compareVectors, countProjects, countRows, mainFingerprint, recordQuestions } from './contents.ts';
import { type BackupHost, type HomePaths, homePaths } from './host.ts';
import {
  FORMAT_VERSION,
  type Manifest,
  SNAPSHOT_FILES,
  type SnapshotFile,
  type SnapshotKind,
  VECTORS_FOLDER,
  writeManifest,
} from './manifest.ts';
import type { CreateResult } from './results.ts';
import { copyFileSynced, digestFile, syncTree, vectorFiles } from './snapshot-files.ts';
import { inspectSnapshot, snapshotInvalid, summarize } from './validate.ts';

export interface SnapshotOptions {
  kind?: SnapshotKind;
  /** Default true. A remote vector store is never included; the manifest says so. */
  includeVectors?: boolean;
  /** The caller holds the `vectors` and `registry` locks already. Default false. */
  locked?: boolean;
}

/**
 * Makes one consistent copy of database, registry and vectors (and of `config/atocore.json` and `config/tokens.json`, for a lost home)
 * while the store is in use, validates it and gives it its name. Other processes go on reading and writing rows; writers of vectors
 * wait for the copy of the vector files. Throws LOCKED, SNAPSHOT_INVALID (nothing is kept then) and the errors of the file system.
 */
export async function createSnapshot(host: BackupHost, options: SnapshotOptions = {}): Promise<CreateResult> {
  cleanStaged(host.config.backup_dir, host.clock.now());
  return host.withStore((store) => takeSnapshot(host, store.db, options));
}

/**
 * The snapshot that is taken before the first migration step of a database that holds data (case C35); an empty one needs none. The
 * vectors are left out: a migration does not touch them.
 */
export async function snapshotBeforeMigration(
  host: Omit<BackupHost, 'withStore'>,
  db: Database,
): Promise<CreateResult | undefined> {
  if (schemaVersion(db) === 0) return undefined;
  return takeSnapshot(host, db, { kind: 'pre_migration', includeVectors: false });
}

/** `createSnapshot` of a database that the caller has open. */
export async function takeSnapshot(
  host: Omit<BackupHost, 'withStore'>,
  db: Database,
  options: SnapshotOptions,
): Promise<CreateResult> {
  const started = performance.now();
  const backupDir = host.config.backup_dir;
  const staging = stagingFolder(backupDir);
  makeFolder(staging);
  try {
    const paths = homePaths(host.config);
    const vectors = choosesVectors(paths, options);
    const files = await cut(host, db, paths, staging, vectors.included, options.locked ?? false);
    const described = await describe(host, staging, files, vectors, options.kind ?? 'manual');
    const manifest = await publish(host, backupDir, staging, described);
    return {
      snapshot: summarize(manifest.id, manifest, undefined),
      duration_ms: Math.round(performance.now() - started),
    };
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

function choosesVectors(paths: HomePaths, options: SnapshotOptions): { included: boolean; note: string | null } {
  if (options.includeVectors === false) return { included: false, note: 'left out by choice; they can be rebuilt' };
  if (!paths.vectors) return { included: false, note: 'the vector store is remote; its vectors can be rebuilt' };
  return { included: true, note: null };
}

/**
 * The moment of the snapshot: with the `vectors` lock held no vector comes or goes, so every chunk that the copied database marks as
 * embedded has its vector in the copied files.
 */
async function cut(
  host: Pick<BackupHost, 'lockFolder'>,
  db: Database,
  paths: HomePaths,
  staging: string,
  withVectors: boolean,
  locked: boolean,
): Promise<SnapshotFile[]> {
  const held: FileLock[] = [];
  const lock = async (name: string) => {
    if (!locked) held.push(await takeLock(host.lockFolder, name, 'exclusive', LIMITS.backupWaitMsMax));
  };
  const files: SnapshotFile[] = [];
  const copy = async (from: string, path: string) => {
    if (existsSync(from)) files.push({ path, ...(await copyFileSynced(from, join(staging, path))) });
  };
  try {
    if (withVectors) await lock('vectors');
    await lock('registry');
    await copyDatabase(db, join(staging, SNAPSHOT_FILES.database));
    await copy(paths.registry, SNAPSHOT_FILES.registry);
    held.pop()?.release();
    if (withVectors && paths.vectors) {
      for (const path of vectorFiles(paths.vectors)) await copy(join(paths.vectors, path), `${VECTORS_FOLDER}/${path}`);
    }
  } finally {
    for (const one of held.reverse()) one.release();
  }
  chmodSync(join(staging, SNAPSHOT_FILES.database), 0o600);
  files.unshift({
    path: SNAPSHOT_FILES.database,
    ...(await digestFile(join(staging, SNAPSHOT_FILES.database), true)),
  });
  await copy(paths.config, SNAPSHOT_FILES.config);
  await copy(paths.tokens, SNAPSHOT_FILES.tokens);
  return files;
}

type Description = Omit<Manifest, 'id' | 'created_at' | 'validated' | 'checksum'>;

async function describe(
  host: Pick<BackupHost, 'config'>,
  staging: string,
  files: SnapshotFile[],
  wanted: { included: boolean; note: string | null },
  kind: SnapshotKind,
): Promise<Description> {
  const { build_sha: sha, build_time: time, build_branch: branch } = host.config;
  const version = programVersion();
  const copied = openReadOnly(join(staging, SNAPSHOT_FILES.database));
  try {
    const vectors = await describeVectors(copied, staging, wanted);
    const projects = countProjects(join(staging, SNAPSHOT_FILES.registry));
    return {
      format_version: FORMAT_VERSION,
      kind,
      tool: `atocore ${version}`,
      build: { sha, time, branch, version },
      schema_version: schemaVersion(copied),
      fingerprint: mainFingerprint(copied),
      counts: { ...countRows(copied), ...('count' in projects ? { projects: projects.count } : {}) },
      vectors,
      known_questions: recordQuestions(copied),
      files: vectors.included ? files : files.filter((file) => !file.path.startsWith(`${VECTORS_FOLDER}/`)),
    };
  } finally {
    copied.close();
  }
}

/** Vectors that do not fit their chunks are left out: they are derived, and a backup of the truth must not fail for them. */
async function describeVectors(
  copied: Database,
  staging: string,
  wanted: { included: boolean; note: string | null },
): Promise<Manifest['vectors']> {
  if (!wanted.included) return { ...wanted, rows: null };
  const folder = join(staging, VECTORS_FOLDER);
  let note: string;
  try {
    const { rows, missing, duplicates } = await compareVectors(copied, folder);
    if (missing + duplicates === 0) return { ...wanted, rows };
    note = `left out: ${missing} chunks had no vector and ${duplicates} had two; they can be rebuilt`;
  } catch (error) {
    note = `left out: ${toAtoError(error).message} They can be rebuilt`;
  }
  rmSync(folder, { recursive: true, force: true });
  return { included: false, rows: null, note };
}

const SECOND_MS = 1_000;
const NAME_TRIES = 120;

/** Validates what is staged (case C41) and renames it to the first free second. */
async function publish(
  host: Pick<BackupHost, 'clock'>,
  backupDir: string,
  staging: string,
  described: Description,
): Promise<Manifest> {
  const now = host.clock.now();
  let id = utcStamp(now);
  const write = (validated: Manifest['validated']) =>
    writeManifest(staging, { ...described, id, created_at: isoTime(now), validated });
  write(null);
  const { result } = await inspectSnapshot(staging, id);
  if (!result.ok) throw snapshotInvalid(result);
  for (let tries = 0; ; tries += 1) {
    id = utcStamp(new Date(now.getTime() + tries * SECOND_MS));
    if (tries < NAME_TRIES && existsSync(join(backupDir, id))) continue;
    const manifest = write({ at: isoTime(host.clock.now()), ok: true });
    syncTree(staging);
    try {
      renameSync(staging, join(backupDir, id));
    } catch (error) {
      // Another process was faster with this second.
      const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(error) ?? '');
      if (!taken || tries >= NAME_TRIES) throw error;
      continue;
    }
    syncFolder(backupDir);
    return manifest;
  }
}
