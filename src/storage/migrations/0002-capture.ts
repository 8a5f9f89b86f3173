/**
 * What capture, extraction, reinforcement and erasure need to keep. `interactions.captured_at` is the moment of the turn; a row that
 * no extractor has read has no `extracted_by`, so that a batch resumes where the last one ended, whatever ended it.
 */
export const CAPTURE_SCHEMA = `
ALTER TABLE interactions ADD COLUMN redacted_kinds TEXT NOT NULL DEFAULT '[]';
ALTER TABLE interactions ADD COLUMN private_passages INTEGER NOT NULL DEFAULT 0;
-- Why the row has its project, or none: confidence and candidates as detection answered them.
ALTER TABLE interactions ADD COLUMN routing TEXT NOT NULL DEFAULT '{}';
-- When the reply was compared with the active memories.
ALTER TABLE interactions ADD COLUMN reinforced_at TEXT;
CREATE INDEX interactions_time ON interactions (captured_at);
CREATE INDEX interactions_unextracted ON interactions (captured_at) WHERE extracted_by IS NULL;
CREATE INDEX interactions_unreinforced ON interactions (captured_at) WHERE reinforced_at IS NULL;

-- Which candidates came from one interaction.
CREATE INDEX memories_interaction ON memories (json_extract(provenance, '$.interaction'))
  WHERE json_extract(provenance, '$.interaction') IS NOT NULL;

-- One row for each session and UTC day in which a memory was used: what is said twice in one session counts once.
CREATE TABLE memory_uses (
  memory_id TEXT NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
  client TEXT NOT NULL,
  session_id TEXT NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reply', 'accepted')),
  interaction_id TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (memory_id, client, session_id, day)
) WITHOUT ROWID;

CREATE TABLE extraction_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  extractor TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  interactions INTEGER NOT NULL,
  candidates INTEGER NOT NULL,
  dropped TEXT NOT NULL DEFAULT '{}',
  error TEXT
);

-- What a person had erased, without its content: a document by its place and hash, so that a refresh does not read the same file again,
-- a turn by the hash of its key, so that a client that sends it again does not bring it back.
CREATE TABLE erased (
  kind TEXT NOT NULL CHECK (kind IN ('document', 'interaction', 'memory')),
  key TEXT NOT NULL,
  sha256 TEXT NOT NULL DEFAULT '',
  erased_at TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;
`;
