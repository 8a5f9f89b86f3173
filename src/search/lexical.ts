import { stem } from '../core/text.ts';
import { type Database, sql } from '../storage/database.ts';
import { ftsExpression, type QueryTerm } from './query.ts';
import { createBeginnings, eachWord } from './word-scan.ts';

/** A query term with its inverse document frequency over the chunks of all projects. */
export interface WeighedTerm extends QueryTerm {
  idf: number;
  /** In how many chunks it stands. */
  df: number;
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

const frequencies = new WeakMap<CorpusStats, Map<string, number>>();
const FREQUENCIES_MAX = 50_000;

/** In how many chunks a stem stands; kept as long as the statistics are the same, since FTS5 reads the whole list of a word to count it. */
function frequencyOf(db: Database, stats: CorpusStats, stem: string): number {
  let known = frequencies.get(stats);
  if (!known || known.size >= FREQUENCIES_MAX) {
    known = new Map();
    frequencies.set(stats, known);
  }
  const counted = known.get(stem);
  if (counted !== undefined) return counted;
  const row = sql(db, 'SELECT doc FROM chunks_vocabulary WHERE term = ?').get(stem) as { doc: number } | undefined;
  const df = row?.doc ?? 0;
  known.set(stem, df);
  return df;
}

/** idf = ln(1 + (N - df + .5) / (df + .5)): never negative, so that a word of half the corpus does not count against a chunk. */
export function weighTerms(db: Database, terms: readonly QueryTerm[], stats: CorpusStats): WeighedTerm[] {
  return terms.map((term) => {
    const df = frequencyOf(db, stats, term.stem);
    return { ...term, df, idf: Math.log(1 + (Math.max(stats.chunks, df) - df + 0.5) / (df + 0.5)) };
  });
}

/** So many words of a long query look for candidates; all of them score what was found. */
const LEADING_TERMS = 8;

/**
 * The words of a query that tell most, in the order of the query: FTS5 reads the list of every word, and common ones have the longest.
 * Words that stand nowhere find nothing, whatever they weigh: half of a question in another language is such.
 */
export function leadingTerms(terms: readonly WeighedTerm[]): readonly WeighedTerm[] {
  const known = terms.filter((term) => term.df > 0);
  if (known.length <= LEADING_TERMS) return known;
  const kept = new Set(known.toSorted((a, b) => b.weight * b.idf - a.weight * a.idf).slice(0, LEADING_TERMS));
  return known.filter((term) => kept.has(term));
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

/** Makes the function that scores one chunk after the other for a query. */
export function createScorer(terms: readonly WeighedTerm[], stats: CorpusStats): (text: CandidateText) => LexicalParts {
  const places = createPlaceFinder(terms);
  const whole = terms.reduce((sum, term) => sum + term.weight * term.idf, 0);
  return (text) => {
    const title = places(text.title);
    const body = places(text.body);
    const titleNorm = TITLE_FLOOR + ((1 - TITLE_FLOOR) * title.words) / stats.averageTitleWords;
    const bodyNorm =
      BODY_FLOOR + ((1 - BODY_FLOOR) * (body.words + LENGTH_PAD)) / (stats.averageBodyWords + LENGTH_PAD);
    const frequency = (inTitle: number, inBody: number) =>
      saturate((TITLE_WEIGHT * inTitle) / titleNorm + inBody / bodyNorm);
    let chunk = 0;
    let exact = 0;
    let missing = 0;
    for (const [at, term] of terms.entries()) {
      const value = term.weight * term.idf;
      const inTitle = title.found[at]!;
      const inBody = body.found[at]!;
      if (inTitle.places.length + inBody.places.length === 0) missing += value;
      else {
        chunk += value * frequency(inTitle.places.length, inBody.places.length);
        exact += value * frequency(inTitle.exact, inBody.exact);
      }
    }
    return {
      chunk,
      proximity: PROXIMITY_WEIGHT * proximity(terms, body.found),
      exact: EXACT_WEIGHT * exact,
      miss: whole === 0 ? 0 : missing / whole,
    };
  };
}

const saturate = (tf: number) => ((K1 + 1) * tf) / (tf + K1);

/** Where one term stands in a text, and how often in a form of the query. */
interface Found {
  places: number[];
  exact: number;
}

/** Finds the places of all terms in a text. What a word of the texts means to the query is looked up once, whatever number of texts has it. */
function createPlaceFinder(terms: readonly QueryTerm[]): (text: string) => { words: number; found: Found[] } {
  const index = new Map(terms.map((term, at) => [term.stem, at]));
  const meanings = new Map<string, { at: number; exact: number } | false>();
  const meaningOf = (word: string) => {
    const at = index.get(stem(word));
    const meaning = at === undefined ? (false as const) : { at, exact: terms[at]!.forms.includes(word) ? 1 : 0 };
    meanings.set(word, meaning);
    return meaning;
  };
  const mayMatch = createBeginnings(terms);
  return (text) => {
    const found: Found[] = terms.map(() => ({ places: [], exact: 0 }));
    const count = eachWord(text, mayMatch, (word, place) => {
      const meaning = meanings.get(word) ?? meaningOf(word);
      if (!meaning) return;
      found[meaning.at]!.places.push(place);
      found[meaning.at]!.exact += meaning.exact;
    });
    return { words: count, found };
  };
}

/** Over pairs of query words that stand near each other, either order: min(idf) * 2.2p / (p + 1.2), p = sum of 1 / distance. */
function proximity(terms: readonly WeighedTerm[], found: readonly Found[]): number {
  let sum = 0;
  for (let a = 0; a < terms.length; a += 1) {
    for (let b = a + 1; b < terms.length; b += 1) {
      let near = 0;
      for (const left of found[a]!.places) {
        for (const right of found[b]!.places) {
          const away = Math.abs(left - right);
          if (away > 0 && away <= PROXIMITY_DISTANCE) near += 1 / away;
        }
      }
      if (near > 0) sum += Math.min(terms[a]!.idf, terms[b]!.idf) * saturate(near);
    }
  }
  return sum;
}
