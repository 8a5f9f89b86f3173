import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFeatureTable } from '../../src/projects/feature-table.ts';
import { packFeatures, unpackFeatures } from '../../src/projects/route-codec.ts';
import { documentFeatures, splitPieces, textFeatures } from '../../src/projects/route-features.ts';

const sorted = (text: string): number[] => [...textFeatures(text).hashes].sort((a, b) => a - b);

describe('features of a text', () => {
  it('are the same in any letter case when no name is in camelCase', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { maxLength: 12 }), (parts) => {
        const text = parts.join(' ');
        expect(sorted(text.toUpperCase())).toEqual(sorted(text));
      }),
    );
  });

  it('hold words before pairs, without stop words, with stems joined', () => {
    const { hashes, singles } = textFeatures('the pumps of the pumping station');
    expect(singles).toBe(2);
    expect(hashes.length).toBe(4);
    expect(textFeatures('the of and').hashes.length).toBe(0);
    expect(textFeatures('  ').hashes.length).toBe(0);
  });

  it('hold the parts of camelCase names and their pair', () => {
    const whole = new Set(sorted('openMemoryLimiter'));
    for (const hash of sorted('memory limiter')) expect(whole).toContain(hash);
    const unicode = new Set(sorted('ÜberGröße'));
    for (const hash of sorted('größe')) expect(unicode).toContain(hash);
  });

  it('hold the series of a numbered name, so that a new number still belongs to the old ones', () => {
    const common = (left: string, right: string) => {
      const known = new Set(sorted(left));
      return sorted(right).filter((hash) => known.has(hash)).length;
    };
    expect(common('MSC2134', 'msc3912')).toBe(1);
    expect(common('rfc0012', 'msc0012')).toBe(0);
    expect(common('Größe12', 'größe34')).toBe(1);
    // One letter or one digit is a variable or a version, and a hash is no series.
    expect(common('x1234', 'x5678')).toBe(0);
    expect(common('utf8', 'utf6')).toBe(0);
    expect(common('a1b2c3d4', 'a5b6c7d8')).toBe(0);
  });

  it('bound the work on one endless name', () => {
    expect(textFeatures('aB'.repeat(100_000)).hashes.length).toBeGreaterThan(0);
  });
});

describe('pieces of a document', () => {
  it('lose no word and are at most 1,600 characters long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^\S{1,30}$/), { maxLength: 400 }),
        fc.constantFrom(' ', '\n', '\n\n'),
        (parts, gap) => {
          const pieces = splitPieces(parts.join(gap));
          expect(pieces.every((piece) => piece.length <= 1_600 && piece.length > 0)).toBe(true);
          expect(pieces.join(' ').split(/\s+/).filter(Boolean)).toEqual(parts);
        },
      ),
    );
  });

  it('end at a paragraph where one ends in their second half', () => {
    const paragraph = `${'word '.repeat(200).trim()}.`;
    expect(splitPieces(`${paragraph}\n\n${paragraph}`)).toEqual([paragraph, paragraph]);
  });

  it('never part a surrogate pair', () => {
    for (const piece of splitPieces(`x${'😀'.repeat(2_000)}`)) expect(piece.isWellFormed()).toBe(true);
  });
});

describe('counts of a project', () => {
  const documents = fc.array(fc.stringMatching(/^([a-z]{1,4} ){0,40}$/), { minLength: 1, maxLength: 6 });

  it('are as before after a document is added and removed', () => {
    fc.assert(
      fc.property(documents, fc.stringMatching(/^([a-z]{1,4} ){0,60}$/), (kept, passing) => {
        const table = createFeatureTable();
        for (const text of kept) table.add(documentFeatures(splitPieces(text)));
        const before = table.entries();
        table.add(documentFeatures(splitPieces(passing)));
        table.remove(documentFeatures(splitPieces(passing)));
        expect(table.entries()).toEqual(before);
      }),
    );
  });

  it('survive growing many times over', () => {
    const table = createFeatureTable();
    const texts = Array.from({ length: 300 }, (_, at) => Array.from({ length: 50 }, (_, w) => `w${at}x${w}`).join(' '));
    for (const text of texts) table.add(documentFeatures([text]));
    for (const text of texts) for (const hash of textFeatures(text).hashes) expect(table.get(hash)).toBeGreaterThan(0);
    expect(table.pieces).toBe(300);
  });

  it('survive packing', () => {
    fc.assert(
      fc.property(documents, (texts) => {
        const features = documentFeatures(texts);
        expect(unpackFeatures(packFeatures(features))).toEqual(features);
      }),
    );
  });

  it('are refused when their bytes are damaged, without reserving memory', () => {
    const packed = packFeatures(documentFeatures(['pump station outage']));
    expect(() => unpackFeatures(packed.slice(0, -1))).toThrow('damaged');
    expect(() => unpackFeatures(new Uint8Array([...packed, 0]))).toThrow('damaged');
    expect(() => unpackFeatures(new Uint8Array([1, 255, 255, 255, 255, 15]))).toThrow('damaged');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          unpackFeatures(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CORRUPT' });
        }
      }),
    );
  });
});
