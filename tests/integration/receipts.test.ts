import { afterEach, beforeEach, expect, test } from 'vitest';
import { replayReceipt } from '../../src/app/replay-receipt.ts';
import { getReceipt } from '../../src/context/receipts.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

interface Pack {
  receipt: string;
  context: string;
  bands: { name: string; entries: { uri: string; source_hash: string | null }[] }[];
}

let home: TestHome;
const FILE = 'sources/vault/projects/p05/camera.md';

beforeEach(async () => {
  home = await createTestHome({ clock: fixedClock('2026-03-02T12:00:00Z') });
  await home.register('p05');
  home.write(FILE, '# Camera\n\nThe fringe camera is cooled by water.\n');
  await home.refresh('p05');
});
afterEach(() => home.close());

const ask = () => home.call<Pack>('auto_context', { prompt: 'how is the fringe camera cooled?', project: 'p05' });
const add = (content: string) =>
  home.call<{ memory: { id: string } }>('add_memory', { content, type: 'project', project: 'p05' });

test('a receipt holds what was asked, what was answered, and why', async () => {
  const { receipt, bands } = await ask();
  const stored = await home.app.withStore(async (store) => getReceipt(store, receipt));
  expect(stored).toMatchObject({
    id: receipt,
    project: 'p05',
    query: 'how is the fringe camera cooled?',
    created_at: '2026-03-02T12:00:00.000Z',
    pack: {
      bands: [...bands],
      index_fingerprint: null,
      degraded: [{ component: 'embedder' }],
      detection: { project: 'p05' },
    },
  });
  expect(bands.at(-1)!.entries[0]!.source_hash).toMatch(/^[0-9a-f]{64}$/);
});

test('a replay of an unchanged store is the same pack and leaves no receipt', async () => {
  const { receipt, context } = await ask();
  const replay = await replayReceipt(home.app, receipt);
  expect(replay).toMatchObject({
    receipt,
    same: true,
    added: [],
    removed: [],
    changed: [],
    index_changed: false,
    context,
  });
  expect((await home.call<{ counts: { receipts: number } }>('status')).counts.receipts).toBe(1);
});

test('a replay says what came, what went and why, and what changed', async () => {
  const { memory: stays } = await add('The camera cooling loop holds two litres.');
  const { memory: goes } = await add('The camera pump is loud.');
  const { receipt } = await ask();
  await home.call('revise_memory', { id: goes.id, action: 'invalidate', reason: 'it was oiled' });
  const { memory: comes } = await add('The camera filter is changed in May.');
  home.write(FILE, '# Camera\n\nThe fringe camera is cooled by glycol now.\n');
  await home.refresh('p05');
  const replay = await replayReceipt(home.app, receipt);
  expect(replay.same).toBe(false);
  expect(replay.added.map(({ uri }) => uri)).toEqual([`atocore://memories/${comes.id}`]);
  expect(replay.removed).toMatchObject([{ uri: `atocore://memories/${goes.id}`, reason: 'the memory is invalid' }]);
  expect(replay.changed).toMatchObject([{ tier: 'document' }]);
  expect(replay.context).toContain('glycol');
  expect(replay.context).toContain('two litres');
  expect(stays.id).not.toBe(goes.id);
});

test('a replay of an unknown receipt is NOT_FOUND', async () => {
  await expect(replayReceipt(home.app, 'rc_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
