import { z } from 'zod';
import { SNAPSHOT_KINDS } from './manifest.ts';

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);

export const snapshotProblemSchema = z.enum(['damaged', 'incomplete', 'foreign', 'newer']);

/** One snapshot as lists and results show it; what its manifest does not tell is null. */
export const snapshotSummarySchema = z.object({
  id: z.string(),
  created_at: z.string().nullable(),
  kind: z.enum(SNAPSHOT_KINDS).nullable(),
  bytes: count.nullable(),
  files: count.nullable(),
  schema_version: count.nullable(),
  fingerprint: z.string().nullable(),
  counts: counts.nullable(),
  vectors: z.object({ included: z.boolean(), rows: count.nullable(), note: z.string().nullable() }).nullable(),
  /** When it was last validated in full at its creation, and how that ended. */
  validated: z.object({ at: z.string(), ok: z.boolean() }).nullable(),
  problem: snapshotProblemSchema.nullable(),
});
export type SnapshotSummary = z.output<typeof snapshotSummarySchema>;

export const checkSchema = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });
export type Check = z.output<typeof checkSchema>;

export const createResultSchema = z.object({ snapshot: snapshotSummarySchema, duration_ms: z.number() });
export type CreateResult = z.output<typeof createResultSchema>;

export const listResultSchema = z.object({ snapshots: z.array(snapshotSummarySchema) });

export const validateResultSchema = z.object({
  snapshot: snapshotSummarySchema,
  ok: z.boolean(),
  problem: snapshotProblemSchema.optional(),
  checks: z.array(checkSchema),
});
export type ValidateResult = z.output<typeof validateResultSchema>;

export const drillResultSchema = z.object({
  snapshot: z.object({ id: z.string() }),
  ok: z.boolean(),
  at: z.string(),
  /** From the start of the restore to the first right answer. */
  recovery_ms: z.number(),
  checks: z.array(checkSchema),
});
export type DrillResult = z.output<typeof drillResultSchema>;

export const pruneResultSchema = z.object({
  dry_run: z.boolean(),
  keep: z.array(z.object({ id: z.string(), reasons: z.array(z.string()) })),
  remove: z.array(z.object({ id: z.string(), reason: z.string() })),
  removed: z.array(z.string()),
});
export type PruneResult = z.output<typeof pruneResultSchema>;

export const pushResultSchema = z.object({
  snapshot: z.object({ id: z.string() }),
  ok: z.boolean(),
  at: z.string(),
  files: count,
  bytes: count,
  /** Whether the far side was compared by checksums. */
  verified: z.boolean(),
  error: z.string().optional(),
});
export type PushResult = z.output<typeof pushResultSchema>;

/** Cron expressions of a service, null where one is off, and since when it has had them. */
export const schedulesSchema = z.object({
  backup: z.string().nullable(),
  drill: z.string().nullable(),
  since: z.string(),
});
export type Schedules = z.output<typeof schedulesSchema>;

/** One run by schedule; `at` is when it began. */
export const scheduledRunSchema = z.object({
  job: z.enum(['backup', 'drill']),
  at: z.string(),
  ok: z.boolean(),
  snapshot: z.string().nullable(),
  error: z.string().nullable(),
});
export type ScheduledRun = z.output<typeof scheduledRunSchema>;

/** The result of the operation `backup`: what its action answers, and which action it was. */
export const backupResultSchema = z.object({
  action: z.enum(['create', 'list', 'validate', 'drill', 'prune', 'push']),
  ...createResultSchema.partial().shape,
  ...listResultSchema.partial().shape,
  ...pruneResultSchema.partial().shape,
  snapshot: z.union([snapshotSummarySchema, z.object({ id: z.string() })]).optional(),
  ok: z.boolean().optional(),
  problem: snapshotProblemSchema.optional(),
  checks: z.array(checkSchema).optional(),
  at: z.string().optional(),
  recovery_ms: z.number().optional(),
  files: count.optional(),
  bytes: count.optional(),
  verified: z.boolean().optional(),
  error: z.string().optional(),
});

/** Plan and report of the operation `restore`. A plan (`dry_run`) lists what would be done; its steps are all `ok`. */
export const restoreResultSchema = z.object({
  snapshot: z.string(),
  dry_run: z.boolean(),
  ok: z.boolean(),
  steps: z.array(checkSchema),
  /** Null in a plan. */
  integrity_ok: z.boolean().nullable(),
  pre_restore_snapshot: z.string().nullable(),
  /** True when a step failed and the store was put back as it was before. */
  rolled_back: z.boolean(),
  vectors: z.enum(['restored', 'rebuilt', 'none']),
  /** Null when the present database cannot be read. */
  counts_now: counts.nullable(),
  counts_then: counts,
  changes: z.array(z.object({ table: z.string(), before: count, after: count })),
  duration_ms: z.number(),
});
export type RestoreResult = z.output<typeof restoreResultSchema>;
