import { AtoError } from '../core/errors.ts';
import type { DocumentFeatures } from './route-features.ts';

/**
 * Packs counts into bytes: varint pieces, varint number of features, then for each feature, ascending, the distance from
 * the hash before and the count, as LEB128 varints. About 4 bytes a feature.
 */
export function packFeatures({ pieces, hashes, counts }: DocumentFeatures): Uint8Array {
  const bytes = new Uint8Array(10 + hashes.length * 10);
  let at = putVarint(bytes, 0, pieces);
  at = putVarint(bytes, at, hashes.length);
  let before = 0;
  for (let index = 0; index < hashes.length; index += 1) {
    at = putVarint(bytes, at, hashes[index]! - before);
    at = putVarint(bytes, at, counts[index]!);
    before = hashes[index]!;
  }
  return bytes.slice(0, at);
}

/** Reads what packFeatures wrote. Throws CORRUPT when the bytes end early, run on, or do not ascend. */
export function unpackFeatures(bytes: Uint8Array): DocumentFeatures {
  let at = 0;
  const next = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 28) throw damaged();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  const pieces = next();
  const length = next();
  // Each feature takes at least two bytes: a damaged length must not reserve gigabytes.
  if (length * 2 > bytes.length) throw damaged();
  const hashes = new Uint32Array(length);
  const counts = new Uint32Array(length);
  let hash = 0;
  for (let index = 0; index < length; index += 1) {
    const step = next();
    hash += step;
    if (step === 0 || hash > 0xffffffff) throw damaged();
    hashes[index] = hash;
    counts[index] = next();
  }
  if (at !== bytes.length) throw damaged();
  return { pieces, hashes, counts };
}

function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 127) {
    bytes[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}

function damaged(): AtoError {
  return new AtoError('CORRUPT', 'Stored routing features are damaged.', 'Refresh the project in full.');
}
