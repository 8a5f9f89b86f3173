// The scan over the vectors of one project, in AssemblyScript. `node scripts/build-kernel.mjs` compiles it into scan-kernel.generated.ts.

/** out[row] = values[row] · query in float32. width: numbers of a row, a multiple of 8; rows lie one after the other. */
export function multiplyRows(values: usize, rowCount: i32, width: i32, query: usize, out: usize): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rowCount; row++) {
    // Two sums side by side: the additions of one would wait for each other.
    let even = f32x4.splat(0);
    let odd = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 32) {
      even = f32x4.add(even, f32x4.mul(v128.load(values + at), v128.load(query + at)));
      odd = f32x4.add(odd, f32x4.mul(v128.load(values + at + 16), v128.load(query + at + 16)));
    }
    const sums = f32x4.add(even, odd);
    const low = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
    store<f32>(out, low + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3)));
    values += bytes;
    out += 4;
  }
}
