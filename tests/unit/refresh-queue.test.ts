import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRefreshQueue } from '../../src/app/refresh-queue.ts';

let started: string[];
let running: Map<string, PromiseWithResolvers<'done' | 'again'>>;
beforeEach(() => {
  vi.useFakeTimers();
  started = [];
  running = new Map();
});
afterEach(() => {
  vi.useRealTimers();
});

const queue = () =>
  createRefreshQueue(100, (project) => {
    expect(running.has(project), 'two refreshes of one project').toBe(false);
    started.push(project);
    const refresh = Promise.withResolvers<'done' | 'again'>();
    running.set(project, refresh);
    return refresh.promise;
  });
const finish = async (project: string, outcome: 'done' | 'again' = 'done') => {
  const refresh = running.get(project)!;
  running.delete(project);
  refresh.resolve(outcome);
  await vi.advanceTimersByTimeAsync(0);
};

describe('scheduled refreshes', () => {
  it('wait until the changes pause', async () => {
    const { schedule } = queue();
    for (let at = 0; at < 5; at += 1) {
      schedule('a');
      await vi.advanceTimersByTimeAsync(90);
    }
    expect(started).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);
    expect(started).toEqual(['a']);
  });

  it('do not wait for ever on a tree that never rests', async () => {
    const { schedule } = queue();
    for (let at = 0; at < 30 && started.length === 0; at += 1) {
      schedule('a');
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(started).toEqual(['a']);
  });

  it('of one project never overlap; what changed meanwhile causes one more', async () => {
    const { schedule } = queue();
    schedule('a');
    schedule('b');
    await vi.advanceTimersByTimeAsync(100);
    expect(started).toEqual(['a', 'b']);
    for (let at = 0; at < 4; at += 1) {
      schedule('a');
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(started).toEqual(['a', 'b']);
    await finish('a');
    await vi.advanceTimersByTimeAsync(100);
    expect(started).toEqual(['a', 'b', 'a']);
    await finish('a');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(started).toEqual(['a', 'b', 'a']);
  });

  it('are repeated when they could not be done, such as for a lock', async () => {
    const { schedule } = queue();
    schedule('a');
    await vi.advanceTimersByTimeAsync(100);
    await finish('a', 'again');
    await vi.advanceTimersByTimeAsync(100);
    expect(started).toEqual(['a', 'a']);
  });

  it('end with the one that runs', async () => {
    const { schedule, close } = queue();
    schedule('a');
    await vi.advanceTimersByTimeAsync(100);
    schedule('b');
    const closed = close();
    await finish('a');
    await closed;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(started).toEqual(['a']);
  });
});
