/**
 * The first schema. Times are ISO-8601 UTC text, JSON columns hold JSON text, an empty project is the global scope.
 * `chunks_fts`, `documents_fts` and `memories_fts` are contentless: their text lives in the tables beside them, their rowid is the
 * row's id. The `scope` column holds one token per project, so that a project filter is part of the full-text query.
 */
export const INITIAL_SCHEMA = `
CREATE TABLE documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  title TEXT NOT NULL,
  doc_date TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  signal TEXT NOT NULL CHECK (signal IN ('low', 'normal', 'high')),
  encoding TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  chunking TEXT NOT NULL,
  warning TEXT,
  ingested_at TEXT NOT NULL,
  UNIQUE (source, path)
);
CREATE INDEX documents_project ON documents (project);

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  project TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  heading_path TEXT NOT NULL,
  text TEXT NOT NULL,
  start_line INTEGER NOT NULL,
  end_line INTEGER NOT NULL,
  words INTEGER NOT NULL,
  embedded_as TEXT,
  UNIQUE (document_id, ordinal)
);
CREATE INDEX chunks_project ON chunks (project, embedded_as);
CREATE INDEX chunks_embedded ON chunks (embedded_as);

CREATE VIRTUAL TABLE chunks_fts USING fts5 (
  scope, title, body, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE documents_fts USING fts5 (
  scope, title, body, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE chunks_vocabulary USING fts5vocab ('chunks_fts', 'row');

-- Vectors of these chunks still lie in the vector store and must go; written in the transaction that removed the rows.
CREATE TABLE vector_removals (chunk_id INTEGER PRIMARY KEY);

CREATE TABLE refreshes (
  project TEXT PRIMARY KEY,
  finished_at TEXT NOT NULL,
  status TEXT NOT NULL,
  report TEXT NOT NULL
);

CREATE TABLE state_entries (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  category TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'superseded', 'invalid')),
  reason TEXT NOT NULL,
  sources TEXT NOT NULL DEFAULT '[]',
  approved_by TEXT NOT NULL,
  since TEXT NOT NULL,
  until TEXT
);
CREATE UNIQUE INDEX state_active ON state_entries (project, category, key COLLATE NOCASE) WHERE status = 'active';
CREATE INDEX state_project ON state_entries (project, category, key);

CREATE TABLE memories (
  rowid INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('candidate', 'active', 'superseded', 'invalid')),
  content TEXT NOT NULL,
  normalized TEXT NOT NULL,
  tags TEXT NOT NULL DEFAULT '[]',
  confidence REAL NOT NULL,
  source TEXT,
  provenance TEXT NOT NULL DEFAULT '{}',
  supersedes TEXT REFERENCES memories (id),
  reference_count INTEGER NOT NULL DEFAULT 0,
  last_referenced_at TEXT,
  valid_until TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE INDEX memories_scope ON memories (status, project, type);
CREATE INDEX memories_normalized ON memories (normalized, status);
CREATE VIRTUAL TABLE memories_fts USING fts5 (
  content, content = 'memories', content_rowid = 'rowid', tokenize = 'porter unicode61 remove_diacritics 2'
);

-- Append-only: every change of a memory or of trusted state (case C31).
CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL,
  project TEXT NOT NULL,
  action TEXT NOT NULL,
  before TEXT,
  after TEXT,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX history_subject ON history (subject);

CREATE TABLE interactions (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  client TEXT NOT NULL,
  session_id TEXT NOT NULL,
  turn_id TEXT NOT NULL,
  prompt TEXT NOT NULL,
  response TEXT NOT NULL,
  cwd TEXT,
  redactions INTEGER NOT NULL DEFAULT 0,
  captured_at TEXT NOT NULL,
  extracted_by TEXT,
  UNIQUE (client, session_id, turn_id)
);
CREATE INDEX interactions_project ON interactions (project, captured_at);

CREATE TABLE review_items (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('memory_candidate', 'state_proposal', 'conflict', 'decayed_memory')),
  project TEXT NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected', 'merged', 'expired')),
  created_at TEXT NOT NULL,
  touched_at TEXT,
  resolved_at TEXT,
  resolved_by TEXT,
  resolution TEXT
);
CREATE INDEX review_pending ON review_items (status, project, kind, created_at);
CREATE INDEX review_subject ON review_items (subject, status);

CREATE TABLE receipts (
  id TEXT PRIMARY KEY,
  project TEXT,
  query TEXT NOT NULL,
  pack TEXT NOT NULL,
  created_at TEXT NOT NULL
);
CREATE INDEX receipts_created ON receipts (created_at);

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Routing features of each document, and one row whose stamp changes with every change of any of them. Stamps are random, not
-- counted: after a rollback a counter would reach the same number with other content. Triggers set the stamp, so that rows that go
-- by cascade are noticed too.
CREATE TABLE route_documents (
  document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
  project TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  features BLOB NOT NULL
) STRICT;
CREATE INDEX route_documents_by_stamp ON route_documents(document_id, project, stamp);
CREATE TABLE route_state (id INTEGER PRIMARY KEY CHECK (id = 1), stamp INTEGER NOT NULL) STRICT;
INSERT INTO route_state (id, stamp) VALUES (1, 0);
CREATE TRIGGER route_documents_added AFTER INSERT ON route_documents
BEGIN UPDATE route_state SET stamp = random() / 1024; END;
CREATE TRIGGER route_documents_changed AFTER UPDATE ON route_documents
BEGIN UPDATE route_state SET stamp = random() / 1024; END;
CREATE TRIGGER route_documents_removed AFTER DELETE ON route_documents
BEGIN UPDATE route_state SET stamp = random() / 1024; END;
`;
