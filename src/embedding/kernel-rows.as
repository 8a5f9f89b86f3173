// What the kernel does row by row in float32, see kernel.as.

import { maxLane, sumLanes } from './kernel-lanes';

const INT16_MAX: f32 = 32767;

/** Layer normalisation of rows: (x - mean) / sqrt(variance + 1e-6) * gain + bias. width: a multiple of 4. */
export function normalizeRows(source: usize, rowCount: i32, width: i32, gain: usize, bias: usize, target: usize): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rowCount; row++) {
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) sums = f32x4.add(sums, v128.load(source + at));
    const mean = f32x4.splat(sumLanes(sums) / <f32>width);
    let squares = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const centred = f32x4.sub(v128.load(source + at), mean);
      squares = f32x4.add(squares, f32x4.mul(centred, centred));
    }
    const inverse = f32x4.splat(1 / sqrt(sumLanes(squares) / <f32>width + <f32>1e-6));
    for (let at: usize = 0; at < bytes; at += 16) {
      const centred = f32x4.mul(f32x4.sub(v128.load(source + at), mean), inverse);
      v128.store(target + at, f32x4.add(f32x4.mul(centred, v128.load(gain + at)), v128.load(bias + at)));
    }
    source += bytes;
    target += bytes;
  }
}

/** e^x for x <= 0: 2^n times a polynomial of the rest (the Taylor terms up to x^6 on |x| <= ln 2 / 2, error 2e-7). */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  const bounded = f32x4.max(x, f32x4.splat(-87));
  const whole = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.4426950408889634)));
  const rest = f32x4.sub(
    f32x4.sub(bounded, f32x4.mul(whole, f32x4.splat(0.693359375))),
    f32x4.mul(whole, f32x4.splat(-2.12194440e-4)),
  );
  let sum = f32x4.splat(<f32>(1.0 / 720.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(<f32>(1.0 / 120.0)));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(<f32>(1.0 / 24.0)));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(<f32>(1.0 / 6.0)));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

/**
 * Softmax of factor * scores over the first `count` columns of square score rows, as 16-bit integers of 1/32767.
 * `paddedCount` (a multiple of 8) is the width of both the score rows and the target rows; the padding becomes 0.
 */
export function softmaxRows(scores: usize, count: i32, paddedCount: i32, factor: f32, target: usize): void {
  const bytes = <usize>paddedCount << 2;
  const factors = f32x4.splat(factor);
  for (let row = 0; row < count; row++) {
    for (let column = count; column < paddedCount; column++) store<f32>(scores + (<usize>column << 2), -1e30);
    let largest = f32x4.splat(-1e30);
    for (let at: usize = 0; at < bytes; at += 16) largest = f32x4.max(largest, v128.load(scores + at));
    const top = f32x4.splat(maxLane(largest));
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const value = exponential(f32x4.mul(f32x4.sub(v128.load(scores + at), top), factors));
      v128.store(scores + at, value);
      sums = f32x4.add(sums, value);
    }
    const share = f32x4.splat(INT16_MAX / sumLanes(sums));
    for (let at: usize = 0; at < bytes; at += 32) {
      const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(scores + at), share)));
      const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(scores + at, 16), share)));
      v128.store(target, i16x8.narrow_i32x4_s(low, high));
      target += 16;
    }
    scores += bytes;
  }
}

/** out[row] = 2 * table[ids[row]] + timing[row]; ids are 32-bit. width: a multiple of 4. */
export function lookUpRows(ids: usize, rowCount: i32, table: usize, timing: usize, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rowCount; row++) {
    const source = table + <usize>load<i32>(ids + (<usize>row << 2)) * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      const value = v128.load(source + at);
      v128.store(out + at, f32x4.add(f32x4.add(value, value), v128.load(timing + at)));
    }
    timing += bytes;
    out += bytes;
  }
}

/** out = mean of the rows. width: a multiple of 4. */
export function averageRows(source: usize, rowCount: i32, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  const share = f32x4.splat(1 / <f32>rowCount);
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = f32x4.splat(0);
    for (let row = 0; row < rowCount; row++) sum = f32x4.add(sum, v128.load(source + <usize>row * bytes + at));
    v128.store(out + at, f32x4.mul(sum, share));
  }
}
