import { parentPort, workerData } from 'node:worker_threads';
import { toAtoError } from '../core/errors.ts';
import type { WorkerData, WorkerRequest, WorkerResponse } from './embedding-pool.ts';
import { createEncoder, DIMENSIONS, type Encoder } from './encoder.ts';
import { readVocabulary, readWeights, weightsFolder } from './encoder-weights.ts';
import { PieceCutter } from './sentence-pieces.ts';

// One thread of the bundled embedder: loads the model when the first request comes, then answers request by request.

const port = parentPort!;
const { folder } = workerData as WorkerData;
const waiting: WorkerRequest[] = [];
let running = false;
let model: { encoder: Encoder; cutter: PieceCutter } | undefined;

port.on('message', (request: WorkerRequest) => {
  waiting.push(request);
  if (!running) void answerAll();
});

async function answerAll(): Promise<void> {
  running = true;
  while (waiting.length > 0) {
    const urgent = waiting.findIndex((request) => request.urgent);
    const [request] = waiting.splice(Math.max(urgent, 0), 1);
    answer(request!);
    // Lets messages in that arrived meanwhile, so that an urgent one overtakes the slices that wait.
    await new Promise((resolve) => setImmediate(resolve));
  }
  running = false;
}

function answer({ id, texts }: WorkerRequest): void {
  try {
    model ??= load();
    const { cutter, encoder } = model;
    const joined = new Float32Array(texts.length * DIMENSIONS);
    const vectors = encoder.encode(texts.map((text) => cutter.cut(text)));
    for (const [index, vector] of vectors.entries()) joined.set(vector, index * DIMENSIONS);
    port.postMessage({ id, vectors: joined } satisfies WorkerResponse, [joined.buffer]);
  } catch (error) {
    const { code, message, hint } = toAtoError(error);
    port.postMessage({ id, error: { code, message, hint } } satisfies WorkerResponse);
  }
}

function load(): { encoder: Encoder; cutter: PieceCutter } {
  const source = folder ?? weightsFolder();
  const weights = readWeights(source);
  const encoder = createEncoder(weights);
  // 28 MB that the garbage collector would keep for long.
  weights.buffer.transfer(0);
  return { encoder, cutter: new PieceCutter(readVocabulary(source)) };
}
