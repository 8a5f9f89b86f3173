import type { AtoCore } from '../app/atocore.ts';
import { readStatus, type Status } from '../app/status.ts';
import { toAtoError } from '../core/errors.ts';
import { programVersion } from '../core/version.ts';

/** What anybody may know of the service: whether it works, and exactly which build it is (case C34). */
export interface PublicHealth {
  status: 'ok' | 'degraded' | 'unavailable';
  version: string;
  build_sha: string;
  build_time: string;
  build_branch: string;
}

export interface Health extends PublicHealth {
  /** Why it is not `ok`. */
  reasons: { component: string; reason: string }[];
  /** Absent when the store cannot be read. */
  details?: Status;
}

/** Health is asked for by anybody, so that one look serves everyone for this long. */
const FRESH_MS = 1_000;

/** Answers how the service is; never throws. */
export function createHealth(app: AtoCore): () => Promise<Health> {
  let last: { atMs: number; health: Promise<Health> } | undefined;
  return () => {
    if (!last || performance.now() - last.atMs > FRESH_MS) last = { atMs: performance.now(), health: readHealth(app) };
    return last.health;
  };
}

async function readHealth(app: AtoCore): Promise<Health> {
  const { build_sha, build_time, build_branch } = app.config;
  const build = { version: programVersion(), build_sha, build_time, build_branch };
  try {
    const details = await readStatus(app);
    const reasons = [...details.degraded];
    if (details.vectors.drift > 0)
      reasons.push({ component: 'vectors', reason: `${details.vectors.drift} vectors and chunks do not match` });
    return { status: reasons.length > 0 ? 'degraded' : 'ok', ...build, reasons, details };
  } catch (thrown) {
    const error = toAtoError(thrown);
    app.log.error({ code: error.code, err: error.cause }, error.message);
    return { status: 'unavailable', ...build, reasons: [{ component: 'store', reason: error.message }] };
  }
}

export function publicPart({ status, version, build_sha, build_time, build_branch }: Health): PublicHealth {
  return { status, version, build_sha, build_time, build_branch };
}

/** What a caller with a token sees besides: the whole of `status`, with the reasons as `degraded`. */
export function wholeHealth(health: Health): object {
  return { ...health.details, ...publicPart(health), degraded: health.reasons };
}
