import { sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import { withVectorLock } from './vector-index.ts';

/** What was mended: vectors of no marked chunk, chunks whose vector was missing, ids that stood more than once. */
export interface HealedVectors {
  orphans: number;
  missing: number;
  duplicates: number;
}

const NOTHING: HealedVectors = { orphans: 0, missing: 0, duplicates: 0 };

/**
 * Makes the vector store and the marks of the chunks agree again: stray vectors go, and every chunk without exactly one vector becomes
 * pending. Idempotent; one process at a time. Compares counts first, so that a sound index costs next to nothing; `thorough` compares every
 * id whatever the counts. Throws UNAVAILABLE when the vectors cannot be read; `resetIndex` is the way then.
 */
export async function healVectors(store: Store, options: { thorough?: boolean } = {}): Promise<HealedVectors> {
  const { embedder, vectors } = store;
  if (!embedder || !vectors) return NOTHING;
  if (!options.thorough && !(await looksUneven(store, embedder.fingerprint, () => vectors.count()))) return NOTHING;
  return withVectorLock(store.dbPath, async () => {
    const marked = markedIds(store, embedder.fingerprint);
    const times = new Map<number, number>();
    for (const id of await vectors.ids()) times.set(id, (times.get(id) ?? 0) + 1);
    const orphans = [...times.keys()].filter((id) => !marked.has(id));
    const missing = [...marked].filter((id) => !times.has(id));
    const duplicates = [...times].flatMap(([id, count]) => (count > 1 && marked.has(id) ? [id] : []));
    // The marks go first: killed in between, a chunk is pending and its vector made again, never believed and absent.
    await store.write(() => {
      const unmark = sql(store.db, 'UPDATE chunks SET embedded_as = NULL WHERE id = ?');
      for (const id of [...missing, ...duplicates]) unmark.run(id);
    });
    await vectors.remove([...orphans, ...duplicates]);
    await store.write(() => {
      const settled = sql(store.db, 'DELETE FROM vector_removals WHERE chunk_id = ?');
      for (const id of orphans) settled.run(id);
    });
    return { orphans: orphans.length, missing: missing.length, duplicates: duplicates.length };
  });
}

/** Equal counts with other ids are possible only after a fault that a doctor looks for; a start does not read every id. */
async function looksUneven(store: Store, fingerprint: string, count: () => Promise<number>): Promise<boolean> {
  const { n } = sql(store.db, 'SELECT count(*) AS n FROM chunks WHERE embedded_as = ?').get(fingerprint) as {
    n: number;
  };
  return (await count()) !== n;
}

function markedIds(store: Store, fingerprint: string): Set<number> {
  const rows = sql(store.db, 'SELECT id FROM chunks WHERE embedded_as = ?').all(fingerprint) as { id: number }[];
  return new Set(rows.map((row) => row.id));
}
