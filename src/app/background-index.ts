import { toAtoError } from '../core/errors.ts';
import { indexBatch } from '../search/vector-index.ts';
import type { AtoCore } from './atocore.ts';

/** Fills in pending vectors while other work goes on. One run at a time in a process; the vector lock orders processes. */
export interface BackgroundIndex {
  run(): Promise<void>;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

export function createBackgroundIndex(app: AtoCore): BackgroundIndex {
  let running: Promise<void> | undefined;
  let again = false;
  const stopping = new AbortController();

  const loop = async (): Promise<void> => {
    do {
      again = false;
      for (let pending = 1; pending > 0 && !stopping.signal.aborted; ) {
        const progress = await app.withStore((store) => indexBatch(store, { signal: stopping.signal }));
        pending = progress.pending;
        // Nothing embedded with work left would spin; the next refresh or start tries again.
        if (progress.embedded === 0) break;
        await new Promise((next) => setImmediate(next));
      }
    } while (again && !stopping.signal.aborted);
  };

  const index: BackgroundIndex = {
    run() {
      again = true;
      running ??= loop()
        .catch((error: unknown) => {
          // Nothing is lost: the chunks stay pending, search stays lexical for them and `status` counts them.
          const known = toAtoError(error);
          if (!stopping.signal.aborted)
            app.log.warn({ code: known.code }, `Vectors are not filled in: ${known.message}`);
        })
        .finally(() => {
          running = undefined;
          // Asked for after the last look at what is pending.
          if (again && !stopping.signal.aborted) void index.run();
        });
      return running;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
  return index;
}
