import { brotliDecompressSync } from 'node:zlib';
import { BACKGROUND_BROTLI_BASE64 } from './background.generated.ts';
import { createFeatureTable, type FeatureTable } from './feature-table.ts';
import { unpackFeatures } from './route-codec.ts';
import { type DocumentFeatures, textFeatures } from './route-features.ts';

let loaded: DocumentFeatures | undefined;
let table: FeatureTable | undefined;

/** A word in this many of some 12,000 pieces of general text is ordinary English, whoever uses it as a name. */
const ORDINARY_PIECES_MIN = 100;
/** A word in this many is one that people mean when they write it, and no slip of the pen. */
export const KNOWN_PIECES_MIN = 12;

/** Feature counts of general English text, which competes with the projects so that ordinary words belong to nobody. */
export function backgroundFeatures(): DocumentFeatures {
  loaded ??= unpackFeatures(brotliDecompressSync(Buffer.from(BACKGROUND_BROTLI_BASE64, 'base64')));
  return loaded;
}

/** Whether a word, or each word and pair of a phrase, stands in at least `piecesMin` pieces of general English text. Stop words do. */
export function isOrdinaryEnglish(phrase: string, piecesMin = ORDINARY_PIECES_MIN): boolean {
  if (table === undefined) {
    table = createFeatureTable();
    table.add(backgroundFeatures());
  }
  const counts = table;
  return textFeatures(phrase).hashes.every((hash) => counts.get(hash) >= piecesMin);
}
