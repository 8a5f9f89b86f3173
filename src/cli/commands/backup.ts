import { AtoError, invalidInput } from '../../core/errors.ts';
import type { CommandSpec } from '../command.ts';
import { table } from '../output.ts';

interface Snapshot {
  id: string;
  kind: string | null;
  bytes: number | null;
  vectors: { included: boolean } | null;
  validated: { ok: boolean } | null;
  problem: string | null;
}

interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

interface RestoreReport {
  snapshot: string;
  dry_run: boolean;
  ok: boolean;
  steps: Check[];
  changes: { table: string; before: number; after: number }[];
  pre_restore_snapshot: string | null;
}

const SNAPSHOT_EXIT = 15;

const checks = (list: readonly Check[]) =>
  list.map((check) => `  ${check.ok ? 'ok    ' : 'FAILED'} ${check.name}: ${check.detail}`).join('\n');

function describeRestore(report: RestoreReport): string {
  return [
    `${report.dry_run ? 'plan of a restore' : 'restore'} of ${report.snapshot}: ${report.ok ? 'ok' : 'FAILED'}`,
    checks(report.steps),
    ...report.changes.map((change) => `  ${change.table}: ${change.before} -> ${change.after}`),
    ...(report.pre_restore_snapshot ? [`safety snapshot ${report.pre_restore_snapshot}`] : []),
  ].join('\n');
}

export const backupCommands: readonly CommandSpec[] = [
  {
    usage: 'backup create',
    summary: 'Make and validate a snapshot of database, registry and vectors',
    options: [{ flags: '--no-vectors', meaning: 'leave the vectors out; they can be rebuilt' }],
    example: 'atocore backup create',
    exits: {
      11: 'another process holds a lock for too long',
      15: 'the fresh snapshot did not validate; nothing is kept',
    },
    async run(session, _args, options) {
      const result = await session.call<{ snapshot: Snapshot; duration_ms: number }>('backup', {
        action: 'create',
        include_vectors: options['vectors'] !== false,
      });
      session.output.result(
        result,
        ({ snapshot, duration_ms }) =>
          `snapshot ${snapshot.id} (${snapshot.bytes} bytes, ${Math.round(duration_ms)} ms), validated`,
      );
    },
  },
  {
    usage: 'backup list',
    summary: 'List the snapshots, newest first',
    example: 'atocore backup list --json',
    async run(session) {
      const result = await session.call<{ snapshots: Snapshot[] }>('backup', { action: 'list' });
      session.output.result(result, ({ snapshots }) =>
        table(
          ['id', 'kind', 'bytes', 'vectors', 'state'],
          snapshots.map((snapshot) => [
            snapshot.id,
            snapshot.kind,
            snapshot.bytes,
            snapshot.vectors?.included ? 'yes' : 'no',
            snapshot.problem ?? (snapshot.validated?.ok ? 'valid' : 'not validated'),
          ]),
        ),
      );
    },
  },
  {
    usage: 'backup validate <stamp>',
    summary: 'Check every file and row of a snapshot',
    example: 'atocore backup validate 20260302T031500Z',
    exits: { 4: 'no such snapshot', 15: 'damaged, incomplete, foreign or newer' },
    async run(session, [snapshot]) {
      const result = await session.call<{ ok: boolean; problem?: string; checks: Check[] }>('backup', {
        action: 'validate',
        snapshot,
      });
      if (!result.ok) session.exitCode = SNAPSHOT_EXIT;
      session.output.result(result, (report) => `${report.ok ? 'valid' : report.problem}\n${checks(report.checks)}`);
    },
  },
  {
    usage: 'backup restore <stamp>',
    summary: 'Put a snapshot in the place of what is stored, with the service stopped',
    options: [
      {
        flags: '--confirm-service-stopped',
        meaning: 'required: the service and all clients are stopped; the lock proves it',
      },
      { flags: '--dry-run', meaning: 'only show what would change' },
      { flags: '--no-pre-snapshot', meaning: 'do without the safety snapshot' },
      { flags: '--vectors', meaning: 'restore the vectors too; an error when the snapshot has none' },
      { flags: '--no-vectors', meaning: 'rebuild the vectors instead' },
    ],
    example: 'atocore backup restore 20260302T031500Z --confirm-service-stopped',
    exits: { 4: 'no such snapshot', 11: 'a process still holds the store', 15: 'the snapshot does not validate' },
    async run(session, [snapshot], options) {
      const dryRun = options['dryRun'] === true;
      if (!dryRun && options['confirmServiceStopped'] !== true) {
        throw invalidInput(
          'A restore needs --confirm-service-stopped.',
          'Stop the service and all clients, then pass it; --dry-run shows what would change.',
        );
      }
      const [{ restoreSnapshot }, { restoreFailed }] = await Promise.all([
        import('../../backup/restore.ts'),
        import('../../backup/restore-report.ts'),
      ]);
      const report = await restoreSnapshot(await session.app(), {
        snapshot: snapshot!,
        dryRun,
        confirm: snapshot,
        includeVectors: options['vectors'] as boolean | undefined,
        preSnapshot: options['preSnapshot'] !== false,
        offline: true,
        onStep: (name) => session.output.note(`… ${name}`),
      });
      if (!report.ok) throw restoreFailed(report);
      session.output.result(report, describeRestore);
    },
  },
  {
    usage: 'backup drill [stamp]',
    summary: 'Restore a snapshot into a scratch home and ask it known questions',
    example: 'atocore backup drill',
    exits: { 4: 'no such snapshot', 15: 'the drill failed' },
    async run(session, [snapshot]) {
      const result = await session.call<{ ok: boolean; recovery_ms: number; checks: Check[] }>('backup', {
        action: 'drill',
        snapshot,
      });
      if (!result.ok) session.exitCode = SNAPSHOT_EXIT;
      session.output.result(
        result,
        (drill) =>
          `drill ${drill.ok ? 'passed' : 'FAILED'}, recovery in ${Math.round(drill.recovery_ms)} ms\n${checks(drill.checks)}`,
      );
    },
  },
  {
    usage: 'backup prune',
    summary: 'Remove snapshots that the retention no longer keeps',
    options: [{ flags: '--confirm', meaning: 'do it; without it the plan is shown' }],
    example: 'atocore backup prune --confirm',
    async run(session, _args, options) {
      const result = await session.call<{
        dry_run: boolean;
        keep: { id: string }[];
        remove: { id: string; reason: string }[];
      }>('backup', { action: 'prune', confirm: options['confirm'] === true });
      session.output.result(result, ({ dry_run, keep, remove }) =>
        [
          `keeps ${keep.length}, ${dry_run ? 'would remove' : 'removed'} ${remove.length}`,
          ...remove.map((item) => `  ${item.id}: ${item.reason}`),
        ].join('\n'),
      );
    },
  },
  {
    usage: 'backup unpack <archive>',
    summary: 'Decrypt an archive that was pushed into a snapshot of this home, and validate it',
    example: 'atocore backup unpack /mnt/backup/20260302T031500Z.tar.age',
    exits: { 4: 'no such archive', 5: 'the snapshot is there already', 15: 'wrong passphrase, or not a good archive' },
    async run(session, [archive]) {
      const { openArchive } = await import('../../backup/archive.ts');
      const result = await openArchive(await session.app(), archive!);
      session.output.result(result, ({ snapshot }) => `snapshot ${snapshot.id} is in place, validated`);
    },
  },
  {
    usage: 'backup push [stamp]',
    summary: 'Copy a snapshot to ATOCORE_BACKUP_REMOTE and compare it there',
    example: 'atocore backup push',
    exits: { 1: 'the far side cannot be reached', 4: 'no such snapshot' },
    async run(session, [snapshot]) {
      const result = await session.call<{ ok: boolean; files: number; error?: string; snapshot: { id: string } }>(
        'backup',
        { action: 'push', snapshot },
      );
      if (!result.ok)
        throw new AtoError(
          'UNAVAILABLE',
          `The push of ${result.snapshot.id} failed: ${result.error}.`,
          'The local snapshot is untouched; try again later.',
        );
      session.output.result(result, ({ snapshot: { id }, files }) => `pushed ${id}: ${files} files, verified`);
    },
  },
];
