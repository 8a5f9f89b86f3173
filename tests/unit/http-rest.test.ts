import { expect, onTestFinished, test, vi } from 'vitest';
import { collectAtRest } from '../../src/http/rest.ts';
import { litter } from '../support/litter.ts';

const MiB = 2 ** 20;

/** A watched service that is as busy as it is told to be. */
function watch(limits: { restMsMin: number; restHeapBytesMin: number; busyHeapBytesMin: number }) {
  const seen = { working: 0, looks: 0, freed: [] as number[] };
  const stop = collectAtRest({
    working: () => {
      seen.looks += 1;
      return seen.working;
    },
    limits,
    ondone: (bytes) => seen.freed.push(bytes),
  });
  onTestFinished(stop);
  return seen;
}

test('little is not collected while something is in work, and all of it at rest, once', async () => {
  const seen = watch({ restMsMin: 100, restHeapBytesMin: 32 * MiB, busyHeapBytesMin: 1_024 * MiB });
  seen.working = 1;
  litter();
  seen.looks = 0;
  await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(8));
  expect(seen.freed).toEqual([]);
  seen.working = 0;
  await vi.waitFor(() => expect(seen.freed).toHaveLength(1));
  expect(seen.freed[0]).toBeGreaterThan(32 * MiB);
  seen.looks = 0;
  await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(8));
  expect(seen.freed).toHaveLength(1);
});

test('much is collected while something is in work', async () => {
  const seen = watch({ restMsMin: 100, restHeapBytesMin: 1_024 * MiB, busyHeapBytesMin: 64 * MiB });
  seen.working = 1;
  litter();
  await vi.waitFor(() => expect(seen.freed).toHaveLength(1));
  expect(seen.freed[0]).toBeGreaterThan(64 * MiB);
});

test('a little garbage is not worth a pause', async () => {
  const seen = watch({ restMsMin: 20, restHeapBytesMin: 1_024 * MiB, busyHeapBytesMin: 1_024 * MiB });
  litter();
  seen.looks = 0;
  await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(8));
  expect(seen.freed).toEqual([]);
});
