import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AtoError, invalidInput } from '../core/errors.ts';
import { writeFileAtomic } from '../core/files.ts';
import { sha256 } from '../core/ids.ts';
import { LIMITS } from '../core/limits.ts';
import { SCHEMA_VERSION } from '../storage/migrations/index.ts';

/** Raised when a program that knows only the number before could misread a snapshot. */
export const FORMAT_VERSION = 1;
export const MANIFEST_NAME = 'manifest.json';

/** Names inside a snapshot. Vectors lie under `vectors/`, as the vector store names them. */
export const SNAPSHOT_FILES = {
  database: 'atocore.db',
  registry: 'project-registry.json',
  config: 'atocore.json',
  tokens: 'tokens.json',
} as const;
export const VECTORS_FOLDER = 'vectors';

const STAMP = /^\d{8}T\d{6}Z$/;
/** Plain segments only: nothing hidden, no separators of any platform, no step upwards. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

export const isSnapshotId = (value: string): boolean => STAMP.test(value);

/** Throws INVALID_INPUT for anything but a stamp, so that an id can never be a path. */
export function assertSnapshotId(value: string): void {
  if (isSnapshotId(value)) return;
  throw invalidInput(
    `"${value.slice(0, 40)}" is not the id of a snapshot.`,
    'Wanted: a stamp such as 20260102T030405Z; `atocore backup list` shows them.',
  );
}

/** Whether a manifest may name this path: a known file, or plain segments under the folder of the vectors. */
export function isSnapshotPath(path: string): boolean {
  if ((Object.values(SNAPSHOT_FILES) as string[]).includes(path)) return true;
  const [first, ...rest] = path.split('/');
  return first === VECTORS_FOLDER && rest.length > 0 && rest.every((segment) => SEGMENT.test(segment));
}

export const SNAPSHOT_KINDS = ['manual', 'scheduled', 'pre_restore', 'pre_migration'] as const;
export type SnapshotKind = (typeof SNAPSHOT_KINDS)[number];

const count = z.number().int().nonnegative();

export const snapshotFileSchema = z.strictObject({
  path: z.string().max(512).refine(isSnapshotPath, 'not a path of a snapshot'),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SnapshotFile = z.output<typeof snapshotFileSchema>;

export const manifestSchema = z.strictObject({
  format_version: z.literal(FORMAT_VERSION),
  id: z.string().regex(STAMP),
  created_at: z.iso.datetime(),
  kind: z.enum(SNAPSHOT_KINDS),
  /** Name and version of the program that wrote it. */
  tool: z.string().max(120),
  build: z.strictObject({ sha: z.string(), time: z.string(), branch: z.string(), version: z.string() }),
  schema_version: count,
  /** Of the vectors that most chunks have; null when none has any. */
  fingerprint: z.string().nullable(),
  counts: z.record(z.string(), count),
  vectors: z.strictObject({
    included: z.boolean(),
    rows: count.nullable(),
    /** Why they were left out. */
    note: z.string().nullable(),
  }),
  /** Queries with the references that lexical search answered when the snapshot was made, best first. */
  known_questions: z.array(z.strictObject({ query: z.string(), refs: z.array(z.string()) })).max(32),
  files: z.array(snapshotFileSchema).min(1).max(LIMITS.snapshotFilesMax),
  validated: z.strictObject({ at: z.iso.datetime(), ok: z.boolean() }).nullable(),
  /** SHA-256 of this manifest without this line, so that a damaged manifest is no foreign one. */
  checksum: z.string(),
});
export type Manifest = z.output<typeof manifestSchema>;

/** Whether a snapshot has this file. */
export const holdsFile = (manifest: Manifest, path: string): boolean =>
  manifest.files.some((file) => file.path === path);

export type SnapshotProblem = 'damaged' | 'incomplete' | 'foreign' | 'newer';

/** Writes the manifest with its checksum, synced. */
export function writeManifest(folder: string, manifest: Omit<Manifest, 'checksum'>): Manifest {
  const whole = { ...manifest, checksum: checksumOf(manifest) };
  writeFileAtomic(join(folder, MANIFEST_NAME), `${JSON.stringify(whole, null, 2)}\n`);
  return whole;
}

function checksumOf(manifest: object): string {
  const { checksum: _checksum, ...rest } = manifest as Record<string, unknown>;
  return sha256(JSON.stringify(rest));
}

/** Reads and judges a manifest; every way in which it can be wrong is a value. `id` is the name of its folder. */
export function readManifest(
  folder: string,
  id: string,
): { manifest: Manifest } | { problem: SnapshotProblem; detail: string } {
  const path = join(folder, MANIFEST_NAME);
  const raw = readPlainText(path);
  if (raw === undefined) {
    const hasDatabase = isPlainFile(join(folder, SNAPSHOT_FILES.database));
    return hasDatabase
      ? { problem: 'incomplete', detail: 'the manifest is missing' }
      : { problem: 'foreign', detail: 'the folder holds no manifest' };
  }
  const parsed = parseJson(raw);
  if (parsed === undefined) return { problem: 'foreign', detail: 'the manifest is not JSON' };
  const head = z.looseObject({ format_version: z.number(), schema_version: z.number().optional() }).safeParse(parsed);
  if (!head.success) return { problem: 'foreign', detail: 'the manifest has no format version' };
  const { format_version: format, schema_version: schema = 0 } = head.data;
  if (format > FORMAT_VERSION)
    return { problem: 'newer', detail: `format ${format}; this AtoCore reads up to ${FORMAT_VERSION}` };
  if (schema > SCHEMA_VERSION)
    return { problem: 'newer', detail: `schema ${schema}; this AtoCore knows up to ${SCHEMA_VERSION}` };
  const whole = manifestSchema.safeParse(parsed);
  if (!whole.success) {
    const issue = whole.error.issues[0];
    return {
      problem: 'foreign',
      detail: `the manifest is not one of ours: ${issue?.path.join('.')}: ${issue?.message}`,
    };
  }
  if (whole.data.id !== id) return { problem: 'foreign', detail: `the manifest belongs to ${whole.data.id}` };
  if (checksumOf(parsed as object) !== whole.data.checksum)
    return { problem: 'damaged', detail: 'the manifest does not match its own checksum' };
  return { manifest: whole.data };
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    // The caller names it as a problem of the snapshot.
    return undefined;
  }
}

function readPlainText(path: string): string | undefined {
  if (!isPlainFile(path) || lstatSync(path).size > LIMITS.manifestBytesMax) return undefined;
  return readFileSync(path, 'utf8');
}

/** A file that is no link: whoever can write into the backup folder must not choose what a restore reads. */
export function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The folder of a snapshot. Throws INVALID_INPUT for what is no id, NOT_FOUND when there is no such folder. */
export function snapshotFolder(backupDir: string, id: string): string {
  assertSnapshotId(id);
  const folder = join(backupDir, id);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new AtoError('NOT_FOUND', `There is no snapshot ${id}.`, '`atocore backup list` shows those that there are.');
}
