import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createBundledEmbedder } from '../../src/embedding/bundled-embedder.ts';
import { createEmbedder } from '../../src/embedding/create-embedder.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { EmbeddingPool } from '../../src/embedding/embedding-pool.ts';
import { weightsFolder } from '../../src/embedding/encoder-weights.ts';

interface Reference {
  text: string;
  vector: string;
}

const references: Reference[] = JSON.parse(
  readFileSync(new URL('../fixtures/embedding/reference.json', import.meta.url), 'utf8'),
);
const scratch = mkdtempSync(join(tmpdir(), 'embedding-'));
const open: Embedder[] = [];

function bundled(options: Parameters<typeof createBundledEmbedder>[0] = {}): Embedder {
  const embedder = createBundledEmbedder(options);
  open.push(embedder);
  return embedder;
}

const longText = (index: number): string => `${index} the store keeps every row until it is purged. `.repeat(16);

afterEach(async () => {
  await Promise.all(open.splice(0).map((embedder) => embedder.close()));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the bundled embedder', () => {
  it('gives the vectors of the reference model, in order, over two workers', async () => {
    const embedder = bundled({ workers: 2 });
    const vectors = await embedder.embed(references.map(({ text }) => text));
    expect(vectors).toHaveLength(references.length);
    for (const [index, { vector }] of references.entries()) {
      const bytes = Uint8Array.from(Buffer.from(vector, 'base64'));
      const expected = new Float32Array(bytes.buffer);
      const cosine = vectors[index]!.reduce((sum, value, at) => sum + value * expected[at]!, 0);
      expect(cosine).toBeGreaterThan(0.99999);
    }
  });

  it('does not tell case and white space apart, and gives an empty text a valid vector', async () => {
    const [upper, lower, empty] = await bundled().embed(['Restore  THE\nDatabase', 'restore the database', '']);
    expect(upper).toEqual(lower);
    expect(Math.hypot(...empty!)).toBeCloseTo(1, 5);
  });

  it('gives an empty list for an empty list', async () => {
    expect(await bundled().embed([])).toEqual([]);
  });

  it('answers a query before the long batch that was given earlier', async () => {
    const embedder = bundled({ workers: 1 });
    const finished: string[] = [];
    const batch = embedder.embed(Array.from({ length: 40 }, (_, index) => longText(index)));
    const query = embedder.embed(['how is a row purged?']);
    await Promise.all([batch.then(() => finished.push('batch')), query.then(() => finished.push('query'))]);
    expect(finished).toEqual(['query', 'batch']);
  });

  it('stops a batch when its signal is aborted and goes on with the next call', async () => {
    const embedder = bundled({ workers: 1 });
    const controller = new AbortController();
    const batch = embedder.embed(
      Array.from({ length: 500 }, (_, index) => longText(index)),
      {
        signal: controller.signal,
      },
    );
    const first = embedder.embed(['first']);
    first.then(() => controller.abort());
    await expect(batch).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await embedder.embed(['second'])).toHaveLength(1);
    await expect(embedder.embed(['third'], { signal: controller.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });

  it('rejects what is under way when it is closed, and every later call; closing twice is harmless', async () => {
    const embedder = bundled({ workers: 1 });
    const batch = embedder.embed(Array.from({ length: 100 }, (_, index) => longText(index)));
    const rejected = expect(batch).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
    await embedder.close();
    await rejected;
    await embedder.close();
    await expect(embedder.embed(['late'])).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
  });

  it('keeps no process alive once its work is done, even when nobody closes it', () => {
    const code = `
      import { createBundledEmbedder } from './src/embedding/bundled-embedder.ts';
      const [vector] = await createBundledEmbedder().embed(['alive']);
      console.log(vector.length);`;
    const output = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', code], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(output.trim()).toBe('512');
  });

  it('ends idle workers and starts new ones for the next text', async () => {
    const pool = new EmbeddingPool({ workers: 1, idleMs: 1, folder: undefined });
    const before = await pool.run(['the same text']);
    await vi.waitUntil(() => pool.size === 0);
    expect(await pool.run(['the same text'])).toEqual(before);
    await pool.close();
  });

  it('rejects when a worker dies and starts a new one for the next text', async () => {
    const embedder = bundled({ workers: 1 });
    const kill = (worker: Worker) => void worker.once('message', () => worker.terminate());
    process.once('worker', kill);
    const batch = embedder.embed(Array.from({ length: 100 }, (_, index) => longText(index)));
    await expect(batch).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
    expect(await embedder.embed(['again'])).toHaveLength(1);
  });

  it('starts a second worker only when the first is busy', async () => {
    const pool = new EmbeddingPool({ workers: 2, idleMs: 60_000, folder: undefined });
    await pool.run(['one']);
    await pool.run(['two']);
    expect(pool.size).toBe(1);
    await pool.run(['one', 'two', 'three', 'four', 'five']);
    expect(pool.size).toBe(2);
    await pool.close();
    expect(pool.size).toBe(0);
  });
});

describe('damaged weights', () => {
  const damage: [name: string, harm: (folder: string) => void][] = [
    ['a missing shard', (folder) => rmSync(join(folder, 'group1-shard3of7'))],
    ['a short shard', (folder) => writeFileSync(join(folder, 'group1-shard3of7'), 'short')],
    ['a flipped byte', (folder) => flipByte(join(folder, 'group1-shard5of7'))],
    ['a damaged vocabulary', (folder) => flipByte(join(folder, 'vocab.json'))],
  ];

  it.each(damage)('%s makes the embedder unavailable, with a hint, until it is repaired', async (name, harm) => {
    const folder = join(scratch, name);
    cpSync(weightsFolder(), folder, { recursive: true });
    harm(folder);
    const embedder = bundled({ weightsFolder: folder, workers: 1 });
    await expect(embedder.embed(['text'])).rejects.toMatchObject({
      code: 'EMBEDDER_UNAVAILABLE',
      hint: expect.stringContaining('ATOCORE_EMBEDDER=none'),
    });
    cpSync(weightsFolder(), folder, { recursive: true });
    expect(await embedder.embed(['text'])).toHaveLength(1);
  });
});

describe('createEmbedder', () => {
  const options = { modelsFolder: join(scratch, 'models') };

  it('knows bundled and none', () => {
    const embedder = createEmbedder('bundled', options);
    expect(embedder).toMatchObject({ name: 'bundled', dimensions: 512 });
    expect(embedder!.fingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(createEmbedder('none', options)).toBeUndefined();
  });

  it('refuses an unknown setting', () => {
    expect(() => createEmbedder('gpt', options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('names the package to install when the optional library is absent', async () => {
    const embedder = createEmbedder('transformers:Xenova/bge-small-en-v1.5', options);
    expect(embedder).toMatchObject({ dimensions: 384 });
    await expect(embedder!.embed(['text'])).rejects.toMatchObject({
      code: 'EMBEDDER_UNAVAILABLE',
      hint: expect.stringContaining('npm install @huggingface/transformers'),
    });
    await embedder!.close();
  });

  it('asks for the vector length of a model that it cannot look up, and takes it from the setting', () => {
    expect(() => createEmbedder('transformers:some/model', options)).toThrow(/vector length/);
    expect(createEmbedder('transformers:some/model#768', options)).toMatchObject({ dimensions: 768 });
  });

  it('gives each model its own fingerprint', () => {
    const names = ['bundled', 'transformers:a/b#384', 'transformers:a/b#512', 'transformers:c/d#384'];
    expect(new Set(names.map((name) => createEmbedder(name, options)!.fingerprint)).size).toBe(4);
  });
});

function flipByte(path: string): void {
  const content = readFileSync(path);
  content[1_000]! ^= 1;
  writeFileSync(path, content);
}
