import { setTimeout } from 'node:timers/promises';
import { cleanStaged } from '../backup/clean-staged.ts';
import { toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { healVectors } from '../search/heal-vectors.ts';
import type { AtoCore } from './atocore.ts';

/**
 * Ends what a process that was killed left half done: staged snapshots are removed, stray vectors too, and pending chunks are embedded.
 * Idempotent, behind the callers of a process that lives long; what goes wrong is named in `status` and tried again at the next start.
 */
export async function recoverStore(
  app: AtoCore,
  options: { signal?: AbortSignal; pauseMs?: number } = {},
): Promise<void> {
  const { signal, pauseMs = LIMITS.recoveryPauseMs } = options;
  try {
    cleanStaged(app.config.backup_dir, app.clock.now());
    await app.indexBehind();
    // Loading the vector store would hold up the first answer of a server that has just started.
    if (pauseMs > 0) await setTimeout(pauseMs, undefined, { ref: false, ...(signal ? { signal } : {}) });
    const { orphans, missing, duplicates } = await app.withStore((store) => healVectors(store));
    if (orphans + missing + duplicates > 0) {
      app.log.warn({ orphans, missing, duplicates }, 'vectors and chunks did not match and were mended');
      await app.indexBehind();
    }
    app.troubles.delete('recovery');
  } catch (thrown) {
    if (signal?.aborted) return;
    const { code, message } = toAtoError(thrown);
    app.troubles.set('recovery', `what the last process left was not cleared up: ${message}`);
    app.log.warn({ code }, `The recovery at the start failed: ${message}`);
  }
}
