import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkDatabase } from '../../src/backup/check-database.ts';
import { compareVectors } from '../../src/backup/contents.ts';
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
import { type OtherProcess, startProcess } from '../support/backup-process.ts';
import { brokenDisk, type FailingDisk, fullDisk } from '../support/failing-disk.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A mounted disk shows what a full one does; where none may be mounted, writes that answer the same are the next best. */
const DISKS: [string, () => FailingDisk | undefined][] = [
  ['is full', () => fullDisk() ?? brokenDisk('ENOSPC')],
  ['answers with input/output errors', () => brokenDisk('EIO')],
];

interface Answer {
  answer?: unknown;
  error?: string;
  code?: string;
}

test.each(DISKS)(
  'when the disk %s nothing acknowledged is lost, errors are typed, and all goes on afterwards',
  async (_, open) => {
    const disk = open();
    if (!disk) throw new Error('neither a mount nor a C compiler is to be had here');
    undo.push(() => disk.remove());
    const child = startProcess(disk.folder, 'w', disk.env);
    undo.push(() => child.kill());
    const acknowledged: string[] = [];
    const failed: string[] = [];
    const add = async (id: string) => {
      const { error, code } = await attempt(child, { do: 'add', id });
      (error === undefined ? acknowledged : failed).push(id);
      return code;
    };
    for (let at = 0; at < 5; at += 1) expect(await add(`before${at}`)).toBeUndefined();
    await child.ask({ do: 'vectors', id: 'early' });
    const id = String(await child.ask({ do: 'snapshot' }));

    disk.fail();
    const codes = new Set<string | undefined>();
    for (let at = 0; at < 40 && failed.length < 3; at += 1) codes.add(await add(`during${at}`));
    codes.add((await attempt(child, { do: 'snapshot' })).code);
    const restored = (await attempt(child, { do: 'restore', id })) as { answer?: { ok: boolean }; code?: string };
    expect(restored.answer?.ok ?? false).toBe(false);
    codes.add((await attempt(child, { do: 'vectors', id: 'during' })).code);
    codes.delete(undefined);
    expect(failed.length).toBeGreaterThan(0);
    expect([...codes]).toEqual(['UNAVAILABLE']);

    disk.heal();
    expect(await add('after')).toBeUndefined();
    const later = String(await child.ask({ do: 'snapshot' }));
    await child.end();
    await expectSound(disk.folder, acknowledged, failed, [later, id]);
  },
  120_000,
);

async function attempt(child: OtherProcess, command: object): Promise<Answer> {
  try {
    return { answer: await child.ask(command) };
  } catch (error) {
    return { error: (error as Error).message, code: (error as { code?: string }).code ?? '' };
  }
}

/** What the next process finds: a failed write is there whole or not at all. */
async function expectSound(home: string, acknowledged: string[], failed: string[], snapshots: string[]): Promise<void> {
  const host = openHome(home);
  undo.push(() => host.close());
  const found = await factIds(host);
  expect(acknowledged.filter((fact) => !found.includes(fact))).toEqual([]);
  expect(found.filter((fact) => !acknowledged.includes(fact) && !failed.includes(fact))).toEqual([]);
  await host.withStore(async ({ db }) => {
    expect(checkDatabase(db).filter((check) => !check.ok)).toEqual([]);
    expect(await compareVectors(db, host.config.vector_uri)).toMatchObject({ missing: 0, duplicates: 0 });
  });
  expect((await listSnapshots(host.config.backup_dir)).map((one) => [one.id, one.problem])).toEqual(
    snapshots.map((id) => [id, null]),
  );
  expect(await validateSnapshot(host.config.backup_dir, snapshots[0]!)).toMatchObject({ ok: true });
  expect(readdirSync(host.config.backup_dir).sort()).toEqual([...snapshots].sort());
}

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
