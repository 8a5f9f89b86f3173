import { type DrainLimits, type DrainReport, drainSpool } from '../capture/drain.ts';
import { listTurns, spoolFolder, toCaptureInput } from '../capture/spool.ts';
import { tryLock } from '../storage/store-lock.ts';
import type { AtoCore } from './atocore.ts';
import { captureInteraction } from './capture-interaction.ts';

/** How often a process that lives looks for new turns: reading the names of an empty folder costs nothing worth counting. */
const LOOK_MS = 5_000;
/** A server that was just asked something answers that first. */
const FIRST_LOOK_MS = 300;
/** A process that takes part of a spool holds this lock meanwhile, so that two do not do the same work; correctness needs none. */
const LOCK = 'spool';
const TROUBLE = 'spool';

/** Stores what hooks wrote into the spool of a home. */
export interface SpoolDrain {
  /** Drains now, within `limits`; undefined when nothing waits, another process drains, or capture is switched off. */
  run(limits?: DrainLimits): Promise<DrainReport | undefined>;
  /** Drains whenever something waits, until `stop`. */
  start(): void;
  /** Ends after the turn in hand. */
  stop(): Promise<void>;
}

export function createSpoolDrain(app: AtoCore): SpoolDrain {
  const folder = spoolFolder(app.config.home);
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let first: NodeJS.Timeout | undefined;
  let running: Promise<DrainReport | undefined> | undefined;

  const drain: SpoolDrain = {
    run(limits = {}) {
      running ??= drainOnce(app, folder, { ...limits, signal: stopping.signal }).finally(() => {
        running = undefined;
      });
      return running;
    },
    start() {
      if (timer !== undefined || stopping.signal.aborted) return;
      timer = setInterval(() => void drain.run(), LOOK_MS).unref();
      first = setTimeout(() => void drain.run(), FIRST_LOOK_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      clearTimeout(first);
      stopping.abort();
      await running;
    },
  };
  return drain;
}

async function drainOnce(app: AtoCore, folder: string, limits: DrainLimits): Promise<DrainReport | undefined> {
  // The kill switch stops capture; what was captured before is neither stored nor thrown away.
  if (app.config.capture_disabled || isEmpty(folder)) return undefined;
  let lock: ReturnType<typeof tryLock>;
  try {
    lock = tryLock(app.lockFolder, LOCK, 'exclusive');
    if (lock === undefined) return undefined;
    const report = await drainSpool(folder, (turn) => captureInteraction(app, toCaptureInput(turn)), limits);
    note(app, report);
    return report;
  } catch (error) {
    app.log.warn({ err: error }, 'the spool cannot be drained');
    return undefined;
  } finally {
    lock?.release();
  }
}

/** A spool that cannot even be listed is for `drainSpool` to report. */
function isEmpty(folder: string): boolean {
  try {
    return listTurns(folder).length === 0;
  } catch {
    return false;
  }
}

/** Case F12: what fails behind everybody's back shows in `status` until it works again. */
function note(app: AtoCore, { error, bad, delivered }: DrainReport): void {
  if (error) {
    app.troubles.set(TROUBLE, `captured turns are not stored: ${error.message}`);
    app.log.warn({ code: error.code, err: error.cause }, 'the spool was drained in part');
  } else app.troubles.delete(TROUBLE);
  if (bad > 0) app.log.warn({ bad }, 'spool files were set aside');
  if (delivered > 0) app.log.debug({ delivered }, 'spooled turns were stored');
}
