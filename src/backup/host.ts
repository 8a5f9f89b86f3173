import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import type { Clock } from '../core/clock.ts';
import { isRemoteUri } from '../core/files.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../storage/store.ts';
import type { ActivityLock } from '../storage/store-lock.ts';

/** What backup needs of the running program; `AtoCore` is one. Never call a function that takes it from inside `withStore`. */
export interface BackupHost {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly activity: ActivityLock;
  readonly lockFolder: string;
  /** What goes wrong behind the callers of this process, by component, for `status`: a full disk may refuse every other record. */
  readonly troubles?: Map<string, string>;
  withStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
  releaseStore(): Promise<void>;
}

/** Where the parts of one home lie. */
export interface HomePaths {
  db: string;
  /** Undefined when the vector store is not a local folder. */
  vectors: string | undefined;
  vectorUri: string;
  registry: string;
  config: string;
  tokens: string;
}

export function homePaths(config: Config): HomePaths {
  return {
    db: config.db_path,
    vectors: isRemoteUri(config.vector_uri) ? undefined : config.vector_uri,
    vectorUri: config.vector_uri,
    registry: config.registry_path,
    config: join(config.home, 'config', 'atocore.json'),
    tokens: join(config.home, 'config', 'tokens.json'),
  };
}

/** The same layout in another, empty folder: what a drill restores into. */
export function scratchPaths(home: string): HomePaths {
  const vectors = join(home, 'data', 'lancedb');
  return {
    db: join(home, 'data', 'db', 'atocore.db'),
    vectors,
    vectorUri: vectors,
    registry: join(home, 'config', 'project-registry.json'),
    config: join(home, 'config', 'atocore.json'),
    tokens: join(home, 'config', 'tokens.json'),
  };
}
