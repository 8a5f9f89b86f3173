/** One vector of the derived index. `id` is the chunk's id in SQLite; `vector` has exactly the store's dimensions. */
export interface VectorRow {
  id: number;
  project: string;
  vector: Float32Array;
}

export interface VectorHit {
  id: number;
  /** Cosine similarity, -1 to 1. */
  similarity: number;
}

/**
 * A derived index of chunk vectors, one table per embedding fingerprint, so that vectors of two embedders never mix.
 * Writes happen under the `vectors` lock only (the caller's duty): concurrent upserts of one new key would make silent duplicates.
 * Every method throws UNAVAILABLE when the backend cannot be loaded or reached; the caller then answers lexically.
 */
export interface VectorStore {
  readonly backend: string;
  /** Inserts or replaces by id. Idempotent. A vector of a wrong length is an INTERNAL error before anything is written. */
  upsert(rows: readonly VectorRow[]): Promise<void>;
  /** Removes by id; unknown ids are no error. */
  remove(ids: readonly number[]): Promise<void>;
  /** The nearest rows, best first; `project` undefined searches all. An index without rows answers an empty list. */
  nearest(vector: Float32Array, count: number, project?: string): Promise<VectorHit[]>;
  count(): Promise<number>;
  /** All ids of the table, in no order: what the drift check compares with the chunks. */
  ids(): Promise<number[]>;
  /** Merges small fragments and removes the files of older versions. */
  compact(): Promise<void>;
  /** Removes by id and leaves no copy of those vectors in any file; answers how many were there. Takes as long as `compact`. */
  purge(ids: readonly number[]): Promise<number>;
  /** Drops every table but this fingerprint's own. */
  dropOthers(): Promise<void>;
  /** Drops this fingerprint's table; the next upsert makes it anew. */
  clear(): Promise<void>;
  close(): void;
}
