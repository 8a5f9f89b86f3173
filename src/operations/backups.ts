import { z } from 'zod';
import { createSnapshot } from '../backup/create.ts';
import { drillSnapshot } from '../backup/drill.ts';
import { listSnapshots } from '../backup/list.ts';
import { pruneSnapshots } from '../backup/prune.ts';
import { pushSnapshot } from '../backup/remote.ts';
import { restoreSnapshot } from '../backup/restore.ts';
import { restoreFailed } from '../backup/restore-report.ts';
import { backupResultSchema, restoreResultSchema } from '../backup/results.ts';
import { validateSnapshot } from '../backup/validate.ts';
import { invalidInput } from '../core/errors.ts';
import { defineOperation } from './operation.ts';

const snapshotId = z.string().max(32).describe('Id of a snapshot: YYYYMMDDTHHMMSSZ');

const backupInput = z.strictObject({
  action: z.enum(['create', 'list', 'validate', 'drill', 'prune', 'push']),
  snapshot: snapshotId.optional().describe('For validate (required), drill and push (default: the newest)'),
  include_vectors: z.boolean().default(true).describe('For create: vectors can also be rebuilt'),
  confirm: z.boolean().default(false).describe('For prune: without it only the plan is answered'),
});

export const backupOperation = defineOperation({
  name: 'backup',
  title: 'Snapshots',
  description: 'Creates, lists, validates, drills, prunes or pushes snapshots of database, registry and vectors.',
  scope: 'admin',
  readOnly: false,
  verbatim: ['snapshot'],
  input: backupInput,
  output: backupResultSchema,
  handler: async ({ app }, { action, snapshot, include_vectors, confirm }) => {
    switch (action) {
      case 'create':
        return { action, ...(await createSnapshot(app, { includeVectors: include_vectors })) };
      case 'list':
        return { action, snapshots: await listSnapshots(app.config.backup_dir) };
      case 'validate':
        if (snapshot === undefined)
          throw invalidInput(
            'backup validate: snapshot is missing.',
            'Pass the id of a snapshot; `backup list` shows them.',
          );
        return { action, ...(await validateSnapshot(app.config.backup_dir, snapshot)) };
      case 'drill':
        return { action, ...(await drillSnapshot(app, snapshot)) };
      case 'prune':
        return { action, ...(await pruneSnapshots(app, { confirm })) };
      case 'push':
        return { action, ...(await pushSnapshot(app, snapshot)) };
    }
  },
});

export const restoreOperation = defineOperation({
  name: 'restore',
  title: 'Restore a snapshot',
  description:
    'Plans (the default) or carries out a restore of database, registry and vectors. Only a person may carry it out.',
  scope: 'admin',
  readOnly: false,
  destructive: true,
  verbatim: ['snapshot', 'confirm'],
  person: ({ snapshot, dry_run }) =>
    dry_run
      ? undefined
      : {
          question: `Replace everything stored now by the snapshot ${snapshot}? What is there now is kept in a safety snapshot.`,
          command: `atocore backup restore ${snapshot} --confirm-service-stopped`,
          page: '/#backups',
        },
  input: z.strictObject({
    snapshot: snapshotId,
    dry_run: z.boolean().default(true),
    include_vectors: z.boolean().optional().describe('Default: as the snapshot has them'),
    pre_snapshot: z.boolean().default(true).describe('Take a safety snapshot first'),
    confirm: z.string().max(32).optional().describe('Must equal the snapshot id, unless dry_run'),
  }),
  output: restoreResultSchema,
  handler: async ({ app }, input) => {
    const report = await restoreSnapshot(app, {
      snapshot: input.snapshot,
      dryRun: input.dry_run,
      includeVectors: input.include_vectors,
      preSnapshot: input.pre_snapshot,
      confirm: input.confirm,
    });
    if (!report.ok) throw restoreFailed(report);
    return report;
  },
});
