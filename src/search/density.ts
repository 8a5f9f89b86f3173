import { contentStems } from '../core/text.ts';

export interface Ranked<T> {
  item: T;
  /** Words that text and query share. */
  shared: number;
  /** Shared words per word of the text, 0 to 1. */
  density: number;
  /** Shared words per word of the query, 0 to 1. */
  coverage: number;
}

/**
 * Ranks short texts against a query in one pool: shared words per word of the text first, then shared words, so that a long overview
 * does not win by length (case C13: 3 of 5 beats 3 of 40). `query` holds stems; `textOf` answers a text or its stems; `tie` decides what
 * is left.
 */
export function rankByDensity<T>(
  items: readonly T[],
  query: ReadonlySet<string>,
  textOf: (item: T) => string | ReadonlySet<string>,
  tie: (a: T, b: T) => number,
): Ranked<T>[] {
  return items
    .map((item) => {
      const text = textOf(item);
      const stems = typeof text === 'string' ? new Set(contentStems(text)) : text;
      let shared = 0;
      for (const stem of stems) if (query.has(stem)) shared += 1;
      return {
        item,
        shared,
        density: stems.size === 0 ? 0 : shared / stems.size,
        coverage: query.size === 0 ? 0 : shared / query.size,
      };
    })
    .sort((a, b) => b.density - a.density || b.shared - a.shared || tie(a.item, b.item));
}
