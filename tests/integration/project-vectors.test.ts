import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLanceVectorStore } from '../../src/storage/lance-vector-store.ts';
import type { VectorRow, VectorStore } from '../../src/storage/vector-store.ts';

const DIMENSIONS = 8;
let folder: string;
let writer: VectorStore;
let reader: VectorStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atocore-vectors-'));
  writer = createLanceVectorStore(folder, 'test', DIMENSIONS);
  reader = createLanceVectorStore(folder, 'test', DIMENSIONS);
});

afterEach(() => {
  writer.close();
  reader.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Unit vectors that are the same in every run. */
function row(id: number, project: string): VectorRow {
  const raw = Float32Array.from({ length: DIMENSIONS }, (_, at) => Math.sin(id * 7.3 + at * 1.9));
  const length = Math.hypot(...raw);
  return { id, project, vector: raw.map((value) => value / length) };
}

const rows = Array.from({ length: 60 }, (_, at) => row(at + 1, at % 3 === 0 ? "o'brien" : 'telescope'));
const idsOf = (hits: readonly { id: number }[]) => hits.map((hit) => hit.id);

test('the neighbours inside one project are those that the vector store itself finds', async () => {
  await writer.upsert(rows);
  const { vector } = row(1_000, 'telescope');
  const all = await reader.nearest(vector, 60);
  for (const project of ['telescope', "o'brien"]) {
    const mine = new Set(rows.filter((known) => known.project === project).map((known) => known.id));
    const expected = all.filter((hit) => mine.has(hit.id)).slice(0, 5);
    const found = await reader.nearest(vector, 5, project);
    expect(idsOf(found)).toEqual(idsOf(expected));
    for (const [at, hit] of found.entries()) expect(hit.similarity).toBeCloseTo(expected[at]!.similarity, 5);
  }
  expect(await reader.nearest(vector, 5, 'unknown')).toEqual([]);
});

test('what another handle wrote, replaced or removed is seen by the next search', async () => {
  await writer.upsert(rows);
  const { vector } = row(500, 'telescope');
  expect(idsOf(await reader.nearest(vector, 1, 'telescope'))).not.toEqual([500]);
  await writer.upsert([row(500, 'telescope')]);
  expect(idsOf(await reader.nearest(vector, 1, 'telescope'))).toEqual([500]);
  await writer.upsert([{ ...row(500, 'telescope'), vector: row(2, '').vector }]);
  const replaced = await reader.nearest(vector, 60, 'telescope');
  expect(replaced.find((hit) => hit.id === 500)!.similarity).toBeLessThan(0.999);
  await writer.remove([500]);
  expect(idsOf(await reader.nearest(vector, 60, 'telescope'))).not.toContain(500);
  await writer.compact();
  expect(idsOf(await reader.nearest(vector, 60, 'telescope'))).toHaveLength(40);
});
