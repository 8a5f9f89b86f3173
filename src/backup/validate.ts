import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { AtoError, toAtoError } from '../core/errors.ts';
import { type Database, openReadOnly } from '../storage/database.ts';
import { schemaVersion } from '../storage/migrate.ts';
import { checkDatabaseFile } from './check-database.ts';
import { compareVectors, countProjects, countRows } from './contents.ts';
import {
  holdsFile,
  MANIFEST_NAME,
  type Manifest,
  readManifest,
  SNAPSHOT_FILES,
  type SnapshotProblem,
  snapshotFolder,
  VECTORS_FOLDER,
} from './manifest.ts';
import type { Check, SnapshotSummary, ValidateResult } from './results.ts';
import { digestFile, walkFiles } from './snapshot-files.ts';

export interface ValidateOptions {
  /** Manifest and sizes only: no file is read. Default false. */
  quick?: boolean;
}

/**
 * Judges a snapshot without changing it. In full: checksum of every file, integrity and foreign keys of the database, row counts,
 * vectors against chunks. What is wrong is a value, not an error. Throws INVALID_INPUT for what is no id, NOT_FOUND.
 */
export async function validateSnapshot(
  backupDir: string,
  id: string,
  options: ValidateOptions = {},
): Promise<ValidateResult> {
  return (await inspectSnapshot(snapshotFolder(backupDir, id), id, options)).result;
}

/** `validateSnapshot` for a caller that goes on with the content. Throws SNAPSHOT_INVALID. */
export async function requireValidSnapshot(
  backupDir: string,
  id: string,
): Promise<{ folder: string; manifest: Manifest; result: ValidateResult }> {
  const folder = snapshotFolder(backupDir, id);
  const { manifest, result } = await inspectSnapshot(folder, id);
  if (!result.ok || !manifest) throw snapshotInvalid(result);
  return { folder, manifest, result };
}

/** The error of a snapshot that did not pass, with what was found. */
export function snapshotInvalid(result: ValidateResult): AtoError {
  const failed = result.checks.filter((check) => !check.ok);
  return new AtoError(
    'SNAPSHOT_INVALID',
    `The snapshot ${result.snapshot.id} is ${result.problem}: ${failed.map((check) => check.detail).join('; ')}.`,
    result.problem === 'newer'
      ? 'Install the AtoCore that wrote it, or a newer one.'
      : 'Choose another one: `atocore backup list`.',
    { snapshot: result.snapshot.id, problem: result.problem, checks: result.checks },
  );
}

/** Judges the folder of a snapshot, also one that is still staged under another name. */
export async function inspectSnapshot(
  folder: string,
  id: string,
  options: ValidateOptions = {},
): Promise<{ manifest: Manifest | undefined; result: ValidateResult }> {
  const checks: Check[] = [];
  let problem: SnapshotProblem | undefined;
  const note = (name: string, ok: boolean, detail: string, kind: SnapshotProblem = 'damaged') => {
    checks.push({ name, ok, detail });
    if (!ok) problem ??= kind;
  };
  const read = readManifest(folder, id);
  if ('problem' in read) {
    note('manifest', false, read.detail, read.problem);
    return { manifest: undefined, result: conclude(summarize(id, undefined, problem), checks) };
  }
  const { manifest } = read;
  note('manifest', true, `format ${manifest.format_version}, schema ${manifest.schema_version}`);
  checkFiles(folder, manifest, note);
  if (!options.quick && !problem) await checkSums(folder, manifest, note);
  if (!options.quick && !problem) await checkContents(folder, manifest, note);
  return { manifest, result: conclude(summarize(id, manifest, problem), checks) };
}

function conclude(snapshot: SnapshotSummary, checks: Check[]): ValidateResult {
  return {
    snapshot,
    ok: snapshot.problem === null,
    ...(snapshot.problem ? { problem: snapshot.problem } : {}),
    checks,
  };
}

export function summarize(
  id: string,
  manifest: Manifest | undefined,
  problem: SnapshotProblem | undefined,
): SnapshotSummary {
  return {
    id,
    created_at: manifest?.created_at ?? null,
    kind: manifest?.kind ?? null,
    bytes: manifest ? manifest.files.reduce((sum, file) => sum + file.bytes, 0) : null,
    files: manifest?.files.length ?? null,
    schema_version: manifest?.schema_version ?? null,
    fingerprint: manifest?.fingerprint ?? null,
    counts: manifest?.counts ?? null,
    vectors: manifest?.vectors ?? null,
    validated: manifest?.validated ?? null,
    problem: problem ?? null,
  };
}

type Note = (name: string, ok: boolean, detail: string, kind?: SnapshotProblem) => void;

const shown = (paths: readonly string[]) =>
  `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;

function checkFiles(folder: string, manifest: Manifest, note: Note): void {
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  const found = new Map(walkFiles(folder).map((file) => [file.path, file.plain]));
  const wanted = new Set([...listed.keys(), SNAPSHOT_FILES.database]);
  const missing = [...wanted].filter((path) => !found.has(path));
  const links = [...found].filter(([, plain]) => !plain).map(([path]) => path);
  const strange = [...found.keys()].filter((path) => path !== MANIFEST_NAME && !wanted.has(path));
  const resized = [...listed.values()].filter(
    ({ path, bytes }) => found.get(path) && lstatSync(join(folder, path)).size !== bytes,
  );
  if (missing.length > 0) note('files', false, `missing: ${shown(missing)}`, 'incomplete');
  else if (links.length > 0) note('files', false, `not plain files: ${shown(links)}`);
  else if (strange.length > 0) note('files', false, `not in the manifest: ${shown(strange)}`);
  else if (resized.length > 0) note('files', false, `of another size: ${shown(resized.map((file) => file.path))}`);
  else note('files', true, `${listed.size} files of the right size`);
}

async function checkSums(folder: string, manifest: Manifest, note: Note): Promise<void> {
  const wrong: string[] = [];
  for (const file of manifest.files)
    if ((await digestFile(join(folder, file.path))).sha256 !== file.sha256) wrong.push(file.path);
  if (wrong.length > 0) note('checksums', false, `other content: ${shown(wrong)}`);
  else note('checksums', true, `${manifest.files.length} files`);
}

async function checkContents(folder: string, manifest: Manifest, note: Note): Promise<void> {
  let db: Database | undefined;
  try {
    const path = join(folder, SNAPSHOT_FILES.database);
    for (const check of await checkDatabaseFile(path)) note(check.name, check.ok, check.detail);
    db = openReadOnly(path);
    const schema = schemaVersion(db);
    note('schema', schema === manifest.schema_version, `the database has schema ${schema}`);
    const wrong = wrongCounts(countRows(db), manifest.counts);
    note('counts', wrong.length === 0, wrong.length === 0 ? 'as in the manifest' : `other counts: ${wrong.join(', ')}`);
    noteRegistry(folder, manifest, note);
    if (manifest.vectors.included) await noteVectors(db, folder, note);
    else note('vectors', true, `not included: ${manifest.vectors.note ?? 'left out'}`);
  } catch (error) {
    note('contents', false, `cannot be opened: ${toAtoError(error).message}`);
  } finally {
    db?.close();
  }
}

/** Tables whose count is not as expected, `name now/expected`. */
export function wrongCounts(now: Record<string, number>, expected: Record<string, number>): string[] {
  return Object.entries(now)
    .filter(([table, n]) => n !== expected[table])
    .map(([table, n]) => `${table} ${n}/${expected[table] ?? 'none'}`);
}

function noteRegistry(folder: string, manifest: Manifest, note: Note): void {
  if (!holdsFile(manifest, SNAPSHOT_FILES.registry)) {
    note('registry', true, 'there was none');
    return;
  }
  const projects = countProjects(join(folder, SNAPSHOT_FILES.registry));
  // A registry that was broken when it was copied is kept as it was: the snapshot is faithful, not the file good.
  note('registry', true, 'count' in projects ? `${projects.count} projects` : `kept as it was: ${projects.reason}`);
}

async function noteVectors(db: Database, folder: string, note: Note): Promise<void> {
  const compared = await compareVectors(db, join(folder, VECTORS_FOLDER));
  const good = compared.missing === 0 && compared.duplicates === 0;
  note(
    'vectors',
    good,
    `${compared.rows} rows, ${compared.missing} missing, ${compared.duplicates} twice, ${compared.orphans} without a chunk`,
  );
}
