import { join } from 'node:path';
import { snapshotBeforeMigration } from '../backup/create.ts';
import { homePaths } from '../backup/host.ts';
import { recoverRestore } from '../backup/swap.ts';
import { type Config, lockFolderOf } from '../config/load.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { LIMITS } from '../core/limits.ts';
import { createLog, type Log } from '../core/log.ts';
import { createEmbedder } from '../embedding/create-embedder.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { CHUNKING_VERSION } from '../ingestion/chunk.ts';
import { createRegistry, type Registry } from '../projects/registry.ts';
import { type Database, openDatabase, writeTransaction } from '../storage/database.ts';
import { createLanceVectorStore } from '../storage/lance-vector-store.ts';
import type { Store } from '../storage/store.ts';
import { type ActivityLock, createActivityLock, type FileLock, takeLock } from '../storage/store-lock.ts';
import type { BackgroundExtract } from './background-extract.ts';
import { createBackgroundIndex } from './background-index.ts';
import { createSpoolDrain, type SpoolDrain } from './drain-spool.ts';
import { recoverStore } from './recover.ts';
import { runUpkeep } from './upkeep.ts';
import { type Change, watchChanges } from './watch-changes.ts';

export type { Change } from './watch-changes.ts';

/** The whole product without a face. Nothing is opened, locked or loaded before the first use. */
export interface AtoCore {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly activity: ActivityLock;
  /** Whether this process fills in vectors behind what it answers. */
  readonly longLived: boolean;
  /** Folder of the locks between processes. */
  readonly lockFolder: string;
  /** What goes wrong behind the callers of this process, by component; `status` names it. */
  readonly troubles: Map<string, string>;
  /** Runs one operation's work on the store of the current generation, opening (and migrating) it when needed. */
  withStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Closes every handle on the store, so that its files can be replaced; the next `withStore` opens it anew. */
  releaseStore(): Promise<void>;
  /** Fills in pending vectors behind the caller, while this process lives. Answers when none is pending or `close` was called. */
  indexBehind(): Promise<void>;
  /** Reads captured turns soon, behind the caller, in a process that lives long; nothing in any other. */
  extractBehind(): void;
  /** Reports changes by this and other processes until the returned function is called. Opens the store. */
  watch(listener: (change: Change) => void): () => void;
  /** The turns that hooks wrote down for this home and nobody has stored yet. */
  readonly spool: SpoolDrain;
  close(): Promise<void>;
}

export interface AtoCoreOverrides {
  clock?: Clock;
  log?: Log;
  /** A process that lives long resumes pending vectors at its first use of the store. Default false. */
  longLived?: boolean;
  /** Stores a bounded part of the spool before the first use of the store; a process that lives long stores all of it behind its work. Default false. */
  drainsShare?: boolean;
}

/** The composition root: the only place that puts the parts together. */
export function createAtoCore(config: Config, overrides: AtoCoreOverrides = {}): AtoCore {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.log_level);
  const lockFolder = lockFolderOf(config);
  const activity = createActivityLock(lockFolder);
  const embedder = createEmbedder(config.embedder, { modelsFolder: join(config.home, 'data', 'models') });
  let opened: Promise<Store> | undefined;
  let presence: FileLock | undefined;
  let extract: Promise<BackgroundExtract> | undefined;
  let resumed = false;
  let recovering: Promise<void> | undefined;
  const closing = new AbortController();
  let shared = false;
  let closed = false;

  const openStore = async (generation: number): Promise<Store> => {
    presence ??= await takeLock(lockFolder, 'presence', 'shared', LIMITS.lockWaitMsMax);
    const left = await recoverRestore(homePaths(config), lockFolder);
    if (left) log.warn(left, 'a restore that had been interrupted was ended');
    return composeStore(config, embedder, generation, async (db) => {
      await snapshotBeforeMigration(app, db);
    });
  };

  const currentStore = async (generation: number): Promise<Store> => {
    const present = await opened?.catch(() => undefined);
    if (present && present.generation !== generation) {
      closeStore(present);
      opened = undefined;
    }
    opened ??= openStore(generation);
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };

  const app: AtoCore = {
    config,
    clock,
    log,
    registry: createRegistry(config.registry_path, lockFolder, LIMITS.lockWaitMsMax),
    activity,
    longLived: overrides.longLived ?? false,
    lockFolder,
    troubles: new Map(),
    async withStore(work) {
      if (overrides.drainsShare && !shared) {
        // Before this operation is entered: the drain enters operations of its own, and a request for quiet lets none in behind another.
        shared = true;
        await drain.run({ filesMax: LIMITS.spoolShareFilesMax, msMax: LIMITS.spoolShareMsMax });
      }
      const { generation, leave } = await activity.enter(LIMITS.quietWaitMsMax);
      try {
        const store = await currentStore(generation);
        if (overrides.longLived && !resumed) {
          resumed = true;
          recovering = recoverStore(app, { signal: closing.signal });
          drain.start();
          app.extractBehind();
          // Once a day whichever process lives; what it could not do today it does tomorrow.
          runUpkeep(app).catch((error: unknown) => log.warn({ err: error }, 'the daily upkeep failed'));
        }
        return await work(store);
      } finally {
        leave();
      }
    },
    async releaseStore() {
      const present = await opened?.catch(() => undefined);
      opened = undefined;
      if (present) closeStore(present);
      presence?.release();
      presence = undefined;
    },
    indexBehind: () => index.run(),
    get spool() {
      return drain;
    },
    extractBehind() {
      if (!overrides.longLived || closed) return;
      // Its rules are loaded behind the first answer of a process, not before it.
      extract ??= import('./background-extract.ts').then(({ createBackgroundExtract }) => createBackgroundExtract(app));
      void extract.then((behind) => behind.soon());
    },
    watch: (listener) =>
      watchChanges(
        {
          opened: () => opened,
          open: () => app.withStore(async () => undefined),
          ...{ registry: app.registry, clock, log },
        },
        listener,
      ),
    async close() {
      if (closed) return;
      closed = true;
      closing.abort();
      await drain.stop();
      await index.stop();
      await (await extract)?.stop();
      await recovering;
      await app.releaseStore();
      await embedder?.close();
      activity.close();
    },
  };
  const index = createBackgroundIndex(app);
  const drain = createSpoolDrain(app);
  return app;
}

async function composeStore(
  config: Config,
  embedder: Embedder | undefined,
  generation: number,
  beforeMigration: (db: Database) => Promise<void>,
): Promise<Store> {
  const db = await openDatabase(config.db_path, config.busy_timeout_ms, beforeMigration);
  // The chunking is part of the identity of an index: other cuts are other vectors.
  const indexEmbedder = embedder && {
    ...bindEmbedder(embedder),
    fingerprint: `${embedder.fingerprint}${CHUNKING_VERSION}`,
  };
  return {
    db,
    dbPath: config.db_path,
    embedder: indexEmbedder,
    vectors:
      indexEmbedder && createLanceVectorStore(config.vector_uri, indexEmbedder.fingerprint, indexEmbedder.dimensions),
    degraded: embedder
      ? []
      : [{ component: 'embedder', reason: 'switched off by ATOCORE_EMBEDDER=none; search is lexical' }],
    generation,
    write: (work, options) => writeTransaction(db, config.busy_timeout_ms, work, options),
  };
}

function bindEmbedder(embedder: Embedder): Embedder {
  const { name, dimensions, fingerprint, fusionWeight } = embedder;
  return {
    name,
    dimensions,
    fingerprint,
    fusionWeight,
    embed: (texts, options) => embedder.embed(texts, options),
    close: () => embedder.close(),
  };
}

function closeStore(store: Store): void {
  store.vectors?.close();
  if (store.db.open) store.db.close();
}
