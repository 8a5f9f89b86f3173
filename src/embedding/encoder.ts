import {
  type EncoderMemory,
  loadEncoderMemory,
  NARROW,
  type PackedLayer,
  type PackedMatrix,
  ROWS_MAX,
  STREAM,
  WIDE,
} from './encoder-memory.ts';

export const DIMENSIONS = STREAM;
const HEADS = 4;
/** Modes of the kernel's multiply. */
const RELU = 1;
const ACCUMULATE = 2;
const FLOAT = 4;

/**
 * Universal Sentence Encoder lite: two transformer layers over pieces, their mean, one tanh layer, unit length.
 * Runs synchronously, so it belongs into a worker.
 */
export interface Encoder {
  /** Unit vectors of texts, each given as the ids of at least 1 and at most 128 pieces. */
  encode(texts: readonly (readonly number[])[]): Float32Array[];
}

/** `weights`: the joined shards as readWeights gives them; they are not needed afterwards. */
export function createEncoder(weights: Uint8Array): Encoder {
  const memory = loadEncoderMemory(weights);
  return { encode: (texts) => batches(texts).flatMap((batch) => encodeBatch(memory, batch)) };
}

/** Groups neighbouring texts into forward passes of at most ROWS_MAX pieces. */
function batches(texts: readonly (readonly number[])[]): (readonly number[])[][] {
  const result: (readonly number[])[][] = [];
  let room = 0;
  for (const text of texts) {
    if (text.length > room) {
      result.push([]);
      room = ROWS_MAX;
    }
    result.at(-1)!.push(text);
    room -= text.length;
  }
  return result;
}

/** Where the pieces of a text lie among the rows of a batch. */
interface Span {
  start: number;
  count: number;
}

function encodeBatch(memory: EncoderMemory, texts: readonly (readonly number[])[]): Float32Array[] {
  const { kernel, scratch, layers } = memory;
  const ids = new Int32Array(memory.buffer, scratch.ids, ROWS_MAX);
  const spans: Span[] = [];
  let rows = 0;
  for (const text of texts) {
    ids.set(text, rows);
    const target = scratch.narrow + rows * NARROW * FLOAT;
    kernel.lookUpRows(scratch.ids + rows * FLOAT, text.length, memory.embeddings, memory.timing, NARROW, target);
    spans.push({ start: rows, count: text.length });
    rows += text.length;
  }
  multiply(memory, scratch.narrow, rows, memory.widen, scratch.stream, 0);
  attend(memory, layers[0], scratch.narrow, spans, rows);
  feedIn(memory, layers[0], rows);
  multiply(memory, scratch.wide, rows, layers[0].feedOut, scratch.stream, ACCUMULATE);
  attend(memory, layers[1], scratch.stream, spans, rows);
  feedIn(memory, layers[1], rows);
  return finish(memory, spans);
}

/** out = source * matrix + bias for dense float32 rows. */
function multiply(
  memory: EncoderMemory,
  source: number,
  rows: number,
  matrix: PackedMatrix,
  out: number,
  mode: number,
): void {
  const { kernel, scratch } = memory;
  const { integers, scales, bias, columns, depth } = matrix;
  kernel.quantizeRows(source, depth * FLOAT, rows, depth, scratch.integers, scratch.scales);
  const outBytes = columns * FLOAT;
  kernel.multiply(scratch.integers, scratch.scales, rows, integers, scales, bias, columns, depth, out, outBytes, mode);
}

/** Self-attention of each text over itself; adds its outcome to the residual stream. */
function attend(memory: EncoderMemory, layer: PackedLayer, input: number, spans: readonly Span[], rows: number): void {
  const { kernel, scratch } = memory;
  kernel.normalizeRows(input, rows, layer.width, layer.norm.gain, layer.norm.bias, scratch.normed);
  multiply(memory, scratch.normed, rows, layer.queryKeyValue, scratch.wide, 0);
  // In order: the last group of 4 rows of a text may write into the rows of the next one, which then overwrites it.
  for (const span of spans) for (let head = 0; head < HEADS; head++) attendHead(memory, layer, span, head);
  multiply(memory, scratch.normed, rows, layer.attentionOut, scratch.stream, ACCUMULATE);
}

/** softmax(query * key / sqrt(headWidth)) * value of one head of one text, into its columns of `normed`. */
function attendHead(memory: EncoderMemory, layer: PackedLayer, { start, count }: Span, head: number): void {
  const { kernel, scratch } = memory;
  const { integers, scales, packed, packedScales, scores } = scratch;
  const { width, headWidth } = layer;
  const rowBytes = 3 * width * FLOAT;
  const query = scratch.wide + start * rowBytes + head * headWidth * FLOAT;
  const key = query + width * FLOAT;
  const value = key + width * FLOAT;
  const padded = Math.ceil(count / 8) * 8;
  kernel.quantizeRows(query, rowBytes, count, headWidth, integers, scales);
  kernel.packTransposed(key, rowBytes, count, headWidth, packed, packedScales);
  kernel.multiply(integers, scales, count, packed, packedScales, 0, count, headWidth, scores, padded * FLOAT, 0);
  kernel.softmaxRows(scores, count, padded, 1 / Math.sqrt(headWidth), integers);
  kernel.packColumns(value, rowBytes, headWidth, count, padded, packed, packedScales);
  const out = scratch.normed + (start * width + head * headWidth) * FLOAT;
  const { shares } = scratch;
  kernel.multiply(integers, shares, count, packed, packedScales, 0, headWidth, padded, out, width * FLOAT, 0);
}

/** First half of the feed-forward part: relu(normalised stream * feedIn) into `wide`. */
function feedIn(memory: EncoderMemory, layer: PackedLayer, rows: number): void {
  const { kernel, scratch } = memory;
  kernel.normalizeRows(scratch.stream, rows, STREAM, layer.feedNorm.gain, layer.feedNorm.bias, scratch.normed);
  multiply(memory, scratch.normed, rows, layer.feedIn, scratch.wide, RELU);
}

/**
 * The second half of the last feed-forward part is linear and only the mean over a text's pieces is wanted, so the mean
 * goes through it instead of every piece: the same result for a sixth less work.
 */
function finish(memory: EncoderMemory, spans: readonly Span[]): Float32Array[] {
  const { kernel, scratch, layers, output } = memory;
  for (const [index, { start, count }] of spans.entries()) {
    const [meanWide, mean] = [scratch.meanWide + index * WIDE * FLOAT, scratch.mean + index * STREAM * FLOAT];
    kernel.averageRows(scratch.wide + start * WIDE * FLOAT, count, WIDE, meanWide);
    kernel.averageRows(scratch.stream + start * STREAM * FLOAT, count, STREAM, mean);
  }
  multiply(memory, scratch.meanWide, spans.length, layers[1].feedOut, scratch.mean, ACCUMULATE);
  multiply(memory, scratch.mean, spans.length, output, scratch.normed, 0);
  return spans.map((_, index) => {
    const sums = new Float32Array(memory.buffer, scratch.normed + index * STREAM * FLOAT, STREAM);
    return unitLength(Float32Array.from(sums, Math.tanh));
  });
}

function unitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const factor = 1 / Math.sqrt(Math.max(squares, 1e-12));
  return vector.map((value) => value * factor);
}
