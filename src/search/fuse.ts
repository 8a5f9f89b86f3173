import type { LexicalParts } from './lexical.ts';

/** Every part of a hit's score, so that it explains itself. All are on one scale: 1 is the most that words alone can reach. */
export interface Signals {
  /** Best chunk and document by words, normalised by the ceiling of the query. */
  lexical: number;
  /** Cosine of the encoder above what is common in the field, floored at 0; null when the chunk has no vector or the search was lexical. */
  semantic: number | null;
  /** What the cosine was multiplied by. */
  semantic_weight: number;
  /** Factor of path and source. */
  factor: number;
}

/**
 * Normalises by the theoretical maximum of the query, chunk and document together, so that scores compare between queries.
 */
export function lexicalScore(parts: LexicalParts, document: number, ceiling: number): number {
  if (ceiling === 0) return 0;
  return (parts.chunk + parts.proximity + parts.exact + document) / (2 * ceiling);
}

export interface FuseInput {
  lexical: number;
  /** Cosine; null when there is none. */
  similarity: number | null;
  /** Cosine that any text of the field has with the query; only what lies above it counts. */
  base: number;
  /** Share of the query's weight that the text lacks, 0 to 1. */
  miss: number;
  weight: number;
  factor: number;
}

/**
 * Adds the encoder to the words: lexical + weight * (1 + miss) * (cosine above the base). The encoder counts up to twice as much where
 * the text lacks the query's words. Score fusion and not reciprocal ranks, since ranks let a weak list pull a strong one down.
 */
export function fuse({ lexical, similarity, base, miss, weight, factor }: FuseInput): {
  score: number;
  signals: Signals;
} {
  const semanticWeight = similarity === null ? 0 : weight * (1 + miss);
  const semantic = similarity === null ? null : Math.max(0, similarity - base);
  const score = factor * (lexical + semanticWeight * (semantic ?? 0));
  return {
    score,
    signals: {
      lexical: round(lexical),
      semantic: semantic === null ? null : round(semantic),
      semantic_weight: round(semanticWeight),
      factor,
    },
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
