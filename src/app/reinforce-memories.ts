import type { Interaction } from '../capture/interaction.ts';
import { findInteraction, idsToReinforce, markReinforced } from '../capture/interaction-store.ts';
import { reinforcedBy } from '../capture/reinforce.ts';
import { isoTime } from '../core/clock.ts';
import { listActiveMemories } from '../memory/active-memories.ts';
import { isExpired } from '../memory/memory.ts';
import { findMemory, updateMemory } from '../memory/memory-store.ts';
import { REINFORCED, recordUse, useOf } from '../memory/memory-uses.ts';
import { type Database, sql } from '../storage/database.ts';
import type { AtoCore } from './atocore.ts';

const SLICE = 64;

/**
 * Compares captured replies with the active memories of their project and the global scope, and raises those that they say again: once
 * for each session and day (case C24). What is under correction is not raised. Answers how many memories were; goes on where the last
 * run ended.
 */
export async function reinforcePending(app: AtoCore, signal?: AbortSignal): Promise<number> {
  let reinforced = 0;
  for (let left = true; left && !signal?.aborted; ) {
    const done = await app.withStore(async (store) => {
      const ids = idsToReinforce(store.db, SLICE);
      for (const id of ids) {
        // What a power failure takes back is done again: the mark goes with it.
        reinforced += await store.write(() => reinforceFrom(store.db, id, app.clock.now()), { durable: false });
        await new Promise((next) => setImmediate(next));
      }
      return ids.length;
    });
    left = done === SLICE;
  }
  return reinforced;
}

function reinforceFrom(db: Database, id: string, now: Date): number {
  const turn = findInteraction(db, id);
  // Another process was faster, or it was erased meanwhile.
  if (!turn || turn.reinforced_at !== null) return 0;
  markReinforced(db, id, isoTime(now));
  if (turn.response === '') return 0;
  const says = reinforcedBy(turn.response);
  const active = listActiveMemories(db, turn.project ?? '');
  return active.filter(
    (memory) =>
      // What was learnt from this turn, or after it, is not confirmed by it.
      memory.created_at < turn.captured_at &&
      !isExpired(memory, now) &&
      says(memory.content) &&
      !isUnderCorrection(db, memory.id) &&
      reinforceOne(db, memory.id, turn, now),
  ).length;
}

/** Whether a person said something else, and nobody decided yet which of the two holds. */
function isUnderCorrection(db: Database, id: string): boolean {
  return sql(db, `SELECT 1 FROM memories WHERE supersedes = ? AND status = 'candidate'`).get(id) !== undefined;
}

function reinforceOne(db: Database, id: string, turn: Interaction, now: Date): boolean {
  const { client, session_id, captured_at: at } = turn;
  if (!recordUse(db, id, { kind: 'reply', client, session_id, interaction_id: turn.id, at })) return false;
  const memory = findMemory(db, id)!;
  const act = { actor: 'system:reinforcement', reason: `a reply says it again (${turn.id})`, at: isoTime(now) };
  updateMemory(db, memory, useOf(memory, at), REINFORCED, act);
  return true;
}
