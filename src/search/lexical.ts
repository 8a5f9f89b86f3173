import { stem, words } from '../core/text.ts';
import { type Database, sql } from '../storage/database.ts';
import { ftsExpression, type QueryTerm } from './query.ts';

/** A query term with its inverse document frequency over the chunks of all projects. */
export interface WeighedTerm extends QueryTerm {
  idf: number;
}

/** A chunk as ranking sees it. */
export interface CandidateText {
  /** Title, heading path and date, as they were indexed. */
  title: string;
  body: string;
}

/** The parts of a lexical score, each already in BM25 units. */
export interface LexicalParts {
  chunk: number;
  proximity: number;
  exact: number;
  /** Share of the query's weight that the chunk lacks, 0 to 1. */
  miss: number;
}

/*
 * BM25F by hand, since FTS5's bm25() fixes k1, b and the length normalisation. Constants: title counts twice and is normalised by a
 * quarter/three quarters split, the body by .1/.9 with 40 words added so that very short chunks do not win by shortness; k1 = 1.2.
 * They come from a grid over six public retrieval sets, held out on ten others (docs/retrieval.md).
 */
const K1 = 1.2;
const TITLE_WEIGHT = 2;
const TITLE_FLOOR = 0.25;
const BODY_FLOOR = 0.1;
const LENGTH_PAD = 40;
const PROXIMITY_DISTANCE = 5;
const PROXIMITY_WEIGHT = 0.1;
const EXACT_WEIGHT = 0.15;

export interface CorpusStats {
  chunks: number;
  averageTitleWords: number;
  averageBodyWords: number;
}

/** idf = ln(1 + (N - df + .5) / (df + .5)): never negative, so that a word of half the corpus does not count against a chunk. */
export function weighTerms(db: Database, terms: readonly QueryTerm[], stats: CorpusStats): WeighedTerm[] {
  const frequency = sql(db, 'SELECT doc FROM chunks_vocabulary WHERE term = ?');
  return terms.map((term) => {
    const df = (frequency.get(term.stem) as { doc: number } | undefined)?.doc ?? 0;
    return { ...term, idf: Math.log(1 + (Math.max(stats.chunks, df) - df + 0.5) / (df + 0.5)) };
  });
}

/** The best chunks by FTS5, ids only, best first. */
export function findChunks(
  db: Database,
  terms: readonly QueryTerm[],
  scope: string | undefined,
  count: number,
): number[] {
  if (terms.length === 0) return [];
  const rows = sql(
    db,
    'SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? ORDER BY bm25(chunks_fts, 0, 2, 1) LIMIT ?',
  ).all(ftsExpression(terms, scope), count) as { rowid: number }[];
  return rows.map((row) => row.rowid);
}

/** The best documents by FTS5 with their BM25 score (positive, higher is better). */
export function findDocuments(
  db: Database,
  terms: readonly QueryTerm[],
  scope: string | undefined,
  count: number,
): Map<number, number> {
  if (terms.length === 0) return new Map();
  const rows = sql(
    db,
    'SELECT rowid, bm25(documents_fts, 0, 2, 1) AS score FROM documents_fts WHERE documents_fts MATCH ? ORDER BY score LIMIT ?',
  ).all(ftsExpression(terms, scope), count) as { rowid: number; score: number }[];
  return new Map(rows.map((row) => [row.rowid, -row.score]));
}

/** The most that a text can score for a query: every word saturated. Scores divided by it compare between queries. */
export function scoreCeiling(terms: readonly WeighedTerm[]): number {
  return terms.reduce((sum, term) => sum + term.weight * term.idf * (K1 + 1), 0);
}

/** Scores one chunk for a query. */
export function scoreText(terms: readonly WeighedTerm[], text: CandidateText, stats: CorpusStats): LexicalParts {
  const title = words(text.title);
  const body = words(text.body);
  const bodyStems = body.map(stem);
  const norms = {
    title: TITLE_FLOOR + ((1 - TITLE_FLOOR) * title.length) / stats.averageTitleWords,
    body: BODY_FLOOR + ((1 - BODY_FLOOR) * (body.length + LENGTH_PAD)) / (stats.averageBodyWords + LENGTH_PAD),
  };
  const inTitle = countStems(title.map(stem), terms);
  const places = placesOf(bodyStems, terms);
  let chunk = 0;
  let exact = 0;
  let missing = 0;
  let whole = 0;
  for (const [at, term] of terms.entries()) {
    const value = term.weight * term.idf;
    whole += value;
    const titleCount = inTitle[at]!;
    const bodyPlaces = places[at]!;
    if (titleCount + bodyPlaces.length === 0) {
      missing += value;
      continue;
    }
    chunk += value * saturate((TITLE_WEIGHT * titleCount) / norms.title + bodyPlaces.length / norms.body);
    const exactBody = bodyPlaces.filter((place) => term.forms.includes(body[place]!)).length;
    const exactTitle = titleCount === 0 ? 0 : title.filter((word) => term.forms.includes(word)).length;
    if (exactBody + exactTitle > 0)
      exact += value * saturate((TITLE_WEIGHT * exactTitle) / norms.title + exactBody / norms.body);
  }
  return {
    chunk,
    proximity: PROXIMITY_WEIGHT * proximity(terms, places),
    exact: EXACT_WEIGHT * exact,
    miss: whole === 0 ? 0 : missing / whole,
  };
}

const saturate = (tf: number) => ((K1 + 1) * tf) / (tf + K1);

function countStems(stems: readonly string[], terms: readonly QueryTerm[]): number[] {
  return terms.map((term) => stems.reduce((sum, known) => sum + (known === term.stem ? 1 : 0), 0));
}

function placesOf(stems: readonly string[], terms: readonly QueryTerm[]): number[][] {
  const index = new Map(terms.map((term, at) => [term.stem, at]));
  const places: number[][] = terms.map(() => []);
  for (let place = 0; place < stems.length; place += 1) {
    const at = index.get(stems[place]!);
    if (at !== undefined) places[at]!.push(place);
  }
  return places;
}

/** Over pairs of query words that stand near each other, either order: min(idf) * 2.2p / (p + 1.2), p = sum of 1 / distance. */
function proximity(terms: readonly WeighedTerm[], places: readonly number[][]): number {
  let sum = 0;
  for (let a = 0; a < terms.length; a += 1) {
    for (let b = a + 1; b < terms.length; b += 1) {
      let near = 0;
      for (const left of places[a]!) {
        for (const right of places[b]!) {
          const away = Math.abs(left - right);
          if (away > 0 && away <= PROXIMITY_DISTANCE) near += 1 / away;
        }
      }
      if (near > 0) sum += Math.min(terms[a]!.idf, terms[b]!.idf) * saturate(near);
    }
  }
  return sum;
}
