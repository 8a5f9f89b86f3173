import { LAYOUT, type Layer, type Matrix, PIECES } from './encoder-weights.ts';
import { KERNEL_BASE64 } from './kernel.generated.ts';
import { PIECES_MAX } from './sentence-pieces.ts';

const FLOAT = 4;
const INT16 = 2;
/** Width of the residual stream, of a piece's embedding, and of the widest activation. */
export const STREAM = 512;
export const NARROW = 256;
export const WIDE = 1_536;
/** Pieces that one forward pass may hold: two full texts, so that a pass reuses each weight it fetched yet stays short. */
export const ROWS_MAX = 2 * PIECES_MAX;
/** The kernel writes whole groups of 4 rows; a group may begin at the last row. */
const ROWS_SLACK = 4;
/** Largest share of a softmax row in 16 bits. */
const SHARE_ONE = 32_767;

/** What kernel.as exports; every number but `factor` is a byte address, a byte distance or a count. */
export interface Kernel {
  multiply(
    rows: number,
    rowScales: number,
    rowCount: number,
    matrix: number,
    columnScales: number,
    bias: number,
    columns: number,
    depth: number,
    out: number,
    outBytes: number,
    mode: number,
  ): void;
  quantizeRows(
    source: number,
    sourceBytes: number,
    rowCount: number,
    depth: number,
    target: number,
    scales: number,
  ): void;
  packColumns(
    source: number,
    rowBytes: number,
    columns: number,
    depth: number,
    paddedDepth: number,
    target: number,
    scales: number,
  ): void;
  packTransposed(
    source: number,
    rowBytes: number,
    columns: number,
    depth: number,
    target: number,
    scales: number,
  ): void;
  normalizeRows(source: number, rowCount: number, width: number, gain: number, bias: number, target: number): void;
  softmaxRows(scores: number, count: number, paddedCount: number, factor: number, target: number): void;
  lookUpRows(ids: number, rowCount: number, table: number, timing: number, width: number, out: number): void;
  averageRows(source: number, rowCount: number, width: number, out: number): void;
}

/** Addresses of a matrix in 16-bit blocks. */
export interface PackedMatrix {
  integers: number;
  scales: number;
  bias: number;
  depth: number;
  columns: number;
}

export interface PackedLayer {
  width: number;
  headWidth: number;
  norm: { gain: number; bias: number };
  queryKeyValue: PackedMatrix;
  attentionOut: PackedMatrix;
  feedNorm: { gain: number; bias: number };
  feedIn: PackedMatrix;
  feedOut: PackedMatrix;
}

export interface EncoderMemory {
  kernel: Kernel;
  buffer: ArrayBuffer;
  embeddings: number;
  timing: number;
  widen: PackedMatrix;
  output: PackedMatrix;
  layers: readonly [PackedLayer, PackedLayer];
  scratch: ReturnType<typeof allocateScratch>;
}

interface WasmMemory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The standard WebAssembly object; the types for Node describe it only in part. */
const wasm = (
  globalThis as unknown as {
    WebAssembly: {
      Memory: new (descriptor: { initial: number }) => WasmMemory;
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: Kernel };
    };
  }
).WebAssembly;

type Allocate = (bytes: number) => number;

/** Lays out one WebAssembly memory (about 24 MB) and fills it with the weights, the matrices as 16-bit integers. */
export function loadEncoderMemory(weights: Uint8Array): EncoderMemory {
  const memory = new wasm.Memory({ initial: 1 });
  const module = new wasm.Module(Buffer.from(KERNEL_BASE64, 'base64'));
  const kernel = new wasm.Instance(module, { env: { memory } }).exports;
  // Address 0 means "no bias" to the kernel, so the first bytes stay unused.
  let top = 1_024;
  const allocate: Allocate = (bytes) => {
    const start = top;
    top += Math.ceil(bytes / 64) * 64;
    const missing = top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
    return start;
  };
  const copy = (at: number, floats: number): number => {
    const start = allocate(floats * FLOAT);
    new Uint8Array(memory.buffer).set(weights.subarray(at, at + floats * FLOAT), start);
    return start;
  };
  const scratch = allocateScratch(allocate);
  new Float32Array(memory.buffer, scratch.shares, ROWS_MAX).fill(1 / SHARE_ONE);
  const timing = allocate(PIECES_MAX * NARROW * FLOAT);
  writeTiming(new Float32Array(memory.buffer, timing, PIECES_MAX * NARROW), weights);
  const pack = (matrix: Matrix): PackedMatrix => {
    const { depth, columns } = matrix;
    const bias = copy(matrix.bias, columns);
    const integers = allocate(depth * columns * INT16);
    const scales = allocate(columns * FLOAT);
    // The widest activations have not been used yet, so their room serves to stage the float32 matrix.
    new Uint8Array(memory.buffer).set(
      weights.subarray(matrix.at, matrix.at + depth * columns * FLOAT),
      scratch.staging,
    );
    kernel.packColumns(scratch.staging, columns * FLOAT, columns, depth, depth, integers, scales);
    return { integers, scales, bias, depth, columns };
  };
  const packLayer = (layer: Layer): PackedLayer => ({
    ...layer,
    norm: { gain: copy(layer.norm.gain, layer.width), bias: copy(layer.norm.bias, layer.width) },
    queryKeyValue: pack(layer.queryKeyValue),
    attentionOut: pack(layer.attentionOut),
    feedNorm: { gain: copy(layer.feedNorm.gain, STREAM), bias: copy(layer.feedNorm.bias, STREAM) },
    feedIn: pack(layer.feedIn),
    feedOut: pack(layer.feedOut),
  });
  const embeddings = copy(LAYOUT.embeddings, PIECES * NARROW);
  const layers = [packLayer(LAYOUT.layers[0]), packLayer(LAYOUT.layers[1])] as const;
  const widen = pack(LAYOUT.widen);
  const output = pack(LAYOUT.output);
  return { kernel, buffer: memory.buffer, embeddings, timing, widen, output, layers, scratch };
}

function allocateScratch(allocate: Allocate) {
  const rows = ROWS_MAX + ROWS_SLACK;
  const square = PIECES_MAX * PIECES_MAX;
  const wide = allocate(rows * WIDE * FLOAT);
  const integers = allocate(rows * WIDE * INT16);
  const meanWide = allocate(rows * WIDE * FLOAT);
  return {
    /** `wide`, `integers` and `meanWide` are neighbours: 3.9 MB, more than the largest float32 matrix needs. */
    staging: wide,
    wide,
    integers,
    /** One row per text of a batch; a batch may hold as many texts as rows. */
    meanWide,
    mean: allocate(rows * STREAM * FLOAT),
    narrow: allocate(rows * NARROW * FLOAT),
    stream: allocate(rows * STREAM * FLOAT),
    normed: allocate(rows * STREAM * FLOAT),
    ids: allocate(rows * FLOAT),
    scales: allocate(rows * FLOAT),
    /** The scale of every softmax row. */
    shares: allocate(rows * FLOAT),
    scores: allocate(square * FLOAT),
    packed: allocate(square * INT16),
    packedScales: allocate(PIECES_MAX * FLOAT),
  };
}

/** The position signal: the sines of position times frequency, then the cosines. */
function writeTiming(target: Float32Array, weights: Uint8Array): void {
  const half = NARROW / 2;
  const view = new DataView(weights.buffer, weights.byteOffset + LAYOUT.frequencies);
  for (let position = 0; position < PIECES_MAX; position++) {
    for (let index = 0; index < half; index++) {
      const angle = Math.fround(position * view.getFloat32(index * FLOAT, true));
      target[position * NARROW + index] = Math.sin(angle);
      target[position * NARROW + half + index] = Math.cos(angle);
    }
  }
}
