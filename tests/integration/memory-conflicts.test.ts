import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runUpkeep } from '../../src/app/upkeep.ts';
import { resourceViews } from '../../src/operations/resource-views.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

interface Added {
  memory: { id: string; status: string };
  duplicate_of?: string;
  conflicts: { ref: string; reason: string }[];
}
interface Queue {
  items: {
    id: string;
    kind: string;
    content: string;
    quote: string;
    evidence: string;
    proposal: Record<string, unknown>;
  }[];
}
interface Pack {
  context: string;
  bands: { name: string; entries: { uri: string }[] }[];
  outranked: { ref: string; by: string; reason: string }[];
}

let home: TestHome;
let clock: ReturnType<typeof fixedClock>;

beforeEach(async () => {
  clock = fixedClock('2026-03-02T12:00:00Z');
  home = await createTestHome({ clock });
  await home.register('p05');
});
afterEach(() => home.close());

const add = (content: string, as: 'person' | 'agent' = 'person', type = 'project') =>
  home.call<Added>('add_memory', { content, type, project: 'p05' }, as);
const setState = (category: string, key: string, value: string) =>
  home.call('set_state', { project: 'p05', category, key, value, reason: 'decided' });
const conflicts = async () => (await home.call<Queue>('list_review', { kind: 'conflict' })).items;
const pack = (prompt: string) => home.call<Pack>('auto_context', { prompt, project: 'p05' });
const active = async () =>
  (await home.call<{ memories: { id: string }[] }>('list_memories', { status: 'active' })).memories.map(({ id }) => id);
const resolve = (item: string, decision: string, more: object = {}) =>
  home.call('resolve_review', { item, decision, ...more });

describe('two facts that disagree (case C32)', () => {
  const PAIRS: [string, string][] = [
    ['The dome closes at 8 m/s of wind.', 'The dome closes at 12 m/s of wind.'],
    ['The optics vendor is Schott.', 'The optics vendor is Ohara.'],
    ['The SD card is used for controller logs.', 'The SD card is never used for controller logs.'],
    ['First light is planned for 18 October 2026.', 'First light is planned for November 3, 2026.'],
  ];

  test.each(PAIRS)('"%s" and "%s" are flagged, and both stay', async (one, other) => {
    const first = await add(one);
    const second = await add(other);
    expect(first.conflicts).toEqual([]);
    expect(second.conflicts).toMatchObject([{ ref: `atocore://memories/${first.memory.id}` }]);
    expect(await conflicts()).toMatchObject([{ content: other, quote: one }]);
    expect(await active()).toHaveLength(2);
  });

  test.each([
    ['The dome closes at 8 m/s of wind.', 'The rain sensor trips at 3 drops a minute.'],
    ['The optics vendor is Schott.', 'The camera vendor is Andor.'],
    ['The dew heater draws 4.2 W at 12 V.', 'The dew heater draws 4.2 W at 12 V when it is cold.'],
    ['One frame in 4,000 is lost.', 'One frame in 4000 is lost by the camera.'],
  ])('"%s" and "%s" are no conflict', async (one, other) => {
    await add(one);
    expect((await add(other)).conflicts).toEqual([]);
  });

  test('of different types or projects are none', async () => {
    await add('The dome closes at 8 m/s of wind.');
    expect((await add('The dome closes at 12 m/s of wind.', 'person', 'episodic')).conflicts).toEqual([]);
  });

  test('are answered to an agent whose candidate disagrees, and flagged only once it is accepted', async () => {
    await add('The dome closes at 8 m/s of wind.');
    expect((await add('The dome closes at 12 m/s of wind.', 'agent')).conflicts).toHaveLength(1);
    expect(await conflicts()).toEqual([]);
    const { items } = await home.call<Queue>('list_review');
    await resolve(items[0]!.id, 'accept');
    expect(await conflicts()).toHaveLength(1);
  });

  test('are not asked about again when a person said that both stand', async () => {
    await add('The dome closes at 8 m/s of wind.');
    await add('The dome closes at 12 m/s of wind.');
    await resolve((await conflicts())[0]!.id, 'reject');
    expect(await active()).toHaveLength(2);
    expect(await conflicts()).toEqual([]);
  });

  test('become one memory when a person gives the text', async () => {
    await add('The dome closes at 8 m/s of wind.');
    await add('The dome closes at 12 m/s of wind.');
    await resolve((await conflicts())[0]!.id, 'merge', { content: 'The dome closes at 8 m/s, in gusts at 12 m/s.' });
    const { memories } = await home.call<{ memories: { content: string }[] }>('list_memories', { status: 'active' });
    expect(memories.map(({ content }) => content)).toEqual(['The dome closes at 8 m/s, in gusts at 12 m/s.']);
  });

  test('do not block a write when the check itself fails', async () => {
    await home.app.withStore((store) => store.write(() => store.db.exec('DROP TABLE state_entries')));
    expect((await add('The dome closes at 8 m/s of wind.')).memory.status).toBe('active');
  });
});

describe('trusted state against a memory (case C32)', () => {
  const STATE: [string, string, string, string][] = [
    ['config', 'piezo-limit', 'Piezo stacks are driven to 110 V at most.', 'Piezo stacks may be driven up to 150 V.'],
    ['decision', 'optics-vendor', 'Zerodur blanks from the Mainz offer', 'The optics vendor is Ravelin.'],
    [
      'decision',
      'log-storage',
      'Controller logs go to the SD card.',
      'Controller logs do not go to the SD card storage.',
    ],
  ];

  test.each(STATE)(
    '%s %s: the memory is outranked, named, and not shown as true',
    async (category, key, value, said) => {
      const { memory } = await add(said);
      await setState(category, key, value);
      const answer = await pack(`${key} ${said}`);
      expect(answer.context).toContain(value);
      expect(answer.context).not.toContain(said);
      expect(answer.outranked).toMatchObject([{ ref: `atocore://memories/${memory.id}`, by: 'S1' }]);
      expect(await conflicts()).toMatchObject([{ content: said, quote: value }]);
      expect(await active()).toEqual([memory.id]);
    },
  );

  test('what it contradicts is not in the brief of the project either', async () => {
    await add('The optics vendor is Ravelin.');
    await add('The bench stands on four legs.');
    await setState('decision', 'optics-vendor', 'Zerodur blanks from the Mainz offer');
    const principal = { kind: 'agent', name: 'test', scope: 'read' } as const;
    const brief = await resourceViews.briefView({ app: home.app, principal }, 'p05');
    expect(brief).toContain('Mainz');
    expect(brief).toContain('four legs');
    expect(brief).not.toContain('Ravelin');
    const { memories } = await home.call<{ memories: { content: string; outranked_by?: string }[] }>('list_memories');
    expect(new Map(memories.map(({ content, outranked_by }) => [content, outranked_by]))).toEqual(
      new Map([
        ['The optics vendor is Ravelin.', 'atocore://projects/p05/state#decision/optics-vendor'],
        ['The bench stands on four legs.', undefined],
      ]),
    );
  });

  test('is flagged when the memory comes later too, and settled when the person accepts', async () => {
    await setState('config', 'piezo-limit', 'Piezo stacks are driven to 110 V at most.');
    const { memory, conflicts: told } = await add('Piezo stacks may be driven up to 150 V.');
    expect(told).toMatchObject([{ ref: 'atocore://projects/p05/state#config/piezo-limit' }]);
    await resolve((await conflicts())[0]!.id, 'accept');
    expect(await active()).toEqual([]);
    const { memories } = await home.call<{ memories: { id: string }[] }>('list_memories', { status: 'invalid' });
    expect(memories.map(({ id }) => id)).toEqual([memory.id]);
  });

  test('is no conflict when both say the same', async () => {
    await setState('config', 'piezo-limit', 'Piezo stacks are driven to 110 V at most.');
    expect((await add('The piezo stacks take 110 V at most.')).conflicts).toEqual([]);
    expect((await pack('piezo stacks')).outranked).toEqual([]);
  });

  test.each([
    ['optics-vendor', 'Optics vendor lead time is 14 weeks.'],
    ['optics-vendor', 'The optics vendor visits the lab in May.'],
    ['optics-vendor', 'Questions to the optics vendor are answered within a day.'],
    ['vendor', 'The vendor is slow to answer when the furnace of the second line is cold.'],
  ])('%s: what speaks of the key and gives it no value stands: %s', async (key, said) => {
    await setState('decision', key, 'Schott');
    expect((await add(said)).conflicts).toEqual([]);
    expect((await pack(`optics vendor ${said}`)).context).toContain(said.slice(0, -1));
  });

  test.each([
    ['optics-vendor', 'Ohara was selected as optics vendor.'],
    ['optics-vendor', 'Current optics vendor: Ohara'],
    ['vendor', 'The vendor is Ohara.'],
  ])('%s: another value of the key is a conflict: %s', async (key, said) => {
    await setState('decision', key, 'Schott');
    expect((await add(said)).conflicts).toMatchObject([{ reason: `another value than decision · ${key}` }]);
  });

  test('has no say in other projects', async () => {
    await home.register('p06');
    await home.call('set_state', {
      project: 'p06',
      category: 'config',
      key: 'piezo-limit',
      value: 'Piezo stacks are driven to 110 V at most.',
      reason: 'x',
    });
    expect((await add('Piezo stacks may be driven up to 150 V.')).conflicts).toEqual([]);
  });
});

describe('decay (case C33)', () => {
  test('lowers the weight of an idle memory by 3% a day after 30 days, and writes nothing', async () => {
    await add('The bench stands on four legs.');
    const shown = async () => /confidence ([\d.]+)/.exec((await pack('bench legs')).context)?.[1];
    clock.addDays(30);
    expect(await shown()).toBe('0.80');
    clock.addDays(10);
    expect(await shown()).toBe((0.8 * 0.97 ** 10).toFixed(2));
    await runUpkeep(home.app, { force: true });
    await runUpkeep(home.app, { force: true });
    expect(await shown()).toBe((0.8 * 0.97 ** 10).toFixed(2));
    const { memories } = await home.call<{ memories: { confidence: number }[] }>('list_memories', {});
    expect(memories[0]!.confidence).toBe(0.8);
  });

  test('puts a memory up for review under 0.3, once, and leaves it active', async () => {
    const { memory } = await add('The bench stands on four legs.');
    clock.addDays(62);
    expect(await runUpkeep(home.app)).toMatchObject({ decayed: 0 });
    clock.addDays(1);
    expect(await runUpkeep(home.app)).toMatchObject({ ran: true, decayed: 1 });
    expect(await runUpkeep(home.app)).toMatchObject({ ran: false });
    expect(await runUpkeep(home.app, { force: true })).toMatchObject({ decayed: 0 });
    expect(await active()).toEqual([memory.id]);
    const { items } = await home.call<Queue>('list_review', { kind: 'decayed_memory' });
    expect(items).toMatchObject([{ content: 'The bench stands on four legs.' }]);
    await resolve(items[0]!.id, 'accept');
    expect((await pack('bench legs')).context).toContain('(confidence 0.82)');
    clock.addDays(400);
    expect(await runUpkeep(home.app)).toMatchObject({ decayed: 0 });
  });
});

test('receipts go after their retention, and nothing else', async () => {
  await add('The bench stands on four legs.');
  await pack('bench legs');
  clock.addDays(89);
  expect(await runUpkeep(home.app)).toMatchObject({ receipts_removed: 0 });
  clock.addDays(2);
  expect(await runUpkeep(home.app)).toMatchObject({ receipts_removed: 1 });
  expect(await active()).toHaveLength(1);
});
