import { backupTroubles } from '../backup/care.ts';
import { newestSnapshot } from '../backup/list.ts';
import { readRecord } from '../backup/records.ts';
import type { Schedules } from '../backup/results.ts';
import { countUnextracted, type ExtractionRun, lastRun } from '../capture/extraction-runs.ts';
import { extractorProblem } from '../capture/extractor-settings.ts';
import { readSpoolState, type SpoolState, spoolFolder } from '../capture/spool.ts';
import type { ConfigValues } from '../config/schema.ts';
import { toAtoError } from '../core/errors.ts';
import { programVersion } from '../core/version.ts';
import { countPending } from '../search/vector-index.ts';
import { sql } from '../storage/database.ts';
import { schemaVersion } from '../storage/migrate.ts';
import { scrubPendingSince } from '../storage/scrub.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';

/** What `status` answers; every missing part is named in `degraded` and never stops the rest (cases F11 and F16). */
export interface Status {
  version: string;
  build: { sha: string; time: string; branch: string };
  home: string;
  schema: number;
  counts: Record<string, number>;
  embedder: { name: string; fingerprint: string | null };
  vectors: { rows: number; pending: number; drift: number; backend: string | null };
  queue: { pending: number; oldest: string | null };
  /** The turns that hooks wrote down and nobody has stored yet. */
  capture: SpoolState;
  extraction: {
    extractor: ConfigValues['extractor'];
    /** Stored turns that no extractor has read. */
    waiting: number;
    last: ExtractionRun | null;
  };
  backup: {
    /** When the newest good snapshot was made. */
    last: string | null;
    validated: string | null;
    /** The last drill, good or not; the last good one; the last push; null where there was none. */
    last_drill: unknown;
    last_good_drill: string | null;
    last_push: unknown;
    /** Cron expressions that a service on this home has had since then; null when none ever ran. */
    schedules: Schedules | null;
  };
  degraded: { component: string; reason: string }[];
}

export async function readStatus(app: AtoCore): Promise<Status> {
  const { config } = app;
  return app.withStore(async (store) => {
    const degraded = [...store.degraded];
    const { error } = app.registry.loadOrLast();
    if (error) degraded.push({ component: 'registry', reason: error.message });
    const unclean = scrubPendingSince(store.db);
    if (unclean !== undefined)
      degraded.push({ component: 'erasure', reason: `copies of what was erased at ${unclean} may lie in free pages` });
    return {
      version: programVersion(),
      build: { sha: config.build_sha, time: config.build_time, branch: config.build_branch },
      home: config.home,
      schema: schemaVersion(store.db),
      counts: { projects: app.registry.loadOrLast().snapshot.projects.length, ...countRows(store) },
      embedder: { name: config.embedder, fingerprint: store.embedder?.fingerprint ?? null },
      vectors: await readVectors(store, degraded),
      queue: readQueue(store),
      capture: readCapture(app, degraded),
      extraction: readExtraction(app, store, degraded),
      backup: await readBackup(app, store, degraded),
      degraded,
    };
  });
}

function countRows(store: Store): Record<string, number> {
  return sql(
    store.db,
    `SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM chunks) AS chunks,
       (SELECT count(*) FROM memories WHERE status = 'active') AS memories, (SELECT count(*) FROM memories WHERE status = 'candidate') AS candidates,
       (SELECT count(*) FROM state_entries WHERE status = 'active') AS state_entries, (SELECT count(*) FROM interactions) AS interactions,
       (SELECT count(*) FROM interactions WHERE project = '') AS unassigned_interactions,
       (SELECT count(*) FROM receipts) AS receipts`,
  ).get() as Record<string, number>;
}

/** `drift` counts vectors and chunks that do not match, beside those that are still pending. */
async function readVectors(store: Store, degraded: Status['degraded']): Promise<Status['vectors']> {
  if (!store.embedder || !store.vectors) return { rows: 0, pending: 0, drift: 0, backend: null };
  const pending = countPending(store.db, store.embedder.fingerprint);
  const marked = (
    sql(store.db, 'SELECT count(*) AS n FROM chunks WHERE embedded_as = ?').get(store.embedder.fingerprint) as {
      n: number;
    }
  ).n;
  const removals = (sql(store.db, 'SELECT count(*) AS n FROM vector_removals').get() as { n: number }).n;
  try {
    const rows = await store.vectors.count();
    return { rows, pending, drift: Math.max(0, Math.abs(rows - marked) - removals), backend: store.vectors.backend };
  } catch (error) {
    degraded.push({ component: 'vectors', reason: toAtoError(error).message });
    return { rows: 0, pending, drift: marked, backend: store.vectors.backend };
  }
}

function readQueue(store: Store): Status['queue'] {
  return sql(
    store.db,
    `SELECT (SELECT count(*) FROM review_items WHERE status = 'pending') AS pending, (SELECT min(created_at) FROM review_items WHERE status = 'pending') AS oldest`,
  ).get() as Status['queue'];
}

/** A turn that waits this long has no process that stores it: servers look every few seconds. */
const WAIT_MS_MAX = 3_600_000;

function readCapture({ config, clock }: AtoCore, degraded: Status['degraded']): SpoolState {
  const state = readSpoolState(spoolFolder(config.home));
  const note = (reason: string) => degraded.push({ component: 'capture', reason });
  const { waiting, oldest, bad, dropped } = state;
  if (oldest !== null && clock.now().getTime() - Date.parse(oldest) > WAIT_MS_MAX)
    note(`${waiting} captured turns wait to be stored, the oldest since ${oldest}`);
  if (bad > 0) note(`${bad} spool files hold no turn that can be stored; they lie in spool/bad`);
  if (dropped > 0) note(`${dropped} turns were not captured, the last at ${state.last_dropped}: the spool was full`);
  return state;
}

function readExtraction(
  { config, troubles }: AtoCore,
  store: Store,
  degraded: Status['degraded'],
): Status['extraction'] {
  const waiting = countUnextracted(store.db);
  const last = lastRun(store.db) ?? null;
  // Whoever configured none knows it.
  const problem = config.extractor === 'none' ? undefined : extractorProblem(config)?.message;
  // The process that met it knows more than the code that the run kept.
  const met = problem ?? troubles.get('extractor');
  const reason = met ?? (last?.error && `the run of ${last.finished_at} ended with ${last.error}`);
  if (waiting > 0 && reason) degraded.push({ component: 'extractor', reason: `${waiting} turns wait: ${reason}` });
  return { extractor: config.extractor, waiting, last };
}

async function readBackup(app: AtoCore, store: Store, degraded: Status['degraded']): Promise<Status['backup']> {
  const newest = await newestSnapshot(app.config.backup_dir);
  const kept = backupTroubles(app.config, store, newest, app.clock.now());
  // That turns wait is no reason why they do, so what the last drain met is told beside it.
  const told = degraded.filter(({ component }) => component !== 'capture');
  const named = new Set([...kept, ...told].map(({ component }) => String(component)));
  const behind = [...app.troubles].map(([component, reason]) => ({ component, reason }));
  degraded.push(...kept, ...behind.filter(({ component }) => !named.has(component)));
  return {
    last: newest?.created_at ?? null,
    validated: newest?.validated?.ok ? newest.validated.at : null,
    last_drill: readRecord(store, 'last_drill') ?? null,
    last_good_drill: readRecord(store, 'last_good_drill')?.at ?? null,
    last_push: readRecord(store, 'last_push') ?? null,
    schedules: readRecord(store, 'schedules') ?? null,
  };
}
