import type { Memory } from './memory.ts';

/** Case C33: after 30 idle days an active memory that nothing ever referred to loses 3% of its weight each day. */
const FACTOR_PER_DAY = 0.97;
const IDLE_DAYS = 30;
const DAY_MS = 86_400_000;

/** Below this a decayed memory is put up for review. */
export const REVIEW_BELOW = 0.3;

const starts = new WeakMap<Date, string>();

/** Memories changed after this instant do not decay yet. */
function decayStart(now: Date): string {
  let start = starts.get(now);
  if (start === undefined) {
    start = new Date(now.getTime() - IDLE_DAYS * DAY_MS).toISOString();
    starts.set(now, start);
  }
  return start;
}

/** Whole days beyond the idle time; 0 for memories that do not decay. */
export function decayDays(memory: Memory, now: Date): number {
  if (memory.status !== 'active' || memory.reference_count > 0 || memory.last_referenced_at !== null) return 0;
  // Most memories of most packs are younger; texts of one time format compare as times do.
  if (memory.updated_at > decayStart(now)) return 0;
  const idleDays = Math.floor((now.getTime() - Date.parse(memory.updated_at)) / DAY_MS);
  return Math.max(0, idleDays - IDLE_DAYS);
}

/**
 * What a memory's confidence is worth at `now`: confidence * 0.97^days. It is computed from the stored times each time and never
 * written back, so that looking twice a day, or not for a month, comes to the same.
 */
export function effectiveConfidence(memory: Memory, now: Date): number {
  return memory.confidence * FACTOR_PER_DAY ** decayDays(memory, now);
}
