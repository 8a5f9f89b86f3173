import { readdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { checkDatabase } from '../../src/backup/check-database.ts';
import { compareVectors } from '../../src/backup/contents.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { factIds, openHome } from '../support/backup-home.ts';
import { attempt, startProcess } from '../support/backup-process.ts';
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
