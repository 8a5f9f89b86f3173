import { isoTime } from '../core/clock.ts';
import { toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { type RefreshReport, refreshProject } from '../ingestion/refresh.ts';
import { findTwinConflicts, moveAliases, planAliasMoves } from '../projects/alias-moves.ts';
import { namesOf, type Project } from '../projects/project.ts';
import { countPending, indexBatch } from '../search/vector-index.ts';
import { sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import { takeLock } from '../storage/store-lock.ts';
import type { AtoCore } from './atocore.ts';
import { routeStoreOf } from './detect.ts';
import { incomingRoot, isIncomingOfOthers } from './incoming-root.ts';

export interface RefreshOptions {
  full?: boolean;
  signal?: AbortSignal | undefined;
  progress?: ((progress: { done: number; total?: number; message: string }) => void) | undefined;
}

export interface RefreshAnswer extends RefreshReport {
  chunks: number;
  vectors: number;
  duration_ms: number;
}

/** Vectors of a small change are filled in before the answer; a larger one fills in behind. */
const INDEX_AT_ONCE_MAX = 64;

/** Refreshes one project under its lock: a second refresh of it waits, and answers LOCKED when the first takes long. */
export async function refreshAndIndex(
  app: AtoCore,
  project: Project,
  options: RefreshOptions = {},
): Promise<RefreshAnswer> {
  const started = performance.now();
  return app.withStore(async (store) => {
    const report = await readUnderLock(app, store, project, options);
    // Vectors have a lock of their own, so that another refresh need not wait for the encoder.
    await indexSmallChange(app, store);
    // A process that ends with its command fills in vectors by other means; see the command line.
    if (app.longLived) void app.indexBehind();
    return { ...report, ...countIndexed(store, project.id), duration_ms: Math.round(performance.now() - started) };
  });
}

async function readUnderLock(
  app: AtoCore,
  store: Store,
  project: Project,
  options: RefreshOptions,
): Promise<RefreshReport> {
  const lock = await takeLock(app.lockFolder, `refresh-${project.id}`, 'exclusive', LIMITS.lockWaitMsMax);
  try {
    await adoptAliasRows(app, store, project);
    return await refreshProject({
      project: { ...project, ingest_roots: [...project.ingest_roots, ...incomingRoot(app, project)] },
      isRegistered: (id) => app.registry.loadOrLast().snapshot.find(id)?.id === id,
      isForeign: (source, path) => isIncomingOfOthers(project, source, path),
      sources: app.config.sources,
      full: options.full ?? false,
      clock: app.clock,
      db: store.db,
      write: store.write,
      onStored: (id, owner, features) => routeStoreOf(store.db).replaceDocument(id, owner, features),
      signal: options.signal,
      progress: (done, total) => options.progress?.({ done, total, message: `reading documents of ${project.id}` }),
    });
  } finally {
    lock.release();
  }
}

/**
 * An alias that a person wrote into the registry file had no preview: rows stored under it move now (case C04). Twins that say different
 * things stay where they are until someone chooses; the preview of an update shows them.
 */
async function adoptAliasRows(app: AtoCore, store: Store, project: Project): Promise<void> {
  const names = namesOf(project);
  if (planAliasMoves(store.db, project.id, names).length === 0) return;
  const act = { actor: 'system', reason: 'alias found in the registry file', at: isoTime(app.clock.now()) };
  const moved = await store.write(() => {
    if (findTwinConflicts(store.db, project.id, names).length > 0) return false;
    moveAliases(store.db, project.id, names, act);
    return true;
  });
  if (!moved)
    app.log.warn(
      { project: project.id },
      'Trusted state under an alias contradicts the project: `atocore project update` shows it.',
    );
}

async function indexSmallChange(app: AtoCore, store: Store): Promise<void> {
  if (!store.embedder) return;
  const pending = countPending(store.db, store.embedder.fingerprint);
  if (pending > INDEX_AT_ONCE_MAX) return;
  try {
    await indexBatch(store);
  } catch (error) {
    // The rows are stored and searchable; the chunks stay pending and `status` counts them.
    const known = toAtoError(error);
    app.log.warn({ code: known.code }, `Vectors are not filled in: ${known.message}`);
  }
}

function countIndexed(store: Store, project: string): { chunks: number; vectors: number } {
  return sql(
    store.db,
    'SELECT count(*) AS chunks, count(CASE WHEN embedded_as IS ? THEN 1 END) AS vectors FROM chunks WHERE project = ?',
  ).get(store.embedder?.fingerprint ?? '', project) as { chunks: number; vectors: number };
}
