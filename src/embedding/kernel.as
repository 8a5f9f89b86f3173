// The numeric kernel of the bundled encoder, in AssemblyScript. `node scripts/build-kernel.mjs` compiles it into
// kernel.generated.ts. Only fixed-width SIMD is used, never relaxed SIMD, so every machine computes the same bits.
//
// Matrices are multiplied in 16-bit integers with 32-bit sums. A row is scaled so that its Euclidean norm is at most
// ROW_NORM and a column so that its norm is at most COLUMN_NORM. By the Cauchy-Schwarz inequality no sum, and no
// partial sum, can then leave 32 bits: (32000 + 20) * (65000 + 20) < 2^31, where 20 > sqrt(1536) / 2 bounds rounding.

import { maxLane, sumLanes } from './kernel-lanes';

const ROW_NORM: f32 = 32000;
const COLUMN_NORM: f32 = 65000;
const INT16_MAX: f32 = 32767;
/** Columns of one packed block; the micro-tile is 4 rows by 8 columns, which fits the 16 vector registers of x64. */
const BLOCK: i32 = 8;

/** Bytes of weights that stay in the second-level cache while all rows pass over them. */
const PANEL_BYTES: i32 = 131072;
/** Bytes of rows that stay in the first-level cache while a panel passes over them. */
const ROW_BLOCK_BYTES: i32 = 16384;

const RELU: i32 = 1;
const ACCUMULATE: i32 = 2;

// @ts-ignore: decorator
@inline
function finish(sum: v128, rowScale: v128, columnScale: v128, bias: v128, out: usize, mode: i32): void {
  let value = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), f32x4.mul(rowScale, columnScale)), bias);
  if (mode & RELU) value = f32x4.max(value, f32x4.splat(0));
  if (mode & ACCUMULATE) value = f32x4.add(value, v128.load(out));
  v128.store(out, value);
}

// @ts-ignore: decorator
@inline
function step(sum: v128, row: v128, weights: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(row, weights));
}

/** Four rows by eight columns: out = rows * block * scales + bias. */
function tile(
  rows: usize,
  rowBytes: usize,
  scales: usize,
  block: usize,
  columnScale: usize,
  bias: usize,
  out: usize,
  outBytes: usize,
  mode: i32,
): void {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  let e = i32x4.splat(0);
  let f = i32x4.splat(0);
  let g = i32x4.splat(0);
  let h = i32x4.splat(0);
  const end = rows + rowBytes;
  const second = rowBytes;
  const third = rowBytes * 2;
  const fourth = rowBytes * 3;
  let weights = block;
  for (let row = rows; row < end; row += 8, weights += 64) {
    // Two pairs of depths a round; unrolled by hand, since the compiler does not.
    let left = v128.load(weights);
    let right = v128.load(weights, 16);
    let value = v128.load32_splat(row);
    a = step(a, value, left);
    b = step(b, value, right);
    value = v128.load32_splat(row + second);
    c = step(c, value, left);
    d = step(d, value, right);
    value = v128.load32_splat(row + third);
    e = step(e, value, left);
    f = step(f, value, right);
    value = v128.load32_splat(row + fourth);
    g = step(g, value, left);
    h = step(h, value, right);
    left = v128.load(weights, 32);
    right = v128.load(weights, 48);
    value = v128.load32_splat(row, 4);
    a = step(a, value, left);
    b = step(b, value, right);
    value = v128.load32_splat(row + second, 4);
    c = step(c, value, left);
    d = step(d, value, right);
    value = v128.load32_splat(row + third, 4);
    e = step(e, value, left);
    f = step(f, value, right);
    value = v128.load32_splat(row + fourth, 4);
    g = step(g, value, left);
    h = step(h, value, right);
  }
  const leftScale = v128.load(columnScale);
  const rightScale = v128.load(columnScale, 16);
  const leftBias = bias ? v128.load(bias) : f32x4.splat(0);
  const rightBias = bias ? v128.load(bias, 16) : f32x4.splat(0);
  let rowScale = v128.load32_splat(scales);
  finish(a, rowScale, leftScale, leftBias, out, mode);
  finish(b, rowScale, rightScale, rightBias, out + 16, mode);
  rowScale = v128.load32_splat(scales, 4);
  finish(c, rowScale, leftScale, leftBias, out + outBytes, mode);
  finish(d, rowScale, rightScale, rightBias, out + outBytes + 16, mode);
  rowScale = v128.load32_splat(scales, 8);
  finish(e, rowScale, leftScale, leftBias, out + outBytes * 2, mode);
  finish(f, rowScale, rightScale, rightBias, out + outBytes * 2 + 16, mode);
  rowScale = v128.load32_splat(scales, 12);
  finish(g, rowScale, leftScale, leftBias, out + outBytes * 3, mode);
  finish(h, rowScale, rightScale, rightBias, out + outBytes * 3 + 16, mode);
}

/**
 * out[rowCount x columns] = rows[rowCount x depth] * matrix[depth x columns] + bias. `rows` holds 16-bit integers as
 * quantizeRows writes them, `matrix` as packColumns. rowCount is rounded up to 4 and columns up to 8: buffers must have
 * that room, and what lies beyond the true counts is undefined. depth: a multiple of 8. mode: 1 = relu, 2 = add to out.
 */
export function multiply(
  rows: usize,
  rowScales: usize,
  rowCount: i32,
  matrix: usize,
  columnScales: usize,
  bias: usize,
  columns: i32,
  depth: i32,
  out: usize,
  outBytes: i32,
  mode: i32,
): void {
  const rowBytes = depth << 1;
  const panel = max(BLOCK, (PANEL_BYTES / rowBytes) & ~(BLOCK - 1));
  const rowBlock = max(4, (ROW_BLOCK_BYTES / rowBytes) & ~3);
  for (let panelStart = 0; panelStart < columns; panelStart += panel) {
    const panelEnd = min(panelStart + panel, columns);
    for (let blockStart = 0; blockStart < rowCount; blockStart += rowBlock) {
      const blockEnd = min(blockStart + rowBlock, rowCount);
      for (let column = panelStart; column < panelEnd; column += BLOCK) {
        const block = matrix + <usize>column * rowBytes;
        for (let row = blockStart; row < blockEnd; row += 4) {
          tile(
            rows + <usize>row * rowBytes,
            rowBytes,
            rowScales + (<usize>row << 2),
            block,
            columnScales + (<usize>column << 2),
            bias ? bias + (<usize>column << 2) : 0,
            out + <usize>row * outBytes + (<usize>column << 2),
            outBytes,
            mode,
          );
        }
      }
    }
  }
}

/** The factor that brings a row of floats to 16-bit integers of at most ROW_NORM; 1 for a row of zeros. */
function rowFactor(start: usize, depth: i32): f32 {
  let squares = f32x4.splat(0);
  let largest = f32x4.splat(0);
  for (let at = start; at < start + (<usize>depth << 2); at += 16) {
    const value = v128.load(at);
    squares = f32x4.add(squares, f32x4.mul(value, value));
    largest = f32x4.max(largest, f32x4.abs(value));
  }
  const top = maxLane(largest);
  return top > 0 ? min(ROW_NORM / sqrt(sumLanes(squares)), INT16_MAX / top) : 1;
}

/** Rows of float32 to 16-bit integers; scales[row] turns an integer back into its float. depth: a multiple of 8. */
export function quantizeRows(
  source: usize,
  sourceBytes: i32,
  rowCount: i32,
  depth: i32,
  target: usize,
  scales: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    const start = source + <usize>row * sourceBytes;
    const factor = rowFactor(start, depth);
    store<f32>(scales + (<usize>row << 2), 1 / factor);
    const factors = f32x4.splat(factor);
    for (let at = start; at < start + (<usize>depth << 2); at += 32) {
      v128.store(target, i16x8.narrow_i32x4_s(toIntegers(at, factors), toIntegers(at + 16, factors)));
      target += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function toIntegers(source: usize, factors: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(source), factors)));
}

// @ts-ignore: decorator
@inline
function columnFactors(squares: v128, largest: v128): v128 {
  const byNorm = f32x4.div(f32x4.splat(COLUMN_NORM), f32x4.sqrt(squares));
  const factors = f32x4.min(byNorm, f32x4.div(f32x4.splat(INT16_MAX), largest));
  // A column of zeros has an infinite factor; zeros stay zeros with any.
  return v128.bitselect(factors, f32x4.splat(1), f32x4.gt(largest, f32x4.splat(0)));
}

/**
 * A float32 matrix [depth x columns] to blocks of 8 columns: for each pair of depths the two integers of each column
 * lie side by side. rowBytes: distance of rows in the source. columns: a multiple of 8. Depth is padded with zeros to
 * paddedDepth, a multiple of 8. scales[column] turns an integer back into its float.
 */
export function packColumns(
  source: usize,
  rowBytes: i32,
  columns: i32,
  depth: i32,
  paddedDepth: i32,
  target: usize,
  scales: usize,
): void {
  const end = <usize>depth * rowBytes;
  for (let first = 0; first < columns; first += BLOCK) {
    let leftSquares = f32x4.splat(0);
    let rightSquares = f32x4.splat(0);
    let leftLargest = f32x4.splat(0);
    let rightLargest = f32x4.splat(0);
    for (let at = source; at < source + end; at += rowBytes) {
      const left = v128.load(at);
      const right = v128.load(at, 16);
      leftSquares = f32x4.add(leftSquares, f32x4.mul(left, left));
      rightSquares = f32x4.add(rightSquares, f32x4.mul(right, right));
      leftLargest = f32x4.max(leftLargest, f32x4.abs(left));
      rightLargest = f32x4.max(rightLargest, f32x4.abs(right));
    }
    const left = columnFactors(leftSquares, leftLargest);
    const right = columnFactors(rightSquares, rightLargest);
    v128.store(scales, f32x4.div(f32x4.splat(1), left));
    v128.store(scales, f32x4.div(f32x4.splat(1), right), 16);
    for (let k = 0; k < paddedDepth; k += 2) {
      const at = source + <usize>k * rowBytes;
      let even = i16x8.splat(0);
      let odd = i16x8.splat(0);
      if (k < depth) even = i16x8.narrow_i32x4_s(toIntegers(at, left), toIntegers(at + 16, right));
      const next = at + rowBytes;
      if (k + 1 < depth) odd = i16x8.narrow_i32x4_s(toIntegers(next, left), toIntegers(next + 16, right));
      v128.store(target, i16x8.shuffle(even, odd, 0, 8, 1, 9, 2, 10, 3, 11));
      v128.store(target, i16x8.shuffle(even, odd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
      target += 32;
    }
    source += BLOCK * 4;
    scales += BLOCK * 4;
  }
}

/**
 * The same layout from a transposed matrix, whose columns are contiguous rows of `depth` numbers, a multiple of 8.
 * Columns are padded to a multiple of 8 with what the target held before.
 */
export function packTransposed(
  source: usize,
  rowBytes: i32,
  columns: i32,
  depth: i32,
  target: usize,
  scales: usize,
): void {
  for (let column = 0; column < columns; column++) {
    const start = source + <usize>column * rowBytes;
    const factor = rowFactor(start, depth);
    store<f32>(scales + (<usize>column << 2), 1 / factor);
    const factors = f32x4.splat(factor);
    let lane = target + (<usize>(column & ~(BLOCK - 1)) * depth << 1) + (<usize>(column & (BLOCK - 1)) << 2);
    for (let at = start; at < start + (<usize>depth << 2); at += 32) {
      const pairs = i16x8.narrow_i32x4_s(toIntegers(at, factors), toIntegers(at + 16, factors));
      v128.store32_lane(lane, pairs, 0);
      v128.store32_lane(lane, pairs, 1, 32);
      v128.store32_lane(lane, pairs, 2, 64);
      v128.store32_lane(lane, pairs, 3, 96);
      lane += 128;
    }
  }
}
