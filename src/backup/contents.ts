import { createRegistry } from '../projects/registry.ts';
import { findChunks } from '../search/lexical.ts';
import { parseQuery } from '../search/query.ts';
import { type Database, sql } from '../storage/database.ts';
import { createLanceVectorStore } from '../storage/lance-vector-store.ts';
import type { Manifest } from './manifest.ts';

const TABLES = [
  'documents',
  'chunks',
  'state_entries',
  'memories',
  'history',
  'interactions',
  'review_items',
  'receipts',
] as const;
const QUESTIONS = 5;
const QUESTION_WORDS = 12;
const REFS = 5;

/** Rows per table; tables that an older schema lacks are left out. */
export function countRows(db: Database): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    if (!hasTable(db, table)) continue;
    counts[table] = (sql(db, `SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  }
  return counts;
}

function hasTable(db: Database, name: string): boolean {
  return sql(db, 'SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;
}

/** Projects in a registry file, or the reason why they cannot be counted. */
export function countProjects(registryPath: string): { count: number } | { reason: string } {
  const { snapshot, error } = createRegistry(registryPath, '', 0).loadOrLast();
  return error ? { reason: error.message } : { count: snapshot.projects.length };
}

/** The fingerprint that most vectors bear; null when no chunk has a vector. */
export function mainFingerprint(db: Database): string | null {
  return markedCounts(db)[0]?.fingerprint ?? null;
}

function markedCounts(db: Database): { fingerprint: string; n: number }[] {
  if (!hasTable(db, 'chunks')) return [];
  return sql(
    db,
    'SELECT embedded_as AS fingerprint, count(*) AS n FROM chunks WHERE embedded_as IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1',
  ).all() as { fingerprint: string; n: number }[];
}

/** Questions made of the stored chunks themselves, spread over the whole, each with what lexical search answers now. */
export function recordQuestions(db: Database): Manifest['known_questions'] {
  if (!hasTable(db, 'chunks') || !hasTable(db, 'chunks_fts')) return [];
  const { n } = sql(db, 'SELECT count(*) AS n FROM chunks').get() as { n: number };
  const questions: Manifest['known_questions'] = [];
  for (let at = 0; at < Math.min(QUESTIONS, n); at += 1) {
    const row = sql(
      db,
      'SELECT c.text, d.title FROM chunks c JOIN documents d ON d.id = c.document_id ORDER BY c.id LIMIT 1 OFFSET ?',
    ).get(Math.floor((at * n) / Math.min(QUESTIONS, n))) as { text: string; title: string } | undefined;
    if (!row) continue;
    const query = `${row.title} ${row.text}`.split(/\s+/).slice(0, QUESTION_WORDS).join(' ').slice(0, 200);
    questions.push({ query, refs: answerQuestion(db, query) });
  }
  return questions;
}

/** References of the best chunks for a question, best first: `source:path#ordinal`. */
export function answerQuestion(db: Database, query: string): string[] {
  const ids = findChunks(db, parseQuery(query), undefined, REFS);
  const ref = sql(
    db,
    'SELECT d.source, d.path, c.ordinal FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id = ?',
  );
  return ids.flatMap((id) => {
    const row = ref.get(id) as { source: string; path: string; ordinal: number } | undefined;
    return row ? [`${row.source}:${row.path}#${row.ordinal}`] : [];
  });
}

/** Questions whose answer is not what it was. */
export function changedAnswers(db: Database, questions: Manifest['known_questions']): string[] {
  return questions
    .filter(({ query, refs }) => answerQuestion(db, query).join('\n') !== refs.join('\n'))
    .map(({ query }) => query);
}

export interface VectorComparison {
  rows: number;
  /** Chunks that are marked as embedded and have no vector. */
  missing: number;
  /** Ids that stand more than once. */
  duplicates: number;
  /** Vectors without a chunk: harmless, since no search shows them, and removed by the next indexing. */
  orphans: number;
}

/** Compares the vector tables with the chunks of a database, each fingerprint with its own table. */
export async function compareVectors(db: Database, vectorUri: string): Promise<VectorComparison> {
  const result: VectorComparison = { rows: 0, missing: 0, duplicates: 0, orphans: 0 };
  const known = new Set((sql(db, 'SELECT id FROM chunks').all() as { id: number }[]).map((row) => row.id));
  for (const { fingerprint } of markedCounts(db)) {
    const store = createLanceVectorStore(vectorUri, fingerprint, 0);
    try {
      const ids = await store.ids();
      const distinct = new Set(ids);
      const marked = sql(db, 'SELECT id FROM chunks WHERE embedded_as = ?').all(fingerprint) as { id: number }[];
      result.rows += ids.length;
      result.duplicates += ids.length - distinct.size;
      result.missing += marked.filter((row) => !distinct.has(row.id)).length;
      result.orphans += [...distinct].filter((id) => !known.has(id)).length;
    } finally {
      store.close();
    }
  }
  return result;
}
