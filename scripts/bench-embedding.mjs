// Measures the bundled embedder: node scripts/bench-embedding.mjs [folder with .md or .txt files]
// Prints ms per text on one thread at 20, 100 and 128 pieces, the cold start of a fresh process up to its first vector,
// resident memory, and the throughput of chunks of 800 characters with one and two workers. Timings hold for an idle
// machine only; CPU time is printed beside wall time to show when it is not.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createBundledEmbedder } from '../src/embedding/bundled-embedder.ts';
import { createEncoder } from '../src/embedding/encoder.ts';
import { readVocabulary, readWeights, weightsFolder } from '../src/embedding/encoder-weights.ts';
import { PieceCutter } from '../src/embedding/sentence-pieces.ts';

const CHUNK_CHARS = 800;
const CHUNKS = 400;
const root = process.argv[2];

if (process.env.BENCH_COLD) await coldStart();
else await everything();

async function coldStart() {
  const start = performance.now();
  const embedder = createBundledEmbedder({ workers: 1 });
  await embedder.embed(['how do I restore a snapshot?']);
  const cold = performance.now() - start;
  const again = performance.now();
  await embedder.embed(['which valve has to be replaced?']);
  const warm = performance.now() - again;
  console.log(JSON.stringify({ cold, warm, rss: process.memoryUsage.rss() / 1e6 }));
}

async function everything() {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model.trim()}`);
  oneThread();
  const env = { ...process.env, BENCH_COLD: '1' };
  const runs = [1, 2, 3, 4, 5].map(() =>
    JSON.parse(execFileSync(process.execPath, [process.argv[1]], { env, encoding: 'utf8' })),
  );
  const best = runs.sort((left, right) => left.cold - right.cold)[0];
  console.log(`cold start ${best.cold.toFixed(0)} ms, next query ${best.warm.toFixed(1)} ms, best of 5 processes`);
  console.log(`resident with one worker: ${Math.max(...runs.map(({ rss }) => rss)).toFixed(0)} MB`);
  const chunks = sampleChunks();
  for (const workers of [1, 2]) await throughput(chunks, workers);
}

function oneThread() {
  const folder = weightsFolder();
  const encoder = createEncoder(readWeights(folder));
  const cutter = new PieceCutter(readVocabulary(folder));
  const pieces = cutter.cut(generatedText(1));
  for (const [count, batch] of [
    [20, 1],
    [100, 1],
    [128, 1],
    [128, 2],
    [20, 12],
  ]) {
    const texts = Array.from({ length: batch }, () => pieces.slice(0, count));
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 6; round++) {
      const cpu = process.cpuUsage();
      for (let repeat = 0; repeat < 8; repeat++) encoder.encode(texts);
      const { user, system } = process.cpuUsage(cpu);
      best = Math.min(best, (user + system) / 1e3 / 8 / batch);
    }
    console.log(`${count} pieces, ${batch} text(s) a call: ${best.toFixed(2)} ms a text (CPU)`);
  }
}

async function throughput(chunks, workers) {
  const embedder = createBundledEmbedder({ workers });
  await embedder.embed(chunks.slice(0, 40));
  const start = performance.now();
  const cpu = process.cpuUsage();
  await embedder.embed(chunks);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1e3 / chunks.length;
  const rss = (process.memoryUsage.rss() / 1e6).toFixed(0);
  console.log(
    `${workers} worker(s): ${(ms / chunks.length).toFixed(2)} ms a chunk (CPU ${cpuMs.toFixed(2)}), ` +
      `26,000 chunks in ${((ms / chunks.length) * 26).toFixed(0)} s, resident ${rss} MB`,
  );
  await embedder.close();
}

/** Chunks spread evenly over the text files under the folder on the command line, or generated ones. */
function sampleChunks() {
  if (!root) return Array.from({ length: CHUNKS }, (_, index) => generatedText(index));
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(md|markdown|txt)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = files.flatMap((file) => readFileSync(file, 'utf8').match(/[\s\S]{1,800}/g) ?? []);
  const step = Math.max(1, Math.floor(texts.length / CHUNKS));
  return texts.filter((_, index) => index % step === 0).slice(0, CHUNKS);
}

function generatedText(seed) {
  const nouns = ['pump', 'valve', 'snapshot', 'ledger', 'protocol', 'index', 'harbour', 'schema', 'turbine', 'budget'];
  const verbs = ['restores', 'replaces', 'measures', 'rejects', 'compares', 'schedules', 'documents'];
  let text = '';
  for (let at = seed; text.length < CHUNK_CHARS; at += 1 + (seed % 3)) {
    text += `The ${nouns[at % 10]} ${verbs[at % 7]} the ${nouns[(at * 3 + 1) % 10]} of site ${at % 89}. `;
  }
  return text.slice(0, CHUNK_CHARS);
}
