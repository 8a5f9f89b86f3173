import { LIMITS } from '../core/limits.ts';
import { STOP_WORDS, stem, words } from '../core/text.ts';

/** One content word of a query. `weight` is the square root of how often it stands there. */
export interface QueryTerm {
  stem: string;
  /** The folded forms as they stand in the query, for exact matches and for FTS5, which stems by itself. */
  forms: string[];
  weight: number;
}

const TERMS_MAX = 48;

/** Content words of a query in order of first appearance; when it holds stop words only, those. */
export function parseQuery(query: string): QueryTerm[] {
  const all = words(query.slice(-LIMITS.queryCharsMax));
  const content = all.filter((word) => !STOP_WORDS.has(word));
  const byStem = new Map<string, { forms: Set<string>; count: number }>();
  for (const word of content.length > 0 ? content : all) {
    const key = stem(word);
    const term = byStem.get(key) ?? { forms: new Set<string>(), count: 0 };
    term.forms.add(word);
    term.count += 1;
    byStem.set(key, term);
  }
  return [...byStem]
    .slice(0, TERMS_MAX)
    .map(([key, { forms, count }]) => ({ stem: key, forms: [...forms], weight: Math.sqrt(count) }));
}

/** The FTS5 expression of a query: any of its words in title or body, inside one project when a scope token is given. */
export function ftsExpression(terms: readonly QueryTerm[], scope: string | undefined): string {
  const any = terms.flatMap((term) => term.forms.slice(0, 1).map((form) => `"${form}"`)).join(' OR ');
  const text = `{title body} : (${any})`;
  return scope === undefined ? text : `(scope : ${scope}) AND (${text})`;
}
