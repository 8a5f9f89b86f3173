import { sha256 } from '../core/ids.ts';
import { words } from '../core/text.ts';
import { type Database, sql } from '../storage/database.ts';
import { type Chunk, PREPARED_VERSION } from './chunk.ts';
import { indexTitle } from './chunk-text.ts';
import type { PathSignal } from './signal.ts';

/** A row of `documents`, without its text. */
export interface DocumentRow {
  id: number;
  project: string;
  source: string;
  path: string;
  title: string;
  doc_date: string | null;
  tags: string;
  signal: PathSignal;
  encoding: string;
  sha256: string;
  size_bytes: number;
  mtime_ms: number;
  chunking: string;
  warning: string | null;
  ingested_at: string;
}

/** What a refresh hands over for one file that was read and cut. */
export interface PreparedDocument extends Omit<DocumentRow, 'id' | 'tags' | 'chunking'> {
  tags: string[];
  text: string;
  chunks: readonly Chunk[];
}

interface ChunkRow {
  id: number;
  heading_path: string;
  text: string;
}

/** One indexed word per project, so that a project filter is part of the full-text query. */
export function scopeToken(project: string): string {
  return `p${sha256(project).slice(0, 14)}z`;
}

/** All documents of a project by `source:path`. */
export function documentsOf(db: Database, project: string): Map<string, DocumentRow> {
  const rows = sql(db, 'SELECT * FROM documents WHERE project = ?').all(project) as DocumentRow[];
  return new Map(rows.map((row) => [`${row.source}:${row.path}`, row]));
}

/** Every name under which documents are stored. */
export function documentProjects(db: Database): string[] {
  return (sql(db, 'SELECT DISTINCT project FROM documents').all() as { project: string }[]).map((row) => row.project);
}

/** Whose document the file is already, when roots overlap or a project left the registry. */
export function findOwner(
  db: Database,
  file: { source: string; path: string },
): { id: number; project: string } | undefined {
  return sql(db, 'SELECT id, project FROM documents WHERE source = ? AND path = ?').get(file.source, file.path) as
    | { id: number; project: string }
    | undefined;
}

/** Notes that the file was looked at again and holds what it held. */
export function touchDocument(db: Database, id: number, size: number, mtime: number): void {
  sql(db, 'UPDATE documents SET size_bytes = ?, mtime_ms = ? WHERE id = ?').run(size, mtime, id);
}

/** Gives a document its new place; its chunks and their vectors stay. */
export function moveDocument(db: Database, id: number, to: PreparedDocument): void {
  sql(
    db,
    `UPDATE documents SET source = @source, path = @path, signal = @signal, size_bytes = @size_bytes, mtime_ms = @mtime_ms WHERE id = @id`,
  ).run({ id, source: to.source, path: to.path, signal: to.signal, size_bytes: to.size_bytes, mtime_ms: to.mtime_ms });
  // The words of its path are part of its full-text row.
  sql(db, 'DELETE FROM documents_fts WHERE rowid = ?').run(id);
  putDocumentText(db, id, to);
}

/** What a whole document is found by beside its text: its title and the words of its path. */
export function documentTitle(title: string, path: string): string {
  return `${title} ${path.replaceAll(/[/_.-]+/g, ' ')}`;
}

function putDocumentText(db: Database, id: number, document: PreparedDocument): void {
  sql(db, 'INSERT INTO documents_fts (rowid, scope, title, body) VALUES (?, ?, ?, ?)').run(
    id,
    scopeToken(document.project),
    documentTitle(document.title, document.path),
    document.text,
  );
}

/**
 * Inserts or replaces a document with its chunks and full-text rows. Chunks whose text and place are the same keep their id, and so
 * their vector. Call inside a write transaction. Answers the document id.
 */
export function putDocument(db: Database, document: PreparedDocument, known: DocumentRow | undefined): number {
  const row = { ...document, tags: JSON.stringify(document.tags), chunking: PREPARED_VERSION };
  const { text: _text, chunks, ...columns } = row;
  const id = known ? updateRow(db, known.id, columns) : insertRow(db, columns);
  const sameFrame = known !== undefined && known.title === document.title && known.doc_date === document.doc_date;
  putChunks(db, id, document, chunks, known ? takeOldChunks(db, id, sameFrame) : new Map());
  if (known) sql(db, 'DELETE FROM documents_fts WHERE rowid = ?').run(id);
  putDocumentText(db, id, document);
  return id;
}

/** Removes a document, its chunks and full-text rows, and marks its vectors for removal. Call inside a write transaction. */
export function removeDocument(db: Database, id: number): void {
  removeChunks(
    db,
    (sql(db, 'SELECT id FROM chunks WHERE document_id = ?').all(id) as { id: number }[]).map((chunk) => chunk.id),
  );
  sql(db, 'DELETE FROM documents_fts WHERE rowid = ?').run(id);
  sql(db, 'DELETE FROM documents WHERE id = ?').run(id);
}

type Columns = Record<string, unknown>;

function insertRow(db: Database, columns: Columns): number {
  const { lastInsertRowid } = sql(
    db,
    `INSERT INTO documents (project, source, path, title, doc_date, tags, signal, encoding, sha256, size_bytes, mtime_ms, chunking, warning, ingested_at)
     VALUES (@project, @source, @path, @title, @doc_date, @tags, @signal, @encoding, @sha256, @size_bytes, @mtime_ms, @chunking, @warning, @ingested_at)`,
  ).run(columns);
  return Number(lastInsertRowid);
}

function updateRow(db: Database, id: number, columns: Columns): number {
  sql(
    db,
    `UPDATE documents SET project = @project, title = @title, doc_date = @doc_date, tags = @tags, signal = @signal, encoding = @encoding,
       sha256 = @sha256, size_bytes = @size_bytes, mtime_ms = @mtime_ms, chunking = @chunking, warning = @warning, ingested_at = @ingested_at
     WHERE id = @id`,
  ).run({ ...columns, id });
  return id;
}

/** The old chunks by content; when title or date changed none is kept, since both are part of what was embedded and indexed. */
function takeOldChunks(db: Database, documentId: number, keep: boolean): Map<string, number[]> {
  const old = sql(db, 'SELECT id, heading_path, text FROM chunks WHERE document_id = ? ORDER BY ordinal').all(
    documentId,
  ) as ChunkRow[];
  if (!keep) {
    removeChunks(
      db,
      old.map((chunk) => chunk.id),
    );
    return new Map();
  }
  // Ordinals are unique in a document; negative ones make room for the new order.
  sql(db, 'UPDATE chunks SET ordinal = -1 - ordinal WHERE document_id = ?').run(documentId);
  const byContent = new Map<string, number[]>();
  for (const chunk of old)
    byContent.set(contentKey(chunk.heading_path, chunk.text), [
      ...(byContent.get(contentKey(chunk.heading_path, chunk.text)) ?? []),
      chunk.id,
    ]);
  return byContent;
}

const contentKey = (headingPath: string, text: string) => `${headingPath}\u0000${text}`;

function putChunks(
  db: Database,
  documentId: number,
  document: PreparedDocument,
  chunks: readonly Chunk[],
  old: Map<string, number[]>,
): void {
  const scope = scopeToken(document.project);
  for (const chunk of chunks) {
    const headingPath = JSON.stringify(chunk.headingPath);
    const keptId = old.get(contentKey(headingPath, chunk.text))?.shift();
    if (keptId !== undefined) {
      sql(db, 'UPDATE chunks SET ordinal = ?, start_line = ?, end_line = ? WHERE id = ?').run(
        chunk.ordinal,
        chunk.startLine,
        chunk.endLine,
        keptId,
      );
      continue;
    }
    const { lastInsertRowid } = sql(
      db,
      `INSERT INTO chunks (document_id, project, ordinal, heading_path, text, start_line, end_line, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      documentId,
      document.project,
      chunk.ordinal,
      headingPath,
      chunk.text,
      chunk.startLine,
      chunk.endLine,
      words(chunk.text).length,
    );
    sql(db, 'INSERT INTO chunks_fts (rowid, scope, title, body) VALUES (?, ?, ?, ?)').run(
      lastInsertRowid,
      scope,
      indexTitle(document.title, chunk.headingPath, document.doc_date ?? undefined),
      chunk.text,
    );
  }
  removeChunks(db, [...old.values()].flat());
}

function removeChunks(db: Database, ids: readonly number[]): void {
  for (const id of ids) {
    sql(db, 'INSERT OR IGNORE INTO vector_removals (chunk_id) VALUES (?)').run(id);
    sql(db, 'DELETE FROM chunks_fts WHERE rowid = ?').run(id);
    sql(db, 'DELETE FROM chunks WHERE id = ?').run(id);
  }
}

/** Notes that a document was erased: no refresh reads the same content again, wherever it lies. */
export function markDocumentErased(db: Database, document: DocumentRow, at: string): void {
  sql(db, `INSERT OR REPLACE INTO erased (kind, key, sha256, erased_at) VALUES ('document', ?, ?, ?)`).run(
    `${document.source}:${document.path}`,
    document.sha256,
    at,
  );
}

/** Whether a person had a document of exactly this content erased. */
export function isContentErased(db: Database, hash: string): boolean {
  return sql(db, `SELECT 1 FROM erased WHERE kind = 'document' AND sha256 = ?`).get(hash) !== undefined;
}

/** A stored document by its id or its `source:path`. */
export function findDocument(
  db: Database,
  at: { id: number } | { source: string; path: string },
): DocumentRow | undefined {
  const row =
    'id' in at
      ? sql(db, 'SELECT * FROM documents WHERE id = ?').get(at.id)
      : sql(db, 'SELECT * FROM documents WHERE source = ? AND path = ?').get(at.source, at.path);
  return row as DocumentRow | undefined;
}
