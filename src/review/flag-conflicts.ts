import { findConflicts, findOutranked, memoryUri, stateUri } from '../memory/conflicts.ts';
import type { Memory } from '../memory/memory.ts';
import type { StateEntry } from '../state/entry.ts';
import type { Database } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import { insertItem, itemsAbout } from './review-store.ts';

/** A conflict as callers are told of it. */
export interface FlaggedConflict {
  ref: string;
  reason: string;
}

/**
 * Flags what an active memory disagrees with, one review item a pair; nothing is merged, picked or discarded (case C32). Answers the
 * conflicts; a candidate's are answered and not flagged, since it claims nothing yet. A fault in the check never blocks the write: it is
 * rolled back by itself and given to `onError`.
 */
export function flagConflicts(
  db: Database,
  memory: Memory,
  act: Act,
  onError: (error: unknown) => void,
): FlaggedConflict[] {
  return harmless(db, onError, () =>
    findConflicts(db, memory, new Date(act.at)).map(({ ref, against, reason }) => {
      const id = against.kind === 'memory' ? against.memory.id : against.entry.id;
      const says = against.kind === 'memory' ? against.memory.content : against.entry.value;
      if (memory.status === 'active') flagPair(db, memory, { kind: against.kind, id, ref, says }, reason, act);
      return { ref, reason };
    }),
  );
}

/** Flags the memories that a fact just set by a person contradicts. */
export function flagOutranked(
  db: Database,
  entry: StateEntry,
  act: Act,
  onError: (error: unknown) => void,
): FlaggedConflict[] {
  return harmless(db, onError, () =>
    findOutranked(db, entry, new Date(act.at)).map(({ memory, reason }) => {
      flagPair(db, memory, { kind: 'state', id: entry.id, ref: stateUri(entry), says: entry.value }, reason, act);
      return { ref: memoryUri(memory.id), reason };
    }),
  );
}

function harmless<T>(db: Database, onError: (error: unknown) => void, work: () => T[]): T[] {
  try {
    return db.transaction(work)();
  } catch (error) {
    // The write that asked for the check goes on: a conflict not found now is found when the memory is reviewed again.
    onError(error);
    return [];
  }
}

/** A pair that a person has already looked at is not asked about again. */
function flagPair(
  db: Database,
  memory: Memory,
  against: { kind: 'memory' | 'state'; id: string; ref: string; says: string },
  reason: string,
  act: Act,
): void {
  const subject = `conflict:${[memory.id, against.id].sort().join('|')}`;
  if (itemsAbout(db, subject).some((item) => item.status !== 'expired')) return;
  insertItem(
    db,
    {
      kind: 'conflict',
      project: memory.project,
      subject,
      payload: {
        memory: memory.id,
        against: { kind: against.kind, id: against.id, ref: against.ref },
        evidence: reason,
        quote: against.says,
        source_hashes: {},
      },
    },
    act,
  );
}
