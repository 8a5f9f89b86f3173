import { dirname } from 'node:path';
import { AtoError } from '../core/errors.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { embeddingText } from '../ingestion/chunk-text.ts';
import { type Database, sql } from '../storage/database.ts';
import { createLanceVectorStore } from '../storage/lance-vector-store.ts';
import type { Store } from '../storage/store.ts';
import { type FileLock, takeLock } from '../storage/store-lock.ts';
import type { VectorStore } from '../storage/vector-store.ts';

/** Chunks of one call: some seconds of work, which is how long a restore may have to wait for quiet. */
const BATCH = 512;
/** Chunks of one write to the vector store. */
const GROUP = 256;
/** Every batch makes one version and one fragment of the table; after this many they are merged. */
const BATCHES_BEFORE_COMPACTION = 8;
const LOCK_WAIT_MS = 30_000;

export interface IndexProgress {
  embedded: number;
  pending: number;
}

/** The same as `embedded_as IS NOT @fingerprint`, in a form that SQLite answers from the index: most often nothing is pending. */
const IS_PENDING = '(embedded_as IS NULL OR embedded_as < @fingerprint OR embedded_as > @fingerprint)';

/** Chunks whose vector of the present fingerprint is missing. */
export function countPending(db: Database, fingerprint: string): number {
  return (sql(db, `SELECT count(*) AS n FROM chunks WHERE ${IS_PENDING}`).get({ fingerprint }) as { n: number }).n;
}

/** Runs `work` as the only writer of vectors on this home: compaction, snapshots and restores take the same lock. */
export async function withVectorLock<T>(dbPath: string, work: () => Promise<T>): Promise<T> {
  const lock: FileLock = await takeLock(`${dirname(dbPath)}/locks`, 'vectors', 'exclusive', LOCK_WAIT_MS);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * Embeds and stores one batch of pending chunks and removes vectors of chunks that are gone. Answers how many are left; call again
 * until none is. Idempotent: a crash between store and mark embeds the batch once more. Nothing to do takes no lock and loads nothing.
 */
export async function indexBatch(
  store: Store,
  options: { project?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<IndexProgress> {
  const { embedder, vectors } = store;
  if (!embedder || !vectors) return { embedded: 0, pending: 0 };
  const batch = takePending(store.db, embedder.fingerprint, options.project);
  const removals = listRemovals(store.db);
  if (batch.length === 0 && removals.length === 0) return { embedded: 0, pending: 0 };
  const groups =
    batch.length === 0
      ? [[]]
      : Array.from({ length: Math.ceil(batch.length / GROUP) }, (_, at) => batch.slice(at * GROUP, (at + 1) * GROUP));
  // All groups are handed over at once: the encoder works on the next one while the one before is stored.
  const embedded = groups.map((group) => embedGroup(embedder, group, options.signal));
  for (const promise of embedded) promise.catch(() => undefined);
  for (const [at, group] of groups.entries()) {
    const found = await embedded[at]!;
    await withVectorLock(store.dbPath, () =>
      storeVectors(store, embedder, vectors, group, found, at === 0 ? removals : []),
    );
  }
  return { embedded: batch.length, pending: countPending(store.db, embedder.fingerprint) };
}

function embedGroup(
  embedder: Embedder,
  group: readonly PendingRow[],
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const texts = group.map((row) =>
    embeddingText(row.title, JSON.parse(row.heading_path) as string[], row.doc_date ?? undefined, row.text),
  );
  return embedder.embed(texts, signal ? { signal } : {});
}

interface PendingRow {
  id: number;
  project: string;
  heading_path: string;
  text: string;
  title: string;
  doc_date: string | null;
}

/** `+id` keeps SQLite from walking all rows in order when few or none are pending. */
function takePending(db: Database, fingerprint: string, project: string | undefined): PendingRow[] {
  return sql(
    db,
    `SELECT c.id, c.project, c.heading_path, c.text, d.title, d.doc_date FROM chunks c JOIN documents d ON d.id = c.document_id
     WHERE c.id IN (SELECT id FROM chunks WHERE ${IS_PENDING} AND (@project IS NULL OR project = @project) ORDER BY +id LIMIT ${BATCH})
     ORDER BY c.id`,
  ).all({ fingerprint, project: project ?? null }) as PendingRow[];
}

function listRemovals(db: Database): number[] {
  return (sql(db, 'SELECT chunk_id FROM vector_removals LIMIT 20000').all() as { chunk_id: number }[]).map(
    (row) => row.chunk_id,
  );
}

async function storeVectors(
  store: Store,
  embedder: Embedder,
  vectors: VectorStore,
  batch: readonly PendingRow[],
  found: readonly Float32Array[],
  removals: readonly number[],
): Promise<void> {
  // A chunk that was removed while it was embedded must not come back as a vector.
  const alive = new Set(
    (
      sql(store.db, 'SELECT c.id FROM json_each(?) wanted JOIN chunks c ON c.id = wanted.value').all(
        JSON.stringify(batch.map((row) => row.id)),
      ) as { id: number }[]
    ).map((row) => row.id),
  );
  const rows = batch.flatMap((row, at) =>
    alive.has(row.id) ? [{ id: row.id, project: row.project, vector: found[at]! }] : [],
  );
  await vectors.upsert(rows);
  if (removals.length > 0) await vectors.remove(removals);
  await store.write(() => {
    const mark = sql(store.db, 'UPDATE chunks SET embedded_as = ? WHERE id = ?');
    for (const row of rows) mark.run(embedder.fingerprint, row.id);
    const removed = sql(store.db, 'DELETE FROM vector_removals WHERE chunk_id = ?');
    for (const id of removals) removed.run(id);
    sql(
      store.db,
      `INSERT INTO settings (name, value) VALUES ('vector_batches', '1') ON CONFLICT (name) DO UPDATE SET value = value + 1`,
    ).run();
  });
  await compactWhenDue(store, vectors, embedder.fingerprint);
}

async function compactWhenDue(store: Store, vectors: VectorStore, fingerprint: string): Promise<void> {
  const row = sql(store.db, `SELECT value FROM settings WHERE name = 'vector_batches'`).get() as
    | { value: string }
    | undefined;
  if (Number(row?.value ?? 0) < BATCHES_BEFORE_COMPACTION) return;
  await vectors.compact();
  // Only a complete index may replace the one of another fingerprint.
  if (countPending(store.db, fingerprint) === 0) await vectors.dropOthers();
  await store.write(() => sql(store.db, `DELETE FROM settings WHERE name = 'vector_batches'`).run());
}

/**
 * Removes the vectors of chunks that a person had erased from every table and every file; answers how many there were. `chunks` bear the
 * fingerprint under which they were embedded. Their removal stays noted when the vector store does not answer (UNAVAILABLE).
 */
export async function purgeVectors(
  store: Store,
  vectorUri: string,
  chunks: readonly { id: number; embedded_as: string | null }[],
): Promise<number> {
  const byTable = Map.groupBy(chunks, (chunk) => chunk.embedded_as);
  let removed = 0;
  for (const [fingerprint, rows] of byTable) {
    if (fingerprint === null) continue;
    const own = fingerprint === store.embedder?.fingerprint ? store.vectors : undefined;
    // Dimensions matter to new vectors only, and none is made here.
    const table = own ?? createLanceVectorStore(vectorUri, fingerprint, 0);
    try {
      removed += await withVectorLock(store.dbPath, () => table.purge(rows.map(({ id }) => id)));
    } finally {
      if (!own) table.close();
    }
  }
  await store.write(() => {
    for (const { id } of chunks) sql(store.db, 'DELETE FROM vector_removals WHERE chunk_id = ?').run(id);
  });
  return removed;
}

export interface VectorDrift {
  rows: number;
  pending: number;
  /** Vectors whose chunk is gone. */
  orphans: number;
  /** Chunks that are marked as embedded and have no vector. */
  missing: number;
}

/** Compares the vector store with the chunks, id by id. */
export async function measureDrift(store: Store): Promise<VectorDrift> {
  const { embedder, vectors } = requireIndex(store);
  const ids = await vectors.ids();
  const marked = new Set(
    (sql(store.db, 'SELECT id FROM chunks WHERE embedded_as = ?').all(embedder.fingerprint) as { id: number }[]).map(
      (row) => row.id,
    ),
  );
  const distinct = new Set(ids);
  const orphans = ids.length - [...distinct].filter((id) => marked.has(id)).length;
  const missing = [...marked].filter((id) => !distinct.has(id)).length;
  return { rows: ids.length, pending: countPending(store.db, embedder.fingerprint), orphans, missing };
}

/** Marks every chunk as pending and drops the table; `indexBatch` then makes it anew from SQLite. */
export async function resetIndex(store: Store): Promise<void> {
  const { vectors } = requireIndex(store);
  await withVectorLock(store.dbPath, async () => {
    await store.write(() => {
      sql(store.db, 'UPDATE chunks SET embedded_as = NULL').run();
      sql(store.db, 'DELETE FROM vector_removals').run();
    });
    await vectors.clear();
    await vectors.dropOthers();
  });
}

function requireIndex(store: Store): { embedder: Embedder; vectors: VectorStore } {
  if (store.embedder && store.vectors) return { embedder: store.embedder, vectors: store.vectors };
  throw new AtoError(
    'EMBEDDER_UNAVAILABLE',
    'The embedder is switched off, so there is no vector index.',
    'Set ATOCORE_EMBEDDER=bundled.',
  );
}
