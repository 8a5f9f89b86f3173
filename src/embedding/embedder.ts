import { AtoError } from '../core/errors.ts';
import { sha256 } from '../core/ids.ts';

export interface EmbedOptions {
  /** Aborting rejects with INTERRUPTED as soon as the running slice of texts is done. */
  signal?: AbortSignal;
}

/** Turns texts into vectors whose cosine tells how close their meanings are. The port that search and ingestion use. */
export interface Embedder {
  /** The kind and the model, as a person would name it: `bundled` or `transformers:<model>`. */
  readonly name: string;
  /** Length of every vector. */
  readonly dimensions: number;
  /** Changes whenever vectors stop being comparable: model, its version, dimensions or how text is prepared. */
  readonly fingerprint: string;
  /**
   * How much the cosine counts beside a lexical score of which 1 is the theoretical maximum of the query. A stronger
   * model deserves a larger weight; too large a weight lets a weak model spoil a good lexical list.
   */
  readonly fusionWeight: number;
  /**
   * One vector per text, in the order of the texts, each of length `dimensions` and of Euclidean length 1 (so a dot
   * product is a cosine). The same text always gives the same vector. An empty list gives an empty list; an empty text
   * gives a valid vector that means little. Only the beginning of a long text counts.
   *
   * @throws AtoError EMBEDDER_UNAVAILABLE when the model cannot be loaded or its worker died; the next call tries anew.
   * @throws AtoError INTERRUPTED when the signal is aborted.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  /** Frees memory and workers; calls under way reject with EMBEDDER_UNAVAILABLE. May be called twice. */
  close(): Promise<void>;
}

/** A short name of a vector space. The caller adds the version of its chunking. `parts`: model, version, dimensions... */
export function fingerprintOf(...parts: (string | number)[]): string {
  return sha256(parts.join('\n')).slice(0, 12);
}

/** @throws AtoError INTERNAL unless there is one vector per text, each of the right length: stores cut wrong ones silently. */
export function checkVectors(vectors: Float32Array[], count: number, dimensions: number): Float32Array[] {
  const wrong = vectors.find((vector) => vector.length !== dimensions);
  if (wrong !== undefined || vectors.length !== count) {
    throw new AtoError(
      'INTERNAL',
      `The embedder gave ${vectors.length} vectors of ${wrong?.length ?? dimensions} numbers; ${count} of ${dimensions} are wanted.`,
      'This is a bug in AtoCore or in the embedding model.',
    );
  }
  return vectors;
}

/** @throws AtoError INTERRUPTED when the signal is already aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal);
}

export function interrupted(signal: AbortSignal): AtoError {
  return new AtoError('INTERRUPTED', 'Embedding was cancelled.', '', {}, signal.reason);
}

export function unavailable(message: string, hint: string, cause?: unknown): AtoError {
  return new AtoError('EMBEDDER_UNAVAILABLE', message, hint, {}, cause);
}
