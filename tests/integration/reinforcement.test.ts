import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { captureInteraction } from '../../src/app/capture-interaction.ts';
import type { ExtractReport } from '../../src/app/extract-interactions.ts';
import { runUpkeep } from '../../src/app/upkeep.ts';
import { decayDays } from '../../src/memory/decay.ts';
import type { Memory } from '../../src/memory/memory.ts';
import { getMemory, memoryHistory } from '../../src/memory/memory-store.ts';
import { countUses } from '../../src/memory/memory-uses.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

const LAMP = 'The fringe lamp of the bench is a cooled green laser.';

let home: TestHome;
let clock: ReturnType<typeof fixedClock>;
beforeEach(async () => {
  clock = fixedClock('2026-03-02T12:00:00Z');
  home = await createTestHome({ clock });
  await home.register('p05');
  await home.register('p06');
});
afterEach(() => home.close());

const add = async (content = LAMP, more: object = {}) => {
  const input = { content, type: 'project', project: 'p05', ...more };
  const { memory } = await home.call<{ memory: Memory }>('add_memory', input);
  clock.set(new Date(clock.now().getTime() + 60_000).toISOString());
  return memory;
};
let turns = 0;
/** A captured reply, and what it reinforced. */
const reply = async (response: string, more: object = {}) => {
  turns += 1;
  const turn = { client: 'c', session_id: 's1', turn_id: `t${turns}`, project: 'p05', prompt: 'and now?', response };
  await captureInteraction(home.app, { ...turn, ...more });
  return (await home.call<ExtractReport>('extract_candidates')).reinforced;
};
const now = (memory: Memory) => home.app.withStore(async (store) => getMemory(store.db, memory.id));
const uses = (memory: Memory) => home.app.withStore(async (store) => countUses(store.db, memory.id));

describe('a reply that says what a memory says (case C24)', () => {
  test('raises it by 0.02 and leaves a history row (case C31)', async () => {
    const memory = await add();
    expect(await reply('I set the cooled green laser as the fringe lamp of the bench.')).toBe(1);
    expect(await now(memory)).toMatchObject({ confidence: 0.82, reference_count: 1 });
    const history = await home.app.withStore(async (store) => memoryHistory(store.db, memory.id));
    expect(history.at(-1)).toMatchObject({ action: 'reinforced', actor: 'system:reinforcement' });
  });

  test('counts once for each session and day', async () => {
    const memory = await add();
    expect(await reply(LAMP)).toBe(1);
    expect(await reply(LAMP)).toBe(0);
    expect(await reply(LAMP, { session_id: 's2' })).toBe(1);
    clock.addDays(1);
    expect(await reply(LAMP)).toBe(1);
    expect(await uses(memory)).toEqual({ sessions: 2, days: 2 });
    expect(await now(memory)).toMatchObject({ confidence: 0.86, reference_count: 3 });
  });

  test('never raises it above 1', async () => {
    const memory = await add();
    for (let at = 0; at < 15; at += 1) await reply(LAMP, { session_id: `s${at}` });
    expect((await now(memory)).confidence).toBe(1);
  });

  test('raises active memories of the own project and the global scope only', async () => {
    const own = await add();
    const global = await add('A cooled laser is a lamp of narrow fringes.', { type: 'knowledge', project: '' });
    const other = await add(LAMP, { project: 'p06' });
    const invalid = await add('The green lamp of the bench is cooled by water.');
    await home.call('revise_memory', { id: invalid.id, action: 'invalidate', reason: 'r' });
    const expired = await add('The green lamp is on loan to the bench.', { valid_until: '2026-03-02T12:01:00Z' });
    await home.call(
      'add_memory',
      { content: 'The green lamp hangs over the bench.', type: 'project', project: 'p05' },
      'agent',
    );
    expect(await reply(`${LAMP} Narrow fringes. Water. On loan. Hangs over.`)).toBe(2);
    expect([(await now(own)).confidence, (await now(global)).confidence]).toEqual([0.82, 0.82]);
    for (const memory of [other, invalid, expired]) expect((await now(memory)).reference_count).toBe(0);
  });

  test('is none when AtoCore itself put the words there (case F02)', async () => {
    await add();
    expect(await reply(`<atocore-context>\n- [M1] project: ${LAMP}\n</atocore-context>\nWhat else?`)).toBe(0);
    expect(await reply(`I was given this:\n- [M1] project: ${LAMP}\nWhat else?`)).toBe(0);
  });

  test('is none for a memory that is younger than the turn', async () => {
    const before = clock.now().toISOString();
    clock.set('2026-03-02T13:00:00Z');
    await add();
    expect(await reply(LAMP, { recorded_at: before })).toBe(0);
  });

  test('is counted also where no extractor is configured', async () => {
    await add();
    const { extractInteractions } = await import('../../src/app/extract-interactions.ts');
    const app = { ...home.app, config: { ...home.app.config, extractor: 'none' as const } };
    await captureInteraction(app, { client: 'c', session_id: 's', project: 'p05', prompt: 'and?', response: LAMP });
    await expect(extractInteractions(app)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await reply('Done.')).toBe(0);
    expect((await home.call<{ memories: Memory[] }>('list_memories')).memories[0]!.reference_count).toBe(1);
  });
});

test('a memory that was used does not decay, whenever that was; one that never was does (case C33)', async () => {
  const used = await add();
  const idle = await add('The oven of the lab has three doors.');
  await reply(LAMP);
  clock.addDays(80);
  expect([decayDays(await now(used), clock.now()) > 0, decayDays(await now(idle), clock.now()) > 0]).toEqual([
    false,
    true,
  ]);
  await runUpkeep(home.app, { force: true });
  const { items } = await home.call<{ items: { kind: string; content: string }[] }>('list_review');
  expect(items).toMatchObject([{ kind: 'decayed_memory', content: 'The oven of the lab has three doors.' }]);
});

test('a person who keeps a memory uses it, once a day', async () => {
  const memory = await add();
  clock.addDays(80);
  await runUpkeep(home.app, { force: true });
  const { items } = await home.call<{ items: { id: string }[] }>('list_review');
  await home.call('resolve_review', { item: items[0]!.id, decision: 'accept' });
  expect(await now(memory)).toMatchObject({ confidence: 0.82, reference_count: 1 });
  expect(await uses(memory)).toEqual({ sessions: 1, days: 1 });
});

test('a decision can be taken back after a reply has reinforced what it made', async () => {
  const input = { content: LAMP, type: 'project', project: 'p05' };
  const { review_item } = await home.call<{ review_item: string }>('add_memory', input, 'agent');
  await home.call('resolve_review', { item: review_item, decision: 'accept' });
  clock.addDays(1);
  expect(await reply(LAMP)).toBe(1);
  const { undoDecision } = await import('../../src/app/review.ts');
  await undoDecision(home.app, review_item, { actor: 'person:ada', reason: 'r', at: clock.now().toISOString() });
  expect((await home.call<{ memories: Memory[] }>('list_memories')).memories).toMatchObject([{ status: 'candidate' }]);
});
