import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryHistory } from '../../src/memory/memory-store.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

interface Memory {
  id: string;
  status: string;
  content: string;
}

let home: TestHome;
let clock: ReturnType<typeof fixedClock>;

beforeEach(async () => {
  clock = fixedClock('2026-03-02T12:00:00Z');
  home = await createTestHome({ clock });
  await home.register('p05');
});
afterEach(() => home.close());

const add = async (content: string, more: object = {}) =>
  await home.call<{ memory: Memory; duplicate_of?: string }>('add_memory', {
    content,
    type: 'project',
    project: 'p05',
    ...more,
  });
const revise = (id: string, action: string, more: object = {}) =>
  home.call<{ memory: Memory; successor?: Memory; history_id: number }>('revise_memory', {
    id,
    action,
    reason: 'because',
    ...more,
  });
const context = async (prompt: string, more: object = { project: 'p05' }) =>
  (await home.call<{ context: string }>('auto_context', { prompt, ...more })).context;

describe('revising a memory (case C30)', () => {
  test('is NOT_FOUND for an unknown id and CONFLICT for one that is not active', async () => {
    await expect(revise('mem_none', 'invalidate')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { memory } = await add('The sphere is made by Zephyrine.');
    await revise(memory.id, 'invalidate');
    await expect(revise(memory.id, 'supersede', { content: 'The sphere is made by Ravelin.' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('twice the same is one history row and one answer', async () => {
    const { memory } = await add('The sphere is made by Zephyrine.');
    const once = await revise(memory.id, 'supersede', { content: 'The sphere is made by Ravelin.' });
    expect(await revise(memory.id, 'supersede', { content: 'The sphere is made by Ravelin.' })).toEqual(once);
    const rows = await home.app.withStore(async (store) => memoryHistory(store.db, memory.id));
    expect(rows.map(({ action, reason }) => [action, reason])).toEqual([
      ['added', 'added'],
      ['supersede', 'because'],
    ]);
  });

  test('never supersedes a memory by itself', async () => {
    const { memory } = await add('The sphere is made by Zephyrine.');
    await expect(revise(memory.id, 'supersede', { content: 'the sphere is made by zephyrine' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('takes the old words out of packs and search at once (case F04)', async () => {
    const { memory } = await add('The sphere is made by Zephyrine.');
    expect(await context('who makes the sphere?')).toContain('Zephyrine');
    await revise(memory.id, 'supersede', { content: 'The sphere is made by Ravelin.' });
    expect(await context('who makes the sphere?')).not.toContain('Zephyrine');
    expect(await context('who makes the sphere?')).toContain('Ravelin');
  });
});

describe('memories in a pack', () => {
  test('leave it when they expire, to the instant (cases C19 and C23)', async () => {
    await add('The clean room is booked for the flat.', { valid_until: '2026-03-02T13:00:00+00:00' });
    expect(await context('clean room')).toContain('booked');
    clock.set('2026-03-02T13:00:00Z');
    expect(await context('clean room')).not.toContain('booked');
  });

  test('of a project stay out when no project is in scope (case C10)', async () => {
    await add('The fringe lamp is green.');
    await add('A fringe is half a wave.', { type: 'knowledge', project: '' });
    expect(await context('fringe lamp')).toContain('green');
    const unscoped = await context('fringe lamp', { project: '' });
    expect(unscoped).not.toContain('green');
    expect(unscoped).toContain('half a wave');
  });

  test('are ranked by the share of their words that the prompt names: 3 of 5 before 3 of 40 (case C13)', async () => {
    await add(`Overview: dew heater secondary, ${Array.from({ length: 37 }, (_, at) => `topic${at}`).join(' ')}.`);
    await add('Dew heater, secondary: brown cable.');
    const text = await context('dew heater of the secondary');
    expect(text.indexOf('brown cable')).toBeLessThan(text.indexOf('Overview'));
    expect(text.indexOf('brown cable')).toBeGreaterThan(0);
  });

  test('leave a band with something in it, however long they are (cases C11 and C14)', async () => {
    await add(`The dew heater overview. ${'It draws little current in winter nights. '.repeat(40)}`.slice(0, 1_900));
    expect(await context('dew heater', { project: 'p05', budget_tokens: 400 })).toContain('The dew heater overview.');
  });
});

test('a tag is matched whole (case C17)', async () => {
  await add('Deploys go out on Fridays.', { tags: ['production'] });
  const tagged = (tag: string) => home.call<{ memories: Memory[] }>('list_memories', { tag });
  expect((await tagged('prod')).memories).toEqual([]);
  expect((await tagged('Production')).memories).toHaveLength(1);
});

test('the same words with the same status are one memory; nearly the same are two, and named (case C26)', async () => {
  const { memory } = await add('The fringe camera of the bench is cooled by running tap water.');
  expect(await add('the fringe CAMERA of the bench is cooled by running tap water')).toMatchObject({
    duplicate_of: memory.id,
    memory: { id: memory.id },
  });
  const near = await add('The fringe camera of the bench is cooled with running tap water!');
  expect(near.duplicate_of).toBe(memory.id);
  expect(near.memory.id).not.toBe(memory.id);
});
