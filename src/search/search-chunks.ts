import type { Config } from '../config/load.ts';
import { toAtoError } from '../core/errors.ts';
import { indexTitle } from '../ingestion/chunk-text.ts';
import { scopeToken } from '../ingestion/document-store.ts';
import { type Database, sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import { fuse, lexicalScore, type Signals } from './fuse.ts';
import {
  type CorpusStats,
  createScorer,
  findChunks,
  findDocuments,
  type LexicalParts,
  leadingTerms,
  scoreCeiling,
  weighTerms,
} from './lexical.ts';
import { parseQuery, type QueryTerm } from './query.ts';

export type SearchMode = 'lexical' | 'semantic' | 'hybrid';

/** A part that could not do its work, and why; the answer went on without it. */
export interface Degradation {
  component: string;
  reason: string;
}

export interface ChunkHit {
  chunkId: number;
  documentId: number;
  project: string;
  source: string;
  path: string;
  title: string;
  date: string | null;
  signal: 'low' | 'normal' | 'high';
  sha256: string;
  headingPath: string[];
  text: string;
  startLine: number;
  score: number;
  signals: Signals;
}

export interface ChunkSearch {
  query: string;
  /** Canonical id; undefined searches all projects. */
  project?: string | undefined;
  mode?: SearchMode;
  limit: number;
  /** Without a project: which projects may answer. Default: all. */
  isVisible?: (project: string) => boolean;
}

const LEXICAL_CHUNKS = 120;
const LEXICAL_DOCUMENTS = 100;
const SEMANTIC_CHUNKS = 100;

/**
 * Finds the best chunks: words by FTS5, meaning by vectors, either list can bring a hit; every candidate is scored on both. When the
 * vectors cannot be had the answer is lexical and says so. Hits are best first; equal scores keep the order of chunk ids.
 */
export async function searchChunks(
  store: Store,
  config: Config,
  search: ChunkSearch,
): Promise<{ hits: ChunkHit[]; degraded: Degradation[] }> {
  const mode = search.mode ?? 'hybrid';
  const terms = parseQuery(search.query);
  if (terms.length === 0) return { hits: [], degraded: [] };
  // The encoder and the vector store work in threads of their own, so the words are looked up and scored meanwhile.
  const nearest = mode === 'lexical' ? { similarities: undefined, degraded: [] } : nearestChunks(store, search);
  const { scored, documents, score, ceiling } = findByWords(store.db, terms, search, mode !== 'semantic');
  const semantic = await nearest;
  const known = semantic.similarities && describeNeighbours([...semantic.similarities.values()]);
  const unscored = new Set([...(semantic.similarities?.keys() ?? [])].filter((id) => !scored.has(id)));
  for (const row of loadCandidates(store.db, unscored, search)) scored.set(row.chunkId, { row, parts: score(row) });
  const weight = config.rank_semantic ?? store.embedder?.fusionWeight ?? 0;
  const hits = [...scored.values()].map(({ row, parts }) => {
    const lexical = mode === 'semantic' ? 0 : lexicalScore(parts, documents.get(row.documentId) ?? 0, ceiling);
    // Below the end of the list of neighbours a similarity is unknown; the end of the list is its upper bound.
    const similarity = known ? (semantic.similarities?.get(row.chunkId) ?? known.least) : null;
    const fused = fuse({
      lexical,
      similarity,
      base: mode === 'semantic' ? 0 : (known?.base ?? 0),
      // By meaning alone, words that are missing are no reason to count the meaning more.
      miss: mode === 'semantic' ? 0 : parts.miss,
      weight: mode === 'semantic' ? 1 : weight,
      factor: pathFactor(row, config),
    });
    return { ...row, ...fused };
  });
  hits.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId);
  return { hits: hits.slice(0, search.limit), degraded: semantic.degraded };
}

interface WordMatches {
  /** Candidates with the parts of their score. */
  scored: Map<number, { row: Candidate; parts: LexicalParts }>;
  /** BM25 of the documents. */
  documents: Map<number, number>;
  /** Scores one more candidate. */
  score: (row: Candidate) => LexicalParts;
  /** The most that a text can score. */
  ceiling: number;
}

function findByWords(db: Database, terms: readonly QueryTerm[], search: ChunkSearch, isLexical: boolean): WordMatches {
  const scope = search.project === undefined ? undefined : scopeToken(search.project);
  const stats = corpusStats(db);
  const weighed = weighTerms(db, terms, stats);
  const leading = leadingTerms(weighed);
  const scoreWords = createScorer(weighed, stats);
  const score = (row: Candidate) =>
    scoreWords({ title: indexTitle(row.title, row.headingPath, row.date ?? undefined), body: row.text });
  const rows = isLexical ? loadCandidates(db, new Set(findChunks(db, leading, scope, LEXICAL_CHUNKS)), search) : [];
  return {
    scored: new Map(rows.map((row) => [row.chunkId, { row, parts: score(row) }])),
    documents: isLexical ? findDocuments(db, leading, scope, LEXICAL_DOCUMENTS) : new Map<number, number>(),
    score,
    ceiling: scoreCeiling(weighed),
  };
}

async function nearestChunks(
  store: Store,
  search: ChunkSearch,
): Promise<{ similarities: Map<number, number> | undefined; degraded: Degradation[] }> {
  if (!store.embedder || !store.vectors) return { similarities: undefined, degraded: [...store.degraded] };
  try {
    const [vector] = await store.embedder.embed([search.query]);
    const near = await store.vectors.nearest(vector!, SEMANTIC_CHUNKS, search.project);
    return {
      similarities: near.length === 0 ? undefined : new Map(near.map((hit) => [hit.id, hit.similarity])),
      degraded: [],
    };
  } catch (error) {
    const known = toAtoError(error);
    return {
      similarities: undefined,
      degraded: [{ component: known.code === 'EMBEDDER_UNAVAILABLE' ? 'embedder' : 'vectors', reason: known.message }],
    };
  }
}

/**
 * What similarity means nothing here: the cosines of a sentence encoder lie high for any two texts of one field. Six tenths of the
 * median of the neighbours is what the two public sets of docs/performance.md were best with, between nothing and the median itself.
 */
const BASE_SHARE = 0.6;

function describeNeighbours(similarities: number[]): { least: number; base: number } {
  const sorted = similarities.sort((a, b) => a - b);
  return { least: sorted[0] ?? 0, base: BASE_SHARE * (sorted[sorted.length >> 1] ?? 0) };
}

type Candidate = Omit<ChunkHit, 'score' | 'signals'>;

/** Reads candidates; a vector whose chunk is gone, or belongs to another project, brings no row (cases C08 and C16). */
function loadCandidates(db: Database, ids: ReadonlySet<number>, search: ChunkSearch): Candidate[] {
  const rows = sql(
    db,
    `SELECT c.id AS chunkId, c.document_id AS documentId, c.project, d.source, d.path, d.title, d.doc_date AS date, d.signal, d.sha256,
       c.heading_path AS headingPath, c.text, c.start_line AS startLine
     FROM json_each(?) wanted JOIN chunks c ON c.id = wanted.value JOIN documents d ON d.id = c.document_id`,
  ).all(JSON.stringify([...ids])) as (Omit<Candidate, 'headingPath'> & { headingPath: string })[];
  return rows
    .filter((row) =>
      search.project === undefined ? (search.isVisible?.(row.project) ?? true) : row.project === search.project,
    )
    .map((row) => ({ ...row, headingPath: JSON.parse(row.headingPath) as string[] }));
}

function pathFactor(row: Candidate, config: Config): number {
  const signal = row.signal === 'high' ? config.rank_high_signal : row.signal === 'low' ? config.rank_low_signal : 1;
  return row.source === 'drive' ? signal * config.rank_drive : signal;
}

const statsCache = new WeakMap<Database, { key: string; stats: CorpusStats }>();
const AVERAGE_TITLE_WORDS = 12;

/** Size and mean lengths of the corpus; taken again when documents changed. */
function corpusStats(db: Database): CorpusStats {
  // Counting a large corpus takes milliseconds; the stamp changes whenever a refresh stores or removes a document.
  const { stamp, newest } = sql(
    db,
    'SELECT (SELECT stamp FROM route_state) AS stamp, (SELECT max(id) FROM chunks) AS newest',
  ).get() as { stamp: number; newest: number | null };
  const key = `${stamp}-${newest}`;
  const cached = statsCache.get(db);
  if (cached?.key === key) return cached.stats;
  const { chunks, mean } = sql(db, 'SELECT count(*) AS chunks, avg(words) AS mean FROM chunks').get() as {
    chunks: number;
    mean: number | null;
  };
  const stats = {
    chunks,
    averageTitleWords: AVERAGE_TITLE_WORDS,
    averageBodyWords: Math.max(1, mean ?? 100),
  };
  statsCache.set(db, { key, stats });
  return stats;
}
