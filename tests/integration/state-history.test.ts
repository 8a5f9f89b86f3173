import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stateHistory } from '../../src/state/state-store.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

let home: TestHome;
let clock: ReturnType<typeof fixedClock>;

beforeEach(async () => {
  clock = fixedClock('2026-01-10T12:00:00Z');
  home = await createTestHome({ clock });
  await home.register('p05', { aliases: ['Interferometer'] });
});
afterEach(() => home.close());

const set = (value: string, project = 'p05', as: 'person' | 'agent' = 'person') =>
  home.call('set_state', { project, category: 'decision', key: 'optics-vendor', value, reason: `why ${value}` }, as);
const list = async (input: object = {}) =>
  (await home.call<{ entries: { value: string; status: string }[] }>('list_state', { project: 'p05', ...input }))
    .entries;
const history = () => home.app.withStore(async (store) => stateHistory(store.db, 'p05', 'optics-vendor'));

describe('trusted state', () => {
  test('set under two names of a project is one row (cases C01 and C02)', async () => {
    await set('Schott', 'INTERFEROMETER');
    await set('Ohara', 'p05');
    expect(await list()).toMatchObject([{ value: 'Ohara', status: 'active' }]);
  });

  test('keeps every change with before, after, actor, time and reason (case C31)', async () => {
    await set('Schott');
    clock.set('2026-02-10T12:00:00Z');
    await set('Ohara');
    clock.set('2026-03-10T12:00:00Z');
    await home.call('remove_state', { project: 'p05', category: 'decision', key: 'Optics-Vendor', reason: 'reopened' });
    expect(await history()).toMatchObject([
      { action: 'set', before: null, after: { value: 'Schott' }, actor: 'person:ada', reason: 'why Schott' },
      { action: 'superseded', before: { value: 'Schott' }, after: { value: 'Ohara' }, at: '2026-02-10T12:00:00.000Z' },
      { action: 'removed', before: { value: 'Ohara' }, after: { status: 'invalid' }, reason: 'reopened' },
    ]);
    expect(await list()).toEqual([]);
    expect(await list({ as_of: '2026-01-20' })).toMatchObject([{ value: 'Schott' }]);
    expect(await list({ as_of: '2026-02-20' })).toMatchObject([{ value: 'Ohara' }]);
    expect(await list({ as_of: '2026-03-11' })).toEqual([]);
  });

  test('of a key is not that of a longer key with the same end', async () => {
    await set('Schott');
    await home.call('set_state', {
      ...{ project: 'p05', category: 'decision', key: 'spare/optics-vendor', value: 'Ohara', reason: 'x' },
    });
    expect(await history()).toMatchObject([{ after: { value: 'Schott' } }]);
  });

  test('set to the value that is there changes nothing', async () => {
    await set('Schott');
    await set('Schott');
    expect(await history()).toHaveLength(1);
  });

  test('of a project that is not registered is refused before a person is asked (case C03)', async () => {
    for (const as of ['agent', 'person'] as const)
      await expect(set('Schott', 'p5', as)).rejects.toMatchObject({
        code: 'UNKNOWN_PROJECT',
        details: { near: ['p05'] },
      });
  });

  test('is no matter for an agent (case C29)', async () => {
    await expect(set('Mallory', 'p05', 'agent')).rejects.toMatchObject({ code: 'NEEDS_PERSON' });
    await expect(
      home.call('remove_state', { project: 'p05', category: 'decision', key: 'x', reason: 'y' }, 'agent'),
    ).rejects.toMatchObject({ code: 'NEEDS_PERSON' });
    expect(await list()).toEqual([]);
  });

  test('of an unknown project is refused on writes and empty on reads (case C03)', async () => {
    await expect(set('Schott', 'p07')).rejects.toMatchObject({ code: 'UNKNOWN_PROJECT' });
    expect((await home.call<{ entries: unknown[] }>('list_state', { project: 'p07' })).entries).toEqual([]);
  });
});
