import type { Embedder } from '../embedding/embedder.ts';
import type { Database } from './database.ts';
import type { VectorStore } from './vector-store.ts';

/** Every handle on one generation of the stored data. Never kept beyond the `withStore` call that gave it. */
export interface Store {
  readonly db: Database;
  readonly dbPath: string;
  /** Undefined when the embedder is off; search is lexical then. */
  readonly vectors: VectorStore | undefined;
  readonly embedder: Embedder | undefined;
  /** What is missing from the start, such as an embedder that is switched off. */
  readonly degraded: readonly { component: string; reason: string }[];
  readonly generation: number;
  /** Runs a synchronous write in one immediate transaction, waiting for other processes; see `writeTransaction`. Throws LOCKED. */
  write<T>(work: () => T, options?: { durable?: boolean }): Promise<T>;
}
