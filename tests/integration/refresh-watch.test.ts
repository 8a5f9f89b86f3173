import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RefreshAnswer } from '../../src/app/refresh.ts';
import { type WatchRootsOptions, watchRoots } from '../../src/app/watch-roots.ts';
import { takeLock } from '../../src/storage/store-lock.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let test: TestHome;
let watching: { close(): Promise<void> } | undefined;
let reports: RefreshAnswer[];
let arrived: PromiseWithResolvers<void>;
beforeEach(async () => {
  test = await createTestHome();
  reports = [];
  arrived = Promise.withResolvers();
});
afterEach(async () => {
  await watching?.close();
  watching = undefined;
  await test.close();
});

const start = (options: WatchRootsOptions = {}) => {
  watching = watchRoots(test.app, {
    debounceMs: 60,
    lookMs: 50,
    ...options,
    onRefresh: (report) => {
      reports.push(report);
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
  });
};
/** Waits for the first report, present or future, that fits; those before it are forgotten. */
const until = async (fits: (report: RefreshAnswer) => boolean): Promise<RefreshAnswer> => {
  for (;;) {
    const at = reports.findIndex(fits);
    if (at >= 0) return reports.splice(0, at + 1).at(-1)!;
    await arrived.promise;
  }
};
const put = (path: string, text: string) => test.write(`sources/vault/projects/${path}`, text);

describe('watched roots', () => {
  it('are refreshed at the start and whenever a document is added, changed, moved or removed', async () => {
    await test.register('p05');
    put('p05/before.md', 'The albedo is high.');
    start();
    await until(({ documents }) => documents.added === 1);
    const path = put('p05/deep/new.md', '# Baffle\n\nThe baffle is black.');
    await until(({ documents }) => documents.added === 1);
    writeFileSync(path, '# Baffle\n\nThe baffle is white and wide.');
    await until(({ documents }) => documents.changed === 1);
    renameSync(path, join(test.vault, 'projects/p05/moved.md'));
    await until(({ documents, chunks }) => documents.changed === 1 && chunks === 2);
    rmSync(join(test.vault, 'projects/p05/moved.md'));
    await until(({ documents }) => documents.removed === 1);
  });

  it('are refreshed when nobody listens, too', async () => {
    await test.register('p05');
    put('p05/a.md', 'The albedo is high.');
    watching = watchRoots(test.app, { debounceMs: 1, lookMs: 50 });
    const documents = async () =>
      (await test.call<{ projects: { documents: number }[] }>('list_projects')).projects[0]!.documents;
    await expect.poll(documents, { timeout: 4_000 }).toBe(1);
  });

  it('of one project refresh no other', async () => {
    await test.register('p05');
    await test.register('p06');
    start();
    await until(({ project }) => project === 'p05');
    reports.length = 0;
    put('p06/a.md', 'The albedo is high.');
    await until(({ project, documents }) => project === 'p06' && documents.added === 1);
    put('p06/b.md', 'The baffle is black.');
    await until(({ project, documents }) => project === 'p06' && documents.added === 1);
    expect(reports.filter(({ project }) => project === 'p05')).toEqual([]);
  });

  it('coalesce many changes', async () => {
    await test.register('p05');
    const path = put('p05/a.md', 'Note 0.');
    start({ debounceMs: 1 });
    await until(({ documents }) => documents.added === 1);
    // A refresh that cannot go on, while changes arrive.
    const lock = await takeLock(test.app.lockFolder, 'refresh-p05', 'exclusive', 0);
    const events = watch(path);
    for (let at = 1; at <= 150; at += 1) {
      const seen = once(events, 'change');
      writeFileSync(path, `Note ${at} about the albedo.`);
      await seen;
    }
    events.close();
    reports.length = 0;
    lock.release();
    let refreshes = 1;
    while ((await until(() => true)).documents.changed === 0) refreshes += 1;
    put('p05/b.md', 'The last one.');
    while ((await until(() => true)).documents.added === 0) refreshes += 1;
    expect(refreshes).toBeLessThan(6);
  });

  it('may be missing, appear later, vanish and come back', async () => {
    await test.register('p05');
    const root = join(test.vault, 'projects', 'p05');
    rmSync(root, { recursive: true });
    start();
    put('p05/a.md', 'The albedo is high.');
    await until(({ documents }) => documents.added === 1);
    renameSync(root, `${root}-away`);
    await until(({ status, documents }) => status === 'nothing_to_ingest' && documents.removed === 0);
    renameSync(`${root}-away`, root);
    put('p05/b.md', 'The baffle is black.');
    await until(({ documents, chunks }) => documents.added === 1 && chunks === 2);
  });

  it('may be replaced by another folder of the same name', async () => {
    await test.register('p05');
    put('p05/a.md', 'The albedo is high.');
    start();
    await until(({ documents }) => documents.added === 1);
    const root = join(test.vault, 'projects', 'p05');
    renameSync(root, `${root}-away`);
    mkdirSync(root);
    await until(({ documents }) => documents.removed === 1);
    put('p05/b.md', 'The baffle is black.');
    await until(({ documents }) => documents.added === 1);
  });

  it('follow a hand edit of the registry, and staged documents', async () => {
    start();
    put('p05/a.md', 'The albedo is high.');
    await test.register('p05');
    await until(({ project, documents }) => project === 'p05' && documents.added === 1);
    test.write('sources/vault/incoming/projects/p05/staged.md', 'The baffle is black.');
    await until(({ documents }) => documents.added === 1);
  });

  it('are let go by the signal, and the end waits for what runs', async () => {
    const stop = new AbortController();
    await test.register('p05');
    start({ signal: stop.signal });
    await until(() => true);
    stop.abort();
    await watching!.close();
    reports.length = 0;
    put('p05/a.md', 'The albedo is high.');
    // An event that was still on its way would be handled within this refresh by hand.
    await test.refresh('p05');
    expect(reports).toEqual([]);
  });
});
