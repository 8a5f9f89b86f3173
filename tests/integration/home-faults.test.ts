import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createSnapshot } from '../../src/backup/create.ts';
import { drillSnapshot } from '../../src/backup/drill.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { pruneSnapshots } from '../../src/backup/prune.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import {
  addFact,
  type BackupHome,
  destroyHome,
  factIds,
  fillStore,
  openHome,
  writeRegistry,
} from '../support/backup-home.ts';
import { attempt, startProcess } from '../support/backup-process.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Root may write anywhere, so a test of root's acts as nobody. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

test('a home that cannot be written is named as such, stays as it is, and works again afterwards', async () => {
  const host = openScratch();
  await addFact(host, 'kept');
  const { snapshot } = await createSnapshot(host);
  await host.releaseStore();
  const folders = [
    host.home,
    ...['data', 'data/db', 'data/db/locks', 'config', 'backups', 'backups/snapshots'].map((name) =>
      join(host.home, name),
    ),
  ].filter((path) => existsSync(path));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(folder, entry.name)),
  );
  for (const path of files) chmodSync(path, 0o444);
  for (const path of folders) chmodSync(path, 0o555);
  const before = readFileSync(host.config.db_path);
  const child = startProcess(host.home, 'w', {}, unprivileged);
  undo.push(() => child.kill());
  for (const command of [{ do: 'add', id: 'x' }, { do: 'snapshot' }, { do: 'facts' }])
    expect((await attempt(child, command)).code).toBe('READ_ONLY');
  await child.end();
  expect(readFileSync(host.config.db_path).equals(before)).toBe(true);
  for (const path of folders) chmodSync(path, 0o755);
  for (const path of files) chmodSync(path, 0o644);
  await addFact(host, 'again');
  expect(await factIds(host)).toEqual(['kept', 'again']);
  expect((await listSnapshots(host.config.backup_dir)).map(({ id }) => id)).toEqual([snapshot.id]);
});

function openScratch(): BackupHome {
  const host = openHome();
  undo.push(() => destroyHome(host));
  return host;
}

test('a clock that goes back loses no snapshot, gives none a name twice, and stops no restore', async () => {
  const host = openScratch();
  const at = (time: string): BackupHome => ({ ...host, clock: { now: () => new Date(time) } });
  await fillStore(host, 3);
  await addFact(host, 'one');
  const future = (await createSnapshot(at('2026-06-01T12:00:00Z'))).snapshot.id;
  await addFact(host, 'two');
  const back = at('2025-01-15T12:00:00Z');
  const first = (await createSnapshot(back)).snapshot.id;
  const second = (await createSnapshot(back)).snapshot.id;
  expect([first, second]).toEqual(['20250115T120000Z', '20250115T120001Z']);
  expect((await drillSnapshot(back)).ok).toBe(true);
  const report = await restoreSnapshot(back, { snapshot: future, confirm: future, dryRun: false });
  expect(report.ok).toBe(true);
  expect(await factIds(host)).toEqual(['one']);
  const { keep } = await pruneSnapshots(back, { confirm: true });
  expect(keep.map(({ id }) => id)).toEqual(expect.arrayContaining([future, report.pre_restore_snapshot!]));
});

test('half a registry file stops neither snapshot nor restore, and is kept in the one, put away by the other', async () => {
  const host = openScratch();
  writeRegistry(host, ['alpha']);
  await addFact(host, 'one');
  const good = (await createSnapshot(host)).snapshot.id;
  const half = readFileSync(host.config.registry_path, 'utf8').slice(0, 40);
  writeFileSync(host.config.registry_path, half);
  const broken = (await createSnapshot(host)).snapshot.id;
  expect(await validateSnapshot(host.config.backup_dir, broken)).toMatchObject({ ok: true });
  expect(readFileSync(join(host.config.backup_dir, broken, 'project-registry.json'), 'utf8')).toBe(half);
  const report = await restoreSnapshot(host, { snapshot: good, confirm: good, dryRun: false });
  expect(report.ok).toBe(true);
  expect(JSON.parse(readFileSync(host.config.registry_path, 'utf8'))).toMatchObject({ projects: [{ id: 'alpha' }] });
});
