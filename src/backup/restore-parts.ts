import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AtoError } from '../core/errors.ts';
import { makeFolder } from '../core/files.ts';
import { programVersion } from '../core/version.ts';
import { type Database, openDatabase, openReadOnly, sql } from '../storage/database.ts';
import { createLanceVectorStore } from '../storage/lance-vector-store.ts';
import { schemaVersion } from '../storage/migrate.ts';
import { checkDatabaseFile } from './check-database.ts';
import { answerQuestion, changedAnswers, compareVectors, countProjects, countRows } from './contents.ts';
import type { HomePaths } from './host.ts';
import { type Manifest, SNAPSHOT_FILES, VECTORS_FOLDER } from './manifest.ts';
import { RECORD_NAMES } from './records.ts';
import type { Check } from './results.ts';
import { copyFileSynced, syncTree } from './snapshot-files.ts';
import { stagedFile, stagedFolder } from './swap.ts';
import { wrongCounts } from './validate.ts';

const REGISTRY_MODE = 0o644;

export interface PartsOptions {
  withVectors: boolean;
  busyTimeoutMs: number;
}

/** Copies the parts of a snapshot beside their places and compares every checksum on the way. Answers the names of the tables. */
export async function stageParts(
  folder: string,
  manifest: Manifest,
  paths: HomePaths,
  token: string,
  options: PartsOptions,
): Promise<string[]> {
  if (paths.vectors) makeFolder(stagedFolder(paths.vectors, token));
  for (const file of manifest.files) {
    const to = stagedPath(file.path, paths, token, options.withVectors);
    if (to === undefined) continue;
    const { sha256, bytes } = await copyFileSynced(join(folder, file.path), to);
    if (sha256 !== file.sha256 || bytes !== file.bytes) {
      throw new AtoError('SNAPSHOT_INVALID', `The file ${file.path} changed since the snapshot was validated.`);
    }
    if (file.path === SNAPSHOT_FILES.registry) chmodSync(to, REGISTRY_MODE);
  }
  await prepareDatabase(paths, token, options);
  if (!paths.vectors) return [];
  syncTree(stagedFolder(paths.vectors, token));
  return readdirSync(stagedFolder(paths.vectors, token));
}

function stagedPath(path: string, paths: HomePaths, token: string, withVectors: boolean): string | undefined {
  if (path === SNAPSHOT_FILES.database) return stagedFile(paths.db, token);
  if (path === SNAPSHOT_FILES.registry) return stagedFile(paths.registry, token);
  const [first, ...rest] = path.split('/');
  if (first !== VECTORS_FOLDER || !withVectors || !paths.vectors) return undefined;
  return join(stagedFolder(paths.vectors, token), ...rest);
}

/** Opens the staged database with the program's own code, which migrates it when it is older, and fits it to its new home. */
async function prepareDatabase(paths: HomePaths, token: string, options: PartsOptions): Promise<void> {
  const staged = stagedFile(paths.db, token);
  const db = await openDatabase(staged, options.busyTimeoutMs);
  try {
    db.transaction(() => {
      for (const [name, value] of keptSettings(paths.db))
        sql(
          db,
          'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        ).run(name, value);
      if (options.withVectors) return;
      sql(db, 'UPDATE chunks SET embedded_as = NULL WHERE embedded_as IS NOT NULL').run();
      sql(db, 'DELETE FROM vector_removals').run();
      sql(db, `DELETE FROM settings WHERE name = 'vector_batches'`).run();
    })();
  } finally {
    db.close();
  }
  for (const suffix of ['-wal', '-shm']) rmSync(staged + suffix, { force: true });
}

function keptSettings(dbPath: string): [string, string][] {
  if (!existsSync(dbPath)) return [];
  let present: Database | undefined;
  try {
    present = openReadOnly(dbPath);
    const row = present.prepare('SELECT value FROM settings WHERE name = ?');
    return RECORD_NAMES.flatMap((name) => {
      const found = row.get(name) as { value: string } | undefined;
      return found ? [[name, found.value] as [string, string]] : [];
    });
  } catch {
    // A damaged database is what restores are for; the next drill and push write these anew.
    return [];
  } finally {
    present?.close();
  }
}

/** Removes every vector of a store that is not a local folder; the next indexing makes them anew. */
export async function clearRemoteVectors(paths: HomePaths, manifest: Manifest): Promise<void> {
  const store = createLanceVectorStore(paths.vectorUri, manifest.fingerprint ?? 'none', 0);
  try {
    await store.clear();
    await store.dropOthers();
  } finally {
    store.close();
  }
}

/** Integrity, counts and vectors of what was put in place, opened with the program's own code. */
export async function verifyIntegrity(paths: HomePaths, manifest: Manifest, options: PartsOptions): Promise<Check[]> {
  const db = await openDatabase(paths.db, options.busyTimeoutMs);
  try {
    const checks = await checkDatabaseFile(paths.db);
    if (schemaVersion(db) === manifest.schema_version) {
      const wrong = wrongCounts(countRows(db), manifest.counts);
      checks.push({ name: 'counts', ok: wrong.length === 0, detail: wrong.join(', ') || 'as in the snapshot' });
    }
    if (options.withVectors) {
      const { rows, missing, duplicates } = await compareVectors(db, paths.vectorUri);
      const ok = missing + duplicates === 0;
      checks.push({ name: 'vectors', ok, detail: `${rows} rows, ${missing} missing, ${duplicates} twice` });
    }
    return checks;
  } finally {
    db.close();
  }
}

/**
 * Asks the questions that were recorded with the snapshot and reads the registry. The program that wrote the snapshot must answer the
 * same references; another version may rank otherwise and must only find something.
 */
export async function smokeTest(paths: HomePaths, manifest: Manifest, busyTimeoutMs: number): Promise<Check[]> {
  const db = await openDatabase(paths.db, busyTimeoutMs);
  try {
    const questions = manifest.known_questions;
    const same = manifest.build.version === programVersion();
    const wrong = same
      ? changedAnswers(db, questions)
      : questions.filter(({ query, refs }) => refs.length > 0 && answerQuestion(db, query).length === 0);
    const projects = countProjects(paths.registry);
    const expected = manifest.counts['projects'];
    return [
      {
        name: 'known_questions',
        ok: wrong.length === 0,
        detail: `${questions.length - wrong.length} of ${questions.length} answered as before`,
      },
      'count' in projects
        ? {
            name: 'registry',
            ok: (expected ?? projects.count) === projects.count,
            detail: `${projects.count} projects`,
          }
        : { name: 'registry', ok: expected === undefined, detail: `as in the snapshot: ${projects.reason}` },
    ];
  } finally {
    db.close();
  }
}
