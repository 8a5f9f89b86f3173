import { AtoError } from '../core/errors.ts';
import { createBundledEmbedder } from './bundled-embedder.ts';
import type { Embedder } from './embedder.ts';
import { createTransformersEmbedder } from './transformers-embedder.ts';

export interface CreateEmbedderOptions {
  /** Where optional models are kept, an absolute folder; made when first needed. */
  modelsFolder: string;
  /** Threads of the bundled embedder; default: one per core, at most 4. */
  workers?: number;
}

const TRANSFORMERS = 'transformers:';

/**
 * The embedder that a setting names: `bundled`, `transformers:<model id or folder>`, or `none`, which gives undefined.
 * Nothing is loaded before the first text.
 *
 * @throws AtoError CONFIG_INVALID for any other setting; EMBEDDER_UNAVAILABLE for a model of unknown vector length.
 */
export function createEmbedder(spec: string, options: CreateEmbedderOptions): Embedder | undefined {
  if (spec === 'none') return undefined;
  if (spec === 'bundled')
    return createBundledEmbedder(options.workers === undefined ? {} : { workers: options.workers });
  if (spec.startsWith(TRANSFORMERS) && spec.length > TRANSFORMERS.length) {
    return createTransformersEmbedder(spec.slice(TRANSFORMERS.length), options.modelsFolder);
  }
  throw new AtoError(
    'CONFIG_INVALID',
    `ATOCORE_EMBEDDER is ${JSON.stringify(spec)}; bundled, none or transformers:<model id or folder> is wanted.`,
    'Unset it to use the bundled embedder.',
  );
}
