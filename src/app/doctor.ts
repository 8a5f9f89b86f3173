import { z } from 'zod';
import { ERROR_TABLE, type ErrorCode, toAtoError } from '../core/errors.ts';
import { rebuildWords } from '../ingestion/rebuild-words.ts';
import { healVectors } from '../search/heal-vectors.ts';
import { indexBatch, resetIndex } from '../search/vector-index.ts';
import type { AtoCore } from './atocore.ts';
import { checkFiles, repairLeftovers, repairRestore } from './doctor-files.ts';
import { type Finding, findingSchema } from './doctor-finding.ts';
import { checkRegistry, checkSnapshots, checkStore, checkVectors, newestWholeSnapshot } from './doctor-store.ts';
import { repairRegistry } from './repair-registry.ts';

export const doctorReportSchema = z.object({
  ok: z.boolean(),
  /** How things are now; after a repair, how they are since. */
  checks: z.array(findingSchema),
  /** What `--repair` did, and what it could not do. */
  repairs: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  /** What to put in the place of a damaged database; null when it is sound or no snapshot is good. */
  offer: z.object({ snapshot: z.string(), created_at: z.string().nullable(), command: z.string() }).nullable(),
});
export type DoctorReport = z.output<typeof doctorReportSchema>;

/** The worst first: what bars everything else decides the exit code. */
const SEVERITY: readonly ErrorCode[] = [
  'READ_ONLY',
  'NOT_INITIALISED',
  'SCHEMA_NEWER',
  'CORRUPT',
  'REGISTRY_INVALID',
  'CONFIG_INVALID',
  'EMBEDDER_UNAVAILABLE',
  'SNAPSHOT_INVALID',
];

/** The exit code of a report: 0, or that of its worst finding; what only wants mending is partial (3). */
export function doctorExit(report: DoctorReport): number {
  if (report.ok) return 0;
  const codes = new Set(report.checks.map((check) => check.code));
  const worst = SEVERITY.find((code) => codes.has(code));
  return ERROR_TABLE[worst ?? 'PARTIAL'].exit;
}

/**
 * Looks at a home and says what is wrong. With `repair` it mends what can be mended without a loss: leftovers, word indexes, vectors, a
 * broken registry (from the newest snapshot). A damaged database is never touched; the report offers the newest good snapshot.
 */
export async function runDoctor(
  app: AtoCore,
  options: { repair?: boolean; signal?: AbortSignal } = {},
): Promise<DoctorReport> {
  let checks = await examine(app);
  const repairs: DoctorReport['repairs'] = [];
  if (options.repair) {
    for (const finding of checks.filter((check) => check.repairable)) repairs.push(await repair(app, finding.name));
    if (isOpenable(checks)) await fillPending(app, repairs, options.signal);
    if (repairs.length > 0) checks = await examine(app);
  }
  const broken = checks.some((check) => check.code === 'CORRUPT');
  return { ok: checks.every((check) => check.ok), checks, repairs, offer: broken ? await offer(app) : null };
}

const isOpenable = (checks: readonly Finding[]) =>
  checks.every((check) => check.ok || !['database', 'folders'].includes(check.name));

async function examine(app: AtoCore): Promise<Finding[]> {
  const checks = [...checkFiles(app.config, app.clock.now()), ...checkStore(app.config.db_path), checkRegistry(app)];
  // Opening a store writes to it, which a damaged or foreign one must be spared.
  if (!isOpenable(checks)) return checks;
  return [...checks, ...(await checkVectors(app)), ...(await checkSnapshots(app))];
}

const REPAIRS: Record<string, (app: AtoCore) => Promise<string> | string> = {
  restore: (app) => repairRestore(app.config),
  leftovers: (app) => repairLeftovers(app.config, app.clock.now()),
  words: (app) =>
    app.withStore(async (store) => {
      await store.write(() => rebuildWords(store.db));
      return 'the full-text tables were made anew from the rows';
    }),
  registry: repairRegistry,
  vectors: (app) =>
    app.withStore(async (store) => {
      try {
        const { orphans, missing, duplicates } = await healVectors(store, { thorough: true });
        return `${orphans} stray vectors removed; ${missing + duplicates} chunks will be embedded again`;
      } catch {
        // Unreadable vectors are made anew; they are derived.
        await resetIndex(store);
        return 'the vectors could not be read and are made anew';
      }
    }),
};

async function repair(app: AtoCore, name: string): Promise<DoctorReport['repairs'][number]> {
  try {
    return { name, ok: true, detail: await REPAIRS[name]!(app) };
  } catch (thrown) {
    return { name, ok: false, detail: toAtoError(thrown).message };
  }
}

/** Embeds what is pending, until none is or the caller has enough. */
async function fillPending(
  app: AtoCore,
  repairs: DoctorReport['repairs'],
  signal: AbortSignal | undefined,
): Promise<void> {
  let embedded = 0;
  try {
    for (let pending = 1; pending > 0 && !signal?.aborted; ) {
      const progress = await app.withStore((store) => indexBatch(store, { signal }));
      embedded += progress.embedded;
      pending = progress.embedded === 0 ? 0 : progress.pending;
    }
    if (embedded > 0) repairs.push({ name: 'pending', ok: true, detail: `${embedded} chunks embedded` });
  } catch (thrown) {
    repairs.push({ name: 'pending', ok: false, detail: toAtoError(thrown).message });
  }
}

async function offer(app: AtoCore): Promise<DoctorReport['offer']> {
  const whole = await newestWholeSnapshot(app.config.backup_dir);
  if (!whole) return null;
  const { id: snapshot, created_at } = whole;
  return { snapshot, created_at, command: `atocore backup restore ${snapshot} --confirm-service-stopped` };
}
