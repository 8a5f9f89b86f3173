import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import {
  checkVectors,
  type Embedder,
  type EmbedOptions,
  fingerprintOf,
  throwIfAborted,
  unavailable,
} from './embedder.ts';

/** The part of @huggingface/transformers that is used; the package is optional, so its own types may be absent. */
interface TransformersModule {
  env: { cacheDir: string | null };
  pipeline(task: 'feature-extraction', model: string): Promise<FeatureExtractor>;
}

interface FeatureExtractor {
  (texts: string[], options: { pooling: 'mean'; normalize: true }): Promise<{ data: Float32Array; dims: number[] }>;
  dispose?(): Promise<unknown>;
}

const PACKAGE = '@huggingface/transformers';
const SLICE_TEXTS = 8;
/** Twice that of the bundled model, which these models outrank on public sets; not tuned per model. */
const FUSION_WEIGHT = 0.4;
/** Vector lengths of models that people name, so that they work before their first download. */
const KNOWN_DIMENSIONS: Readonly<Record<string, number>> = {
  'Xenova/all-MiniLM-L6-v2': 384,
  'Xenova/bge-m3': 1_024,
  'Xenova/bge-small-en-v1.5': 384,
  'Xenova/multilingual-e5-small': 384,
};

/**
 * A model of transformers.js with mean pooling, loaded with the first text. `spec`: the id of a model on its hub or a
 * folder with a model, then `#<dimensions>` where these can be read neither from the model's config.json nor from the
 * list above. Models are fetched once into `modelsFolder`.
 *
 * @throws AtoError EMBEDDER_UNAVAILABLE when the dimensions are unknown; from `embed` when the package or the model is.
 */
export function createTransformersEmbedder(spec: string, modelsFolder: string): Embedder {
  const [model = '', stated] = spec.split('#');
  const dimensions = Number(stated ?? KNOWN_DIMENSIONS[model] ?? readDimensions(model, modelsFolder));
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw unavailable(
      `The vector length of the model ${model} is unknown.`,
      `Name it: ATOCORE_EMBEDDER=transformers:${model}#384 (with the model's own number).`,
    );
  }
  let loading: Promise<FeatureExtractor> | undefined;
  const extractor = (): Promise<FeatureExtractor> => {
    loading ??= load(model, modelsFolder).catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    name: `transformers:${model}`,
    dimensions,
    fingerprint: fingerprintOf('transformers', model, dimensions, 1),
    fusionWeight: FUSION_WEIGHT,
    async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<Float32Array[]> {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += SLICE_TEXTS) {
        throwIfAborted(signal);
        const slice = texts.slice(at, at + SLICE_TEXTS);
        const { data, dims } = await (await extractor())(slice, { pooling: 'mean', normalize: true });
        const width = dims.at(-1) ?? 0;
        for (let row = 0; row < slice.length; row++) vectors.push(data.slice(row * width, (row + 1) * width));
      }
      return checkVectors(vectors, texts.length, dimensions);
    },
    async close(): Promise<void> {
      const loaded = await loading?.catch(() => undefined);
      loading = undefined;
      await loaded?.dispose?.();
    },
  };
}

async function load(model: string, modelsFolder: string): Promise<FeatureExtractor> {
  let library: TransformersModule;
  try {
    // A variable keeps the bundler and the type checker from asking for the optional package.
    const name: string = PACKAGE;
    library = await import(name);
    if (typeof library.pipeline !== 'function') throw new Error('it has no pipeline function');
  } catch (error) {
    throw unavailable(
      `The embedder transformers:${model} needs the package ${PACKAGE}, which is not installed.`,
      `Run \`npm install ${PACKAGE}\` beside AtoCore, or set ATOCORE_EMBEDDER=bundled.`,
      error,
    );
  }
  // Its own default lies inside node_modules, which may be read-only and is lost with every reinstall.
  library.env.cacheDir = modelsFolder;
  try {
    return await library.pipeline('feature-extraction', model);
  } catch (error) {
    throw unavailable(
      `The embedding model ${model} can be neither found in ${modelsFolder} nor fetched.`,
      'Check its name and the network, or set ATOCORE_EMBEDDER=bundled.',
      error,
    );
  }
}

function readDimensions(model: string, modelsFolder: string): number {
  const folder = isAbsolute(model) || model.startsWith('.') ? model : join(modelsFolder, model);
  try {
    const { hidden_size: size, d_model: width } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    return size ?? width;
  } catch {
    // Not downloaded yet; the caller then asks for the number.
    return Number.NaN;
  }
}
