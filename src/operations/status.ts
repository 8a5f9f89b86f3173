import { z } from 'zod';
import { readStatus } from '../app/status.ts';
import { schedulesSchema } from '../backup/results.ts';
import { defineOperation } from './operation.ts';
import { degradedSchema } from './schemas.ts';

export const statusOperation = defineOperation({
  name: 'status',
  title: 'Status',
  description: 'Version, counts, index, review queue, backups and everything that is degraded.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({ verbose: z.boolean().default(false) }),
  output: z.object({
    version: z.string(),
    build: z.object({ sha: z.string(), time: z.string(), branch: z.string() }),
    home: z.string(),
    schema: z.number(),
    counts: z.record(z.string(), z.number()),
    embedder: z.object({ name: z.string(), fingerprint: z.string().nullable() }),
    vectors: z.object({ rows: z.number(), pending: z.number(), drift: z.number(), backend: z.string().nullable() }),
    queue: z.object({ pending: z.number(), oldest: z.string().nullable() }),
    capture: z
      .object({
        waiting: z.number(),
        oldest: z.string().nullable(),
        bad: z.number(),
        dropped: z.number(),
        last_dropped: z.string().nullable(),
      })
      .describe('The spool of the hooks: turns not stored yet, files set aside, turns that were not written down'),
    extraction: z
      .object({
        extractor: z.string(),
        waiting: z.number(),
        last: z
          .object({
            extractor: z.string(),
            started_at: z.string(),
            finished_at: z.string(),
            interactions: z.number(),
            candidates: z.number(),
            dropped: z.record(z.string(), z.number()),
            error: z.string().nullable(),
          })
          .nullable(),
      })
      .describe('Stored turns that no extractor has read yet, and the last run'),
    backup: z.object({
      last: z.string().nullable(),
      validated: z.string().nullable(),
      last_drill: z.unknown(),
      last_good_drill: z.string().nullable(),
      last_push: z.unknown(),
      schedules: schedulesSchema.nullable(),
    }),
    degraded: degradedSchema,
  }),
  handler: ({ app }) => readStatus(app),
});
