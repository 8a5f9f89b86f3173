import { brotliDecompressSync } from 'node:zlib';
import { BACKGROUND_BROTLI_BASE64 } from './background.generated.ts';
import { unpackFeatures } from './route-codec.ts';
import type { DocumentFeatures } from './route-features.ts';

let loaded: DocumentFeatures | undefined;

/** Feature counts of general English text, which competes with the projects so that ordinary words belong to nobody. */
export function backgroundFeatures(): DocumentFeatures {
  loaded ??= unpackFeatures(brotliDecompressSync(Buffer.from(BACKGROUND_BROTLI_BASE64, 'base64')));
  return loaded;
}
