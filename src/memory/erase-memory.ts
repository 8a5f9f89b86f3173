import { sha256 } from '../core/ids.ts';
import { type Database, sql } from '../storage/database.ts';
import { type Act, appendHistory } from '../storage/history.ts';
import { type Memory, normalizeContent } from './memory.ts';
import { findMemory, memorySubject } from './memory-store.ts';

/**
 * Removes a memory with its full-text row and its words in the history; that it was there, and who erased it, stays. The only way in
 * which a memory is ever deleted, and only by a person's word (case F14). Call inside a write transaction.
 */
export function eraseMemory(db: Database, memory: Memory, act: Act): void {
  const { rowid } = sql(db, 'SELECT rowid FROM memories WHERE id = ?').get(memory.id) as { rowid: number };
  sql(db, `INSERT INTO memories_fts (memories_fts, rowid, content) VALUES ('delete', ?, ?)`).run(rowid, memory.content);
  sql(db, 'UPDATE memories SET supersedes = NULL WHERE supersedes = ?').run(memory.id);
  sql(db, 'DELETE FROM memories WHERE id = ?').run(memory.id);
  sql(db, `INSERT OR REPLACE INTO erased (kind, key, erased_at) VALUES ('memory', ?, ?)`).run(keyOf(memory), act.at);
  const subject = memorySubject(memory.id);
  // The reason of a revision stands at the successor too.
  sql(
    db,
    `UPDATE history SET reason = '[erased]' WHERE (at, reason) IN
       (SELECT at, reason FROM history WHERE subject = ? AND action = 'supersede')`,
  ).run(subject);
  sql(db, `UPDATE history SET before = NULL, after = NULL, reason = '[erased]' WHERE subject = ?`).run(subject);
  appendHistory(db, { subject, project: memory.project, action: 'erased', before: null, after: null }, act);
}

/** Says nothing of a memory but that it is the same. */
const keyOf = ({ project, content }: { project: string; content: string }) =>
  sha256(`${project}\n${normalizeContent(content)}`);

/** Whether a person had a memory with exactly these words in this project erased; then nothing proposes it again. */
export function wasMemoryErased(db: Database, memory: { project: string; content: string }): boolean {
  return sql(db, `SELECT 1 FROM erased WHERE kind = 'memory' AND key = ?`).get(keyOf(memory)) !== undefined;
}

/** Memories that were made from one interaction, whatever became of them. */
export function memoriesFrom(db: Database, interactionId: string): Memory[] {
  const rows = sql(
    db,
    `SELECT id FROM memories WHERE json_extract(provenance, '$.interaction') = ? ORDER BY rowid`,
  ).all(interactionId) as { id: string }[];
  return rows.flatMap(({ id }) => findMemory(db, id) ?? []);
}

/** Takes the words of an erased interaction off a memory that a person accepted, in its history too. Call inside a write transaction. */
export function forgetQuote(db: Database, id: string): void {
  sql(db, `UPDATE memories SET provenance = json_remove(provenance, '$.quote') WHERE id = ?`).run(id);
  sql(
    db,
    `UPDATE history SET before = json_remove(before, '$.provenance.quote'), after = json_remove(after, '$.provenance.quote')
     WHERE subject = ?`,
  ).run(memorySubject(id));
}
