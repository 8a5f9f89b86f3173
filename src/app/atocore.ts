import type { Config } from '../config/load.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { Registry } from '../projects/registry.ts';
import type { Database } from '../storage/database.ts';
import type { VectorStore } from '../storage/vector-store.ts';

/** Every handle on one generation of the stored data. Never kept beyond the `withStore` call that gave it. */
export interface Store {
  readonly db: Database;
  /** Undefined when the embedder is off or cannot be loaded; search is lexical then. */
  readonly vectors: VectorStore | undefined;
  readonly embedder: Embedder | undefined;
  readonly generation: number;
  /** Runs a synchronous write in one immediate transaction, waiting for other processes. Throws LOCKED. */
  write<T>(work: () => T): Promise<T>;
}

/** What changed, as far as resources and lists are concerned; another process may have done it. */
export interface Change {
  kind: 'projects' | 'state' | 'memories' | 'documents';
  project?: string;
}

/** The whole product without a face. Made by `createAtoCore`; nothing is opened, locked or loaded before the first use. */
export interface AtoCore {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  /** Runs one operation's work on the store of the current generation, opening (and migrating) it when needed. */
  withStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Reports changes by this and other processes until the returned function is called. Opens nothing by itself. */
  watch(listener: (change: Change) => void): () => void;
  close(): Promise<void>;
}
