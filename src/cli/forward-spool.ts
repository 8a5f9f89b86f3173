import { type DrainLimits, type DrainReport, drainSpool } from '../capture/drain.ts';
import { listTurns, type SpooledTurn, spoolFolder, toCaptureInput } from '../capture/spool.ts';
import { callRemote, type RemoteTarget } from './remote.ts';

/** A bridge looks this often for turns that hooks wrote down. */
const LOOK_MS = 5_000;
/** A service that takes longer for one turn is not there; the turn waits for the next look. */
const ANSWER_MS_MAX = 10_000;

/**
 * Hands the turns in the spool of the local home to the service that ATOCORE_URL names: where one is named, the home itself has no store.
 * Several processes may do so at once, since the service stores a turn once. Undefined when nothing waits.
 */
export async function forwardSpool(
  home: string,
  target: RemoteTarget,
  limits: DrainLimits = {},
): Promise<DrainReport | undefined> {
  const folder = spoolFolder(home);
  if (listTurns(folder).length === 0) return undefined;
  const patience = () => AbortSignal.timeout(Math.min(ANSWER_MS_MAX, limits.msMax ?? ANSWER_MS_MAX));
  const deliver = (turn: SpooledTurn) => callRemote(target, 'capture_interaction', toCaptureInput(turn), patience());
  return drainSpool(folder, deliver, limits);
}

/** Hands turns over while this process lives; `onError` is told why some could not be. Answers how to stop. */
export function keepForwarding(home: string, target: RemoteTarget, onError: (error: Error) => void): () => void {
  let running = false;
  const stopping = new AbortController();
  const look = async () => {
    if (running) return;
    running = true;
    try {
      const report = await forwardSpool(home, target, { signal: stopping.signal });
      if (report?.error) onError(report.error);
    } catch (error) {
      onError(error as Error);
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    stopping.abort();
  };
}
