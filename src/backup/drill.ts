import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isoTime } from '../core/clock.ts';
import { AtoError, toAtoError } from '../core/errors.ts';
import { type BackupHost, type HomePaths, scratchPaths } from './host.ts';
import { newestSnapshot } from './list.ts';
import { assertSnapshotId, holdsFile, type Manifest, SNAPSHOT_FILES } from './manifest.ts';
import { writeRecord } from './records.ts';
import { type PartsOptions, smokeTest, stageParts, verifyIntegrity } from './restore-parts.ts';
import type { Check, DrillResult } from './results.ts';
import { swapFile, swapFolder } from './swap.ts';
import { requireValidSnapshot } from './validate.ts';

/** A drill restores into an empty home of its own, where no other token can be. */
const TOKEN = '000000000000';

/**
 * Proves that a snapshot (default: the newest good one) can be restored: puts it into a scratch home under the system's temporary
 * folder with the code of a restore, opens it, checks it, asks the recorded questions, and removes the scratch. The result is recorded
 * for `status`; a failed drill is a result with `ok: false`. Throws NOT_FOUND without any snapshot, INVALID_INPUT for a bad id.
 */
export async function drillSnapshot(host: BackupHost, snapshot?: string): Promise<DrillResult> {
  if (snapshot !== undefined) assertSnapshotId(snapshot);
  const id = snapshot ?? (await newestSnapshot(host.config.backup_dir))?.id;
  if (id === undefined)
    throw new AtoError('NOT_FOUND', 'There is no good snapshot to drill with.', 'Make one: `atocore backup create`.');
  const at = isoTime(host.clock.now());
  const started = performance.now();
  let checks: Check[];
  try {
    checks = await restoreToScratch(host, id);
  } catch (error) {
    const known = toAtoError(error);
    if (known.code === 'NOT_FOUND') throw known;
    checks = [{ name: 'restore', ok: false, detail: known.message }];
  }
  const result: DrillResult = {
    snapshot: { id },
    ok: checks.every((check) => check.ok),
    at,
    recovery_ms: Math.round(performance.now() - started),
    checks,
  };
  await writeRecord(host, 'last_drill', result);
  if (result.ok) await writeRecord(host, 'last_good_drill', result);
  return result;
}

async function restoreToScratch(host: BackupHost, id: string): Promise<Check[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'atocore-drill-'));
  try {
    const { folder, manifest, result } = await requireValidSnapshot(host.config.backup_dir, id);
    const paths = scratchPaths(scratch);
    const options: PartsOptions = {
      withVectors: manifest.vectors.included,
      busyTimeoutMs: host.config.busy_timeout_ms,
    };
    return [...result.checks, ...(await putInPlace(folder, manifest, paths, options))];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function putInPlace(
  folder: string,
  manifest: Manifest,
  paths: HomePaths,
  options: PartsOptions,
): Promise<Check[]> {
  const tables = await stageParts(folder, manifest, paths, TOKEN, options);
  swapFile(paths.db, TOKEN, true);
  swapFile(paths.registry, TOKEN, holdsFile(manifest, SNAPSHOT_FILES.registry));
  if (paths.vectors) swapFolder(paths.vectors, TOKEN);
  const put = { name: 'restored', ok: true, detail: `database, registry and ${tables.length} vector tables` };
  return [
    put,
    ...(await verifyIntegrity(paths, manifest, options)).map((check) => ({ ...check, name: `restored_${check.name}` })),
    ...(await smokeTest(paths, manifest, options.busyTimeoutMs)),
  ];
}
