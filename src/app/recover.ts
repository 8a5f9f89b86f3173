import { setTimeout } from 'node:timers/promises';
import { cleanStaged } from '../backup/clean-staged.ts';
import { isoTime } from '../core/clock.ts';
import { toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { healVectors } from '../search/heal-vectors.ts';
import { sql } from '../storage/database.ts';
import type { AtoCore } from './atocore.ts';

export interface RecoverOptions {
  signal?: AbortSignal;
  /** Default `recoveryPauseMs`. */
  pauseMs?: number;
  /** Compares vectors with chunks however short ago another process did. Default false. */
  force?: boolean;
}

const SETTING = 'vectors_checked_at';

/**
 * Ends what a process that was killed left half done: staged snapshots are removed, stray vectors too, and pending chunks are embedded.
 * Idempotent, behind the callers of a process that lives long; what goes wrong is named in `status` and tried again at the next start.
 * Of servers that start together one compares the vectors: the others need not load the vector store for it.
 */
export async function recoverStore(app: AtoCore, options: RecoverOptions = {}): Promise<void> {
  const { signal, pauseMs = LIMITS.recoveryPauseMs } = options;
  try {
    cleanStaged(app.config.backup_dir, app.clock.now());
    await app.indexBehind();
    // Loading the vector store would hold up the first answer of a server that has just started.
    if (pauseMs > 0) await setTimeout(pauseMs, undefined, { ref: false, ...(signal ? { signal } : {}) });
    if (options.force || (await claimCheck(app))) await mendVectors(app);
    app.troubles.delete('recovery');
  } catch (thrown) {
    if (signal?.aborted) return;
    const { code, message } = toAtoError(thrown);
    app.troubles.set('recovery', `what the last process left was not cleared up: ${message}`);
    app.log.warn({ code }, `The recovery at the start failed: ${message}`);
  }
}

async function mendVectors(app: AtoCore): Promise<void> {
  const { orphans, missing, duplicates } = await app.withStore((store) => healVectors(store));
  if (orphans + missing + duplicates === 0) return;
  app.log.warn({ orphans, missing, duplicates }, 'vectors and chunks did not match and were mended');
  await app.indexBehind();
}

/** Whether this process is to compare now; a moment in the future was written before the clock went back. */
async function claimCheck(app: AtoCore): Promise<boolean> {
  const now = app.clock.now();
  return app.withStore((store) =>
    store.write(() => {
      const row = sql(store.db, 'SELECT value FROM settings WHERE name = ?').get(SETTING) as
        | { value: string }
        | undefined;
      const age = row ? now.getTime() - Date.parse(row.value) : Number.POSITIVE_INFINITY;
      if (age >= 0 && age < LIMITS.recoveryEveryMs) return false;
      sql(
        store.db,
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      ).run(SETTING, isoTime(now));
      return true;
    }),
  );
}
