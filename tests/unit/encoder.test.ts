import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateKernel, kernelTarget } from '../../scripts/build-kernel.mjs';
import { createEncoder, DIMENSIONS } from '../../src/embedding/encoder.ts';
import { readWeights, weightsFolder } from '../../src/embedding/encoder-weights.ts';

interface Reference {
  name: string;
  pieces: number[];
  vector: string;
}

const references: Reference[] = JSON.parse(
  readFileSync(new URL('../fixtures/embedding/reference.json', import.meta.url), 'utf8'),
);
const encoder = createEncoder(readWeights(weightsFolder()));

function floats(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * right[index]!, 0);
}

describe('the bundled encoder', () => {
  it.each(references)('agrees with the reference model on $name', ({ pieces, vector }) => {
    const [own] = encoder.encode([pieces]);
    expect(own).toHaveLength(DIMENSIONS);
    expect(dot(own!, floats(vector))).toBeGreaterThan(0.99999);
    expect(dot(own!, own!)).toBeCloseTo(1, 5);
  });

  it('gives a text the same bits alone and among others', () => {
    const together = encoder.encode(references.map(({ pieces }) => pieces));
    const alone = references.map(({ pieces }) => encoder.encode([pieces])[0]!);
    expect(together).toEqual(alone);
  });

  it('encodes every length from 1 to 128 pieces to a vector of length 1', () => {
    const pieces = references.at(-1)!.pieces;
    const vectors = encoder.encode(pieces.map((_, index) => pieces.slice(0, index + 1)));
    expect(vectors).toHaveLength(128);
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
  });

  it('tells the order of pieces apart', () => {
    const [there, back] = encoder.encode([references[0]!.pieces, references[0]!.pieces.toReversed()]);
    expect(dot(there!, back!)).toBeLessThan(0.999);
  });
});

describe('a compiled kernel', () => {
  it.each(['encoder', 'scan'] as const)('is what its source compiles to: %s', async (name) => {
    expect(await generateKernel(name)).toBe(readFileSync(kernelTarget(name), 'utf8'));
  });
});
