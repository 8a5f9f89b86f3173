import { type AtoError, type ErrorCode, toAtoError } from '../core/errors.ts';
import { listTurns, readTurn, removeTurn, type SpooledTurn, setAside, tidySpool } from './spool.ts';

/** What became of the turns of a spool. */
export interface DrainReport {
  /** Turns that were delivered: stored, there already, or not to be kept. Their files are gone. */
  delivered: number;
  /** Files that were set aside: they hold no turn, or one that is refused whenever it is delivered. */
  bad: number;
  /** Turns that still wait. */
  left: number;
  /** Why it ended early; the turns that are left are tried again. */
  error?: AtoError;
}

export interface DrainLimits {
  filesMax?: number;
  /** No turn is begun after this time. */
  msMax?: number;
  signal?: AbortSignal | undefined;
}

/** Errors of the turn itself: it would be refused for ever, and all behind it would wait with it (case F11). */
const REFUSED: ReadonlySet<ErrorCode> = new Set(['INVALID_INPUT', 'TOO_LARGE', 'INTERNAL']);

/**
 * Delivers what waits in a spool, oldest first. A file is removed only after `deliver` has acknowledged its turn, so nothing is lost
 * whenever the process dies; `deliver` must be idempotent by (client, session, turn), so nothing is stored twice. Never throws: what stops
 * it stands in the report.
 */
export async function drainSpool(
  folder: string,
  deliver: (turn: SpooledTurn) => Promise<unknown>,
  limits: DrainLimits = {},
): Promise<DrainReport> {
  const { filesMax = Number.POSITIVE_INFINITY, msMax = Number.POSITIVE_INFINITY, signal } = limits;
  const report: DrainReport = { delivered: 0, bad: 0, left: 0 };
  const until = performance.now() + msMax;
  try {
    tidySpool(folder, Date.now());
    const waiting = listTurns(folder);
    report.left = waiting.length;
    for (const { name } of waiting.slice(0, filesMax)) {
      if (signal?.aborted || performance.now() > until) break;
      await drainFile(folder, name, deliver, report);
      report.left -= 1;
    }
  } catch (thrown) {
    report.error = toAtoError(thrown);
  }
  return report;
}

async function drainFile(
  folder: string,
  name: string,
  deliver: (turn: SpooledTurn) => Promise<unknown>,
  report: DrainReport,
): Promise<void> {
  const turn = readTurn(folder, name);
  // Another process has drained it.
  if (turn === undefined) return;
  if (turn === 'bad' || !(await accepts(deliver, turn))) {
    setAside(folder, name);
    report.bad += 1;
    return;
  }
  removeTurn(folder, name);
  report.delivered += 1;
}

/** Whether the turn was taken; false when it never will be. Throws what may pass. */
async function accepts(deliver: (turn: SpooledTurn) => Promise<unknown>, turn: SpooledTurn): Promise<boolean> {
  try {
    await deliver(turn);
    return true;
  } catch (thrown) {
    if (REFUSED.has(toAtoError(thrown).code)) return false;
    throw thrown;
  }
}
