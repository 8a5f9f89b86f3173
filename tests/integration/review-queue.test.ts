import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { undoDecision } from '../../src/app/review.ts';
import { runUpkeep } from '../../src/app/upkeep.ts';
import { reviewNudge } from '../../src/review/queue.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

interface Item {
  id: string;
  kind: string;
  project: string;
  title: string;
  content: string;
  proposal: Record<string, unknown>;
  evidence: string;
  quote: string | null;
  stale: string | null;
  group: string | null;
}
interface Queue {
  items: Item[];
  counts: Record<string, number>;
  pending: number;
  oldest: string | null;
}
interface Memory {
  id: string;
  status: string;
  content: string;
  confidence: number;
  supersedes: string | null;
}
interface Added {
  memory: Memory;
  duplicate_of?: string;
  conflicts: { ref: string; reason: string }[];
  review_item?: string;
}
interface Resolved {
  outcome: { item: string; status: string; memory?: Memory; merged_into?: string; entry?: { value: string } };
}

let home: TestHome;
let clock: ReturnType<typeof fixedClock>;

beforeEach(async () => {
  clock = fixedClock('2026-03-02T12:00:00Z');
  home = await createTestHome({ clock });
  await home.register('p05', { aliases: ['interferometer'] });
});
afterEach(() => home.close());

const queue = (input: object = {}) => home.call<Queue>('list_review', input);
const add = (content: string, as: 'person' | 'agent' = 'agent', more: object = {}) =>
  home.call<Added>('add_memory', { content, type: 'project', project: 'p05', ...more }, as);
const resolve = (item: string, decision: string, more: object = {}) =>
  home.call<Resolved>('resolve_review', { item, decision, ...more });
const memories = async (status: string) =>
  (await home.call<{ memories: Memory[] }>('list_memories', { status })).memories;
const undo = (item: string) =>
  undoDecision(home.app, item, { actor: 'person:ada', reason: 'mistake', at: clock.now().toISOString() });
const history = async (id: string) => {
  const { memoryHistory } = await import('../../src/memory/memory-store.ts');
  return home.app.withStore(async (store) => memoryHistory(store.db, id));
};

describe('a candidate of an agent', () => {
  test('waits in the queue and is in no pack (cases C19 and C29)', async () => {
    const { memory, review_item } = await add('The fringe camera is cooled by water.');
    expect(memory.status).toBe('candidate');
    const { items, counts, pending, oldest } = await queue();
    expect(items.map((item) => item.id)).toEqual([review_item]);
    expect(items[0]).toMatchObject({ kind: 'memory_candidate', project: 'p05', content: memory.content, stale: null });
    expect({ pending, oldest, candidates: counts['memory_candidate'] }).toEqual({
      pending: 1,
      oldest: '2026-03-02T12:00:00.000Z',
      candidates: 1,
    });
    const { context } = await home.call<{ context: string }>('auto_context', {
      prompt: 'how is the fringe camera cooled?',
      project: 'p05',
    });
    expect(context).not.toContain('water');
    expect((await home.call<{ queue: object }>('status')).queue).toEqual({ pending: 1, oldest });
  });

  test('becomes active when a person accepts it, and history says who and why (case C31)', async () => {
    const { memory, review_item } = await add('The fringe camera is cooled by water.');
    const { outcome } = await resolve(review_item!, 'accept', { reason: 'checked in the lab' });
    expect(outcome).toMatchObject({ status: 'accepted', memory: { id: memory.id, status: 'active', confidence: 0.8 } });
    expect((await queue()).items).toEqual([]);
    expect((await history(memory.id)).at(-1)).toMatchObject({
      action: 'accepted',
      actor: 'person:ada',
      reason: 'checked in the lab',
      before: { status: 'candidate' },
      after: { status: 'active' },
    });
  });

  test('becomes invalid with the reason when a person rejects it', async () => {
    const { memory, review_item } = await add('The fringe camera is cooled by water.');
    await resolve(review_item!, 'reject', { reason: 'only an idea' });
    expect((await history(memory.id)).at(-1)).toMatchObject({ action: 'rejected', reason: 'only an idea' });
    expect(await memories('active')).toEqual([]);
  });

  test('is accepted in the words of the person, and found by them', async () => {
    const { review_item } = await add('The fringe camera is cooled by water.');
    await expect(resolve(review_item!, 'edit')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await resolve(review_item!, 'edit', { content: 'The fringe camera is cooled by glycol.' });
    const search = (query: string) =>
      home.call<{ memories: Memory[] }>('list_memories', { query, status: 'active' }).then((found) => found.memories);
    expect((await search('glycol')).map((memory) => memory.content)).toEqual([
      'The fringe camera is cooled by glycol.',
    ]);
    expect(await search('water')).toEqual([]);
  });

  test('merges with its active twin when it is accepted (case C26)', async () => {
    const { memory: active } = await add('The fringe camera is cooled by water.', 'person');
    const { memory, duplicate_of, review_item } = await add('the fringe camera is cooled by WATER');
    expect({ duplicate_of, status: memory.status }).toEqual({ duplicate_of: active.id, status: 'candidate' });
    expect((await queue()).items[0]!.stale).toBe(`already true: atocore://memories/${active.id} says the same`);
    expect((await resolve(review_item!, 'accept')).outcome).toMatchObject({ status: 'merged', merged_into: active.id });
    expect((await memories('active')).map(({ id }) => id)).toEqual([active.id]);
    expect((await memories('superseded')).map(({ id }) => id)).toEqual([memory.id]);
  });

  test('merges with a near twin only when a person says so; with a text, that text replaces both', async () => {
    const { memory: active } = await add('The fringe camera of the bench is cooled by running tap water.', 'person');
    const { review_item } = await add('The fringe camera of the bench is cooled with running tap water!');
    const { outcome } = await resolve(review_item!, 'merge', {
      content: 'The camera is cooled by tap water, 2 l/min.',
    });
    expect(outcome.memory).toMatchObject({ supersedes: active.id, status: 'active' });
    expect((await memories('active')).map(({ content }) => content)).toEqual([
      'The camera is cooled by tap water, 2 l/min.',
    ]);
  });

  test.each([
    ['one character', 'edit', 'x', /has 1 characters .* 8 to 2000/],
    ['white space around too little', 'accept', '  short  ', /has 5 characters .* 8 to 2000/],
    ['a merge into too little', 'merge', 'x', /has 1 characters .* 8 to 2000/],
    ['too much', 'edit', 'x'.repeat(2_001), /has 2001 characters, wanted: at most 2000/],
    ['nothing', 'edit', '   ', /content = " {3}"/],
  ])('has the bounds of a memory: %s changes nothing', async (_what, decision, content, told) => {
    await add('The fringe camera of the bench is cooled by running tap water.', 'person');
    const { memory, review_item } = await add('The fringe camera of the bench is cooled with running tap water!');
    const before = [await memories('active'), (await queue()).items, await history(memory.id)];
    await expect(resolve(review_item!, decision, { content })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(told),
      details: { arguments: ['content'] },
    });
    expect([await memories('active'), (await queue()).items, await history(memory.id)]).toEqual(before);
    // The other bound itself is well.
    await resolve(review_item!, 'edit', { content: ' eight ok ' });
    expect((await memories('active')).map((one) => one.content)).toContain('eight ok');
  });

  test('that repeats a pending one is not stored again, only counted', async () => {
    const { memory, review_item } = await add('The fringe camera of the bench is cooled by running tap water.');
    const again = await add('The fringe camera of the bench is cooled with running tap water!');
    expect(again).toMatchObject({ memory: { id: memory.id }, duplicate_of: memory.id, review_item });
    const { items } = await queue();
    expect(items).toHaveLength(1);
    expect(items[0]!.proposal['seen']).toBe(2);
  });

  test('with another number is no near duplicate', async () => {
    await add('The piezo stacks of the fringe bench in room three are driven by the blue amplifier to 110 V.');
    await add('The piezo stacks of the fringe bench in room three are driven by the blue amplifier to 120 V.');
    const { items } = await queue();
    expect(items).toHaveLength(2);
    expect(items.map((item) => item.group)).toEqual([items[0]!.id, items[0]!.id]);
  });
});

test('an agent may not decide (case C29)', async () => {
  const { review_item } = await add('The fringe camera is cooled by water.');
  await expect(home.call('resolve_review', { item: review_item, decision: 'accept' }, 'agent')).rejects.toMatchObject({
    code: 'NEEDS_PERSON',
    details: { command: `atocore review accept ${review_item}` },
  });
  expect(await memories('active')).toEqual([]);
});

test('what a person is asked shows the item itself, not the words of the agent', async () => {
  const { invoke } = await import('../../src/operations/invoke.ts');
  const { getOperation } = await import('../../src/operations/index.ts');
  const { review_item } = await add('The fringe camera is cooled by water.');
  let asked = '';
  const principal = { kind: 'agent', name: 'a', scope: 'admin' } as const;
  await invoke(
    getOperation('resolve_review'),
    { app: home.app, principal },
    { item: review_item, decision: 'accept', reason: 'it is harmless' },
    async (question) => {
      asked = question;
      return true;
    },
  );
  expect(asked).toContain('The fringe camera is cooled by water.');
  expect(await memories('active')).toHaveLength(1);
});

describe('a proposal of trusted state', () => {
  const propose = (value: string, as: 'agent' | 'person' = 'agent') =>
    home.call<{ item: Item; duplicate: boolean }>(
      'propose_state',
      { project: 'interferometer', category: 'decision', key: 'optics-vendor', value, reason: 'said in the meeting' },
      as,
    );
  const state = async () =>
    (await home.call<{ entries: { value: string; approved_by: string }[] }>('list_state', { project: 'p05' })).entries;

  test('changes nothing until a person accepts it (case C29)', async () => {
    const { item } = await propose('Ohara');
    expect(await state()).toEqual([]);
    await resolve(item.id, 'accept');
    expect(await state()).toMatchObject([{ value: 'Ohara', approved_by: 'person:ada' }]);
  });

  test('said twice is one item; another value is another item of the same group', async () => {
    const first = await propose('Ohara');
    expect(await propose('Ohara')).toMatchObject({ duplicate: true, item: { id: first.item.id } });
    await propose('Schott');
    const { items } = await queue({ kind: 'state_proposal' });
    expect(items.map(({ content, group }) => [content, group])).toEqual([
      ['Ohara', first.item.id],
      ['Schott', first.item.id],
    ]);
  });

  test('says when trusted state has changed since, and is undone to the value before', async () => {
    const { item } = await propose('Ohara');
    await home.call('set_state', {
      project: 'p05',
      category: 'decision',
      key: 'optics-vendor',
      value: 'Schott',
      reason: 'x',
    });
    expect((await queue()).items[0]!.stale).toBe('trusted state has changed since it was proposed');
    await expect(resolve(item.id, 'edit', { content: 'x'.repeat(2_001) })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await resolve(item.id, 'edit', { content: 'B' });
    expect(await state()).toMatchObject([{ value: 'B' }]);
    await undo(item.id);
    await resolve(item.id, 'edit', { content: 'Ohara, offer B' });
    expect(await state()).toMatchObject([{ value: 'Ohara, offer B' }]);
    await undo(item.id);
    expect(await state()).toMatchObject([{ value: 'Schott' }]);
    expect((await queue()).items.map(({ id }) => id)).toEqual([item.id]);
  });
});

describe('a decision', () => {
  test('is a conflict the second time, and can be taken back', async () => {
    const { memory, review_item } = await add('The fringe camera is cooled by water.');
    await resolve(review_item!, 'accept');
    await expect(resolve(review_item!, 'reject')).rejects.toMatchObject({ code: 'CONFLICT' });
    await undo(review_item!);
    expect((await queue()).items.map(({ id }) => id)).toEqual([review_item]);
    expect(await memories('candidate')).toMatchObject([{ id: memory.id, confidence: 0.5 }]);
    expect((await history(memory.id)).map(({ action }) => action)).toEqual([
      'added',
      'accepted',
      'decision taken back',
    ]);
  });

  test('is not taken back over a later change', async () => {
    const { memory, review_item } = await add('The fringe camera is cooled by water.');
    await resolve(review_item!, 'accept');
    await home.call('revise_memory', { id: memory.id, action: 'invalidate', reason: 'wrong' });
    await expect(undo(review_item!)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('on an unknown item is NOT_FOUND', async () => {
    await expect(resolve('rev_none', 'accept')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a replacement written by an agent', () => {
  test('takes the old memory out of packs and search at once and waits itself (case F04)', async () => {
    const { memory } = await add('The sphere is made by Zephyrine.', 'person');
    await home.call(
      'revise_memory',
      { id: memory.id, action: 'supersede', content: 'The sphere is made by Ravelin.', reason: 'mail' },
      'agent',
    );
    expect(await memories('active')).toEqual([]);
    const { hits } = await home.call<{ hits: unknown[] }>('search', { query: 'who makes the sphere?' });
    expect(hits).toEqual([]);
    const { items } = await queue();
    expect(items[0]).toMatchObject({
      content: 'The sphere is made by Ravelin.',
      proposal: { supersedes: `atocore://memories/${memory.id}` },
    });
  });

  test('gives way to the old memory when a person rejects it', async () => {
    const { memory } = await add('The sphere is made by Zephyrine.', 'person');
    await home.call(
      'revise_memory',
      { id: memory.id, action: 'supersede', content: 'The sphere is made by Ravelin.', reason: 'mail' },
      'agent',
    );
    await resolve((await queue()).items[0]!.id, 'reject');
    expect((await memories('active')).map(({ id }) => id)).toEqual([memory.id]);
  });
});

describe('an unread queue (case F20)', () => {
  test('stays below its cap: the oldest untouched candidate expires, never becomes active', async () => {
    const { cap, close } = await cappedHome(3);
    const ids: string[] = [];
    for (const name of ['alpha', 'beta', 'gamma', 'delta'])
      ids.push(
        (
          await cap.call<Added>(
            'add_memory',
            { content: `The ${name} rail was measured by ${name}.`, type: 'project', project: 'p05' },
            'agent',
          )
        ).memory.id,
      );
    const { items } = await cap.call<Queue>('list_review');
    expect(items.map((item) => item.proposal['memory'])).toEqual(ids.slice(1).map((id) => `atocore://memories/${id}`));
    const gone = await cap.call<{ memories: Memory[] }>('list_memories', { status: 'invalid' });
    expect(gone.memories.map(({ id }) => id)).toEqual([ids[0]]);
    await close();
  });

  test('expires what nobody looked at in 60 days, and says so in the history', async () => {
    const { memory } = await add('The fringe camera is cooled by water.');
    clock.addDays(59);
    expect(await runUpkeep(home.app)).toMatchObject({ ran: true, expired: 0 });
    clock.addDays(2);
    expect(await runUpkeep(home.app)).toMatchObject({ ran: true, expired: 1 });
    expect((await queue()).items).toEqual([]);
    expect((await history(memory.id)).at(-1)).toMatchObject({
      action: 'expired unreviewed',
      actor: 'system:upkeep',
      after: { status: 'invalid' },
    });
  });

  test('keeps what a person took up', async () => {
    const { review_item } = await add('The fringe camera is cooled by water.');
    await resolve(review_item!, 'accept');
    await undo(review_item!);
    clock.addDays(90);
    expect(await runUpkeep(home.app)).toMatchObject({ expired: 0 });
  });

  test('is checked against the present at each look: its source has changed or is gone', async () => {
    home.write('sources/vault/projects/p05/camera.md', '# Camera\n\nCooled by water.\n');
    await home.refresh('p05');
    await add('The fringe camera is cooled by water.', 'agent', { source: 'vault:projects/p05/camera.md' });
    expect((await queue()).items[0]!.stale).toBeNull();
    home.write('sources/vault/projects/p05/camera.md', '# Camera\n\nCooled by glycol, since the spring.\n');
    await home.refresh('p05');
    expect((await queue()).items[0]!.stale).toContain('has changed since');
    const { rmSync } = await import('node:fs');
    rmSync(`${home.vault}/projects/p05/camera.md`);
    home.write('sources/vault/projects/p05/other.md', '# Other\n\nSomething else.\n');
    await home.refresh('p05');
    expect((await queue()).items[0]!.stale).toContain('is gone');
  });

  test('is named in one line at the start of a session', async () => {
    const nudge = () => home.app.withStore(async (store) => reviewNudge(store, clock.now()));
    expect(await nudge()).toBeNull();
    await add('The fringe camera is cooled by water.');
    clock.addDays(12);
    await add('The bench stands on four legs.');
    expect(await nudge()).toBe('AtoCore: 2 items wait for review, the oldest for 12 days; run `atocore review`.');
  });
});

async function cappedHome(size: number): Promise<{ cap: TestHome; close: () => Promise<void> }> {
  const cap = await createTestHome({ clock });
  await cap.register('p05');
  Object.assign(cap.app.config, { review_cap: size });
  return { cap, close: () => cap.close() };
}
