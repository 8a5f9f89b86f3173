import { SCAN_KERNEL_BASE64 } from './scan-kernel.generated.ts';

/** The part of WebAssembly's interface that is used; Node's own types do not declare it. */
interface WasmMemory {
  buffer: ArrayBuffer;
}
interface Wasm {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { initial: number }) => WasmMemory;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: unknown };
}
interface ScanKernel {
  multiplyRows(values: number, rowCount: number, width: number, query: number, out: number): void;
}

const PAGE_BYTES = 65_536;
const FLOAT = 4;
/** The kernel takes eight numbers at a time; the rest of a row is zero. */
const LANES = 8;

let compiled: object | undefined;

/** Vectors that are compared all at once, in a memory of their own that goes with them. */
export interface VectorScan {
  set(row: number, vector: Float32Array): void;
  /** The dot product of every row with `query`. */
  compare(query: Float32Array): Float32Array;
}

/** Room for `rows` vectors of `dimensions` numbers in float32, all zero at first. */
export function createVectorScan(rows: number, dimensions: number): VectorScan {
  const { Module, Memory, Instance } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
  compiled ??= new Module(Buffer.from(SCAN_KERNEL_BASE64, 'base64'));
  const width = Math.ceil(dimensions / LANES) * LANES;
  const query = rows * width * FLOAT;
  const out = query + width * FLOAT;
  const memory = new Memory({ initial: Math.ceil((out + rows * FLOAT) / PAGE_BYTES) });
  const { multiplyRows } = new Instance(compiled, { env: { memory } }).exports as ScanKernel;
  const values = new Float32Array(memory.buffer);
  return {
    set: (row, vector) => values.set(vector, row * width),
    compare(vector) {
      values.set(vector, query / FLOAT);
      multiplyRows(0, rows, width, query, out);
      return values.slice(out / FLOAT, out / FLOAT + rows);
    },
  };
}
