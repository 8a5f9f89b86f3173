import { type Database, sql } from '../storage/database.ts';
import { indexTitle } from './chunk-text.ts';
import { documentTitle, scopeToken } from './document-store.ts';

/** Each full-text table beside the rows that it indexes. */
const INDEXED = [
  ['chunks_fts', 'chunks'],
  ['documents_fts', 'documents'],
  ['memories_fts', 'memories'],
] as const;

/** Rows that no full-text table knows, and entries of no row, by table; those that agree are left out. Reads only. */
export function findWordDrift(db: Database): { table: string; missing: number; orphans: number }[] {
  return INDEXED.flatMap(([table, source]) => {
    const found = db
      .prepare(
        `SELECT (SELECT count(*) FROM ${source} WHERE rowid NOT IN (SELECT id FROM ${table}_docsize)) AS missing,
           (SELECT count(*) FROM ${table}_docsize WHERE id NOT IN (SELECT rowid FROM ${source})) AS orphans`,
      )
      .get() as { missing: number; orphans: number };
    return found.missing + found.orphans > 0 ? [{ table, ...found }] : [];
  });
}

/** The full-text table that a line of `integrity_check` complains of; undefined for anything else. */
export function brokenWordTable(complaint: string): string | undefined {
  return INDEXED.map(([table]) => table).find((table) => complaint.includes(table) || complaint.includes(`${table}_`));
}

/**
 * Makes every full-text table anew from the rows. The words of a whole document are those of its chunks then, until a refresh reads a
 * changed file again. Call inside a write transaction.
 */
export function rebuildWords(db: Database): void {
  for (const table of ['chunks_fts', 'documents_fts']) db.exec(`INSERT INTO ${table} (${table}) VALUES ('delete-all')`);
  db.exec(`INSERT INTO memories_fts (memories_fts) VALUES ('rebuild')`);
  const intoChunks = sql(db, 'INSERT INTO chunks_fts (rowid, scope, title, body) VALUES (?, ?, ?, ?)');
  const intoDocuments = sql(db, 'INSERT INTO documents_fts (rowid, scope, title, body) VALUES (?, ?, ?, ?)');
  const chunksOf = sql(db, 'SELECT id, heading_path, text FROM chunks WHERE document_id = ? ORDER BY ordinal');
  const documents = sql(db, 'SELECT id, project, path, title, doc_date FROM documents').all() as {
    id: number;
    project: string;
    path: string;
    title: string;
    doc_date: string | null;
  }[];
  for (const { id, project, path, title, doc_date } of documents) {
    const scope = scopeToken(project);
    const chunks = chunksOf.all(id) as { id: number; heading_path: string; text: string }[];
    for (const chunk of chunks) {
      const heading = indexTitle(title, JSON.parse(chunk.heading_path) as string[], doc_date ?? undefined);
      intoChunks.run(chunk.id, scope, heading, chunk.text);
    }
    const body = chunks.map((chunk) => chunk.text).join('\n\n');
    intoDocuments.run(id, scope, documentTitle(title, path), body);
  }
}
