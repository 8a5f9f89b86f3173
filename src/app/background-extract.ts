import { countUnextracted } from '../capture/extraction-runs.ts';
import { AtoError, toAtoError } from '../core/errors.ts';
import type { AtoCore } from './atocore.ts';
import { extractInteractions } from './extract-interactions.ts';

/** Reads captured turns while other work goes on; never on the path of a capture (case C22). */
export interface BackgroundExtract {
  /** Asks for a run soon; more calls before it starts are one run. */
  soon(): void;
  /** Ends after the turn in hand. */
  stop(): Promise<void>;
}

/** So long a conversation is left alone: turns come in pairs, and whoever captured is about to do something else. */
const QUIET_MS = 3_000;
/** Turns that other processes captured are found by looking. */
const LOOK_MS = 60_000;
/** An endpoint that does not answer is asked again after so long. */
const PAUSE_MS = 10 * 60_000;

export function createBackgroundExtract(app: AtoCore): BackgroundExtract {
  let running: Promise<void> | undefined;
  let planned: NodeJS.Timeout | undefined;
  let pausedUntil = 0;
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    if (stopping.signal.aborted || performance.now() < pausedUntil) return;
    try {
      // Another process that extracts now does this work too.
      await extractInteractions(app, { signal: stopping.signal, waitMs: 0 });
      app.troubles.delete('extractor');
    } catch (thrown) {
      const error = toAtoError(thrown);
      // Replies were compared with memories all the same where somebody wants no candidates.
      if (stopping.signal.aborted || error.code === 'LOCKED' || app.config.extractor === 'none') return;
      pausedUntil = performance.now() + PAUSE_MS;
      // Nothing is lost: the turns wait, and `status` counts them.
      app.troubles.set('extractor', error.message);
      app.log.warn({ code: error.code, err: error.cause }, `Candidates are not looked for: ${error.message}`);
    }
  };
  const start = (): void => {
    planned = undefined;
    running ??= run().finally(() => {
      running = undefined;
    });
  };
  const soon = (): void => {
    if (planned || stopping.signal.aborted) return;
    planned = setTimeout(start, QUIET_MS);
    planned.unref();
  };
  const look = setInterval(() => {
    app
      .withStore(async ({ db }) => countUnextracted(db))
      .then((waiting) => waiting > 0 && soon())
      .catch((error: unknown) =>
        app.log.debug({ err: error instanceof AtoError ? undefined : error }, 'captured turns cannot be counted now'),
      );
  }, LOOK_MS);
  look.unref();

  return {
    soon,
    async stop() {
      stopping.abort();
      clearInterval(look);
      clearTimeout(planned);
      await running;
    },
  };
}
