import { raiseConfidence } from '../capture/reinforce.ts';
import { type Database, sql } from '../storage/database.ts';
import type { Memory } from './memory.ts';
import type { MemoryChange } from './memory-store.ts';

/** Where and when a memory was used: in a captured reply, or by a person who confirmed it. */
export interface MemoryUse {
  kind: 'reply' | 'accepted';
  client: string;
  session_id: string;
  interaction_id: string | null;
  /** ISO-8601 UTC. */
  at: string;
}

/** The action of the history row that a reply leaves. */
export const REINFORCED = 'reinforced';

/** Notes a use; false when the memory was used in that session on that day already. Call inside a write transaction. */
export function recordUse(db: Database, memoryId: string, use: MemoryUse): boolean {
  const { changes } = sql(
    db,
    `INSERT OR IGNORE INTO memory_uses (memory_id, client, session_id, day, kind, interaction_id, at)
     VALUES (@memory_id, @client, @session_id, @day, @kind, @interaction_id, @at)`,
  ).run({ memory_id: memoryId, day: use.at.slice(0, 10), ...use });
  return changes > 0;
}

/** What a use changes: 0.02 more confidence, never above 1, and when it was referred to last (cases C24 and C33). */
export function useOf(memory: Memory, at: string): MemoryChange {
  const last = memory.last_referenced_at;
  return {
    confidence: raiseConfidence(memory.confidence),
    reference_count: memory.reference_count + 1,
    last_referenced_at: last !== null && last > at ? last : at,
  };
}

/** In how many distinct sessions and on how many distinct days a memory was used. */
export function countUses(db: Database, memoryId: string): { sessions: number; days: number } {
  return sql(
    db,
    `SELECT count(DISTINCT client || char(0) || session_id) AS sessions, count(DISTINCT day) AS days
     FROM memory_uses WHERE memory_id = ?`,
  ).get(memoryId) as { sessions: number; days: number };
}
