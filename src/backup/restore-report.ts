import { existsSync } from 'node:fs';
import { AtoError, invalidInput, systemCode, toAtoError } from '../core/errors.ts';
import { openReadOnly } from '../storage/database.ts';
import { countProjects, countRows } from './contents.ts';
import type { HomePaths } from './host.ts';
import type { Manifest } from './manifest.ts';
import type { Check, RestoreResult } from './results.ts';

export interface RestoreInput {
  snapshot: string;
  /** Default true: a plan that changes nothing. */
  dryRun?: boolean;
  /** Must equal the snapshot's id unless it is a dry run. */
  confirm?: string | undefined;
  /** Default: as the snapshot has them. True with a snapshot without vectors is an error; false has them rebuilt. */
  includeVectors?: boolean | undefined;
  /** Default true. False gives up the safety snapshot, not the way back when a step fails. */
  preSnapshot?: boolean;
  /** The form for a stopped service: refused with LOCKED while any other process has the store open (case C39). Default false. */
  offline?: boolean;
  /** Told of each step before it begins. */
  onStep?: (name: string) => void | Promise<void>;
}

/** A report that is being written. */
export type OpenReport = Omit<RestoreResult, 'duration_ms'>;

/** The error of a report whose `ok` is false, for callers that answer errors. */
export function restoreFailed(report: RestoreResult): AtoError {
  const failed = report.steps.find((step) => !step.ok);
  return new AtoError(
    report.rolled_back ? 'UNAVAILABLE' : 'CORRUPT',
    `The restore of ${report.snapshot} failed at the step ${failed?.name}: ${failed?.detail}`,
    report.rolled_back
      ? 'The store is as it was before; cure the cause and try again.'
      : `Restore ${report.pre_restore_snapshot ?? 'another snapshot'} with the service stopped.`,
    { report },
  );
}

export function assertConfirmed(input: RestoreInput): void {
  if (input.confirm === input.snapshot) return;
  throw invalidInput(
    `A restore replaces the whole store: confirm must be ${input.snapshot}.`,
    'Look at the plan (dry_run) first.',
  );
}

export function choosesVectors(paths: HomePaths, manifest: Manifest, input: RestoreInput): boolean {
  const possible = manifest.vectors.included && paths.vectors !== undefined;
  if (input.includeVectors && !possible) {
    throw invalidInput(
      `The vectors of ${manifest.id} cannot be restored: ${manifest.vectors.note ?? 'the vector store of this home is remote'}.`,
      'Leave include_vectors out; they are rebuilt then.',
    );
  }
  return input.includeVectors ?? possible;
}

export function createReport(
  input: RestoreInput,
  manifest: Manifest,
  paths: HomePaths,
  withVectors: boolean,
): OpenReport {
  const now = countsNow(paths);
  const tables = Object.keys(manifest.counts);
  return {
    snapshot: manifest.id,
    dry_run: input.dryRun ?? true,
    ok: true,
    steps: [],
    integrity_ok: null,
    pre_restore_snapshot: null,
    rolled_back: false,
    vectors: withVectors ? 'restored' : (manifest.counts['chunks'] ?? 0) > 0 ? 'rebuilt' : 'none',
    counts_now: now,
    counts_then: manifest.counts,
    changes: tables
      .map((table) => ({ table, before: now?.[table] ?? 0, after: manifest.counts[table] ?? 0 }))
      .filter((change) => change.before !== change.after),
  };
}

/** Rows of the present store; all zero when there is none, null when it cannot be read. */
function countsNow(paths: HomePaths): Record<string, number> | null {
  if (!existsSync(paths.db)) return {};
  try {
    const db = openReadOnly(paths.db);
    try {
      const projects = countProjects(paths.registry);
      return { ...countRows(db), ...('count' in projects ? { projects: projects.count } : {}) };
    } finally {
      db.close();
    }
  } catch {
    // The report shows null: a damaged database is a reason to restore, not to refuse it.
    return null;
  }
}

export function planSteps(report: OpenReport, input: RestoreInput, paths: HomePaths): void {
  const plan = (name: string, detail: string) => report.steps.push({ name, ok: true, detail: `would ${detail}` });
  plan('stage', 'copy the snapshot beside the present files and compare its checksums');
  if (input.offline) plan('presence', 'make sure that no other process has the store open');
  plan('quiet', 'wait until no operation runs in any process');
  if (input.preSnapshot !== false && existsSync(paths.db))
    plan('safety_snapshot', 'take a snapshot of the present store');
  plan('database', 'replace the database and remove its -wal and -shm');
  plan('registry', 'replace the project registry');
  plan('vectors', report.vectors === 'restored' ? 'replace the vectors' : 'remove the vectors; they are rebuilt');
  plan('integrity', 'check the restored database and vectors');
  plan('smoke', 'ask the recorded questions');
}

export type Step = (name: string, work: () => Promise<string>) => Promise<void>;

export function createSteps(steps: Check[], onStep: RestoreInput['onStep']): Step {
  return async (name, work) => {
    try {
      await onStep?.(name);
      steps.push({ name, ok: true, detail: await work() });
    } catch (error) {
      steps.push({ name, ok: false, detail: describeError(error) });
      throw error;
    }
  };
}

/** A failure outside of every step must stand in the report too. */
export function noteFailure(steps: Check[], error: unknown): void {
  if (steps.every((step) => step.ok)) steps.push({ name: 'restore', ok: false, detail: describeError(error) });
}

export function describeError(error: unknown): string {
  const known = toAtoError(error);
  const code = systemCode(error);
  return known === error || !code ? known.message : `${known.message} (${code})`;
}

/** True, or the error of the checks that failed. */
export function allPassed(checks: readonly Check[]): true {
  const failed = checks.filter((check) => !check.ok);
  if (failed.length === 0) return true;
  throw new AtoError('CORRUPT', `${failed.map((check) => `${check.name}: ${check.detail}`).join('; ')}.`);
}
