import { AtoError } from '../core/errors.ts';
import { getMemory, memorySubject, updateMemory } from '../memory/memory-store.ts';
import { findState, removeState, setState, stateSubject } from '../state/state-store.ts';
import type { Database } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import { newestHistory } from './resolve.ts';
import { getItem, type ReviewItem, reopenItem, type UndoStep } from './review-store.ts';

/**
 * Takes back the decision on an item: what it changed is as it was, and the item waits again. History keeps both acts. Throws
 * NOT_FOUND, and CONFLICT when the item still waits or when something it changed was changed again since. Call inside a write
 * transaction.
 */
export function undoReview(db: Database, id: string, act: Act): ReviewItem {
  const item = getItem(db, id);
  if (!item.resolution)
    throw new AtoError('CONFLICT', `Review item ${id} still waits: there is no decision to take back.`);
  const steps = [...item.resolution.undo].reverse();
  for (const step of steps) assertUntouched(db, item, step);
  for (const step of steps) takeBack(db, item, step, act);
  reopenItem(db, item, act);
  return getItem(db, id);
}

function assertUntouched(db: Database, item: ReviewItem, step: UndoStep): void {
  const subject = step.kind === 'memory' ? memorySubject(step.id) : stateSubject(item.project, step.category, step.key);
  if (newestHistory(db, subject) === step.history) return;
  throw new AtoError(
    'CONFLICT',
    `What the decision on ${item.id} changed was changed again since (${subject}).`,
    'Revise it by its own commands.',
  );
}

function takeBack(db: Database, item: ReviewItem, step: UndoStep, act: Act): void {
  if (step.kind === 'memory') {
    updateMemory(db, getMemory(db, step.id), step.before, 'decision taken back', act);
    return;
  }
  const { category, key, before, sources } = step;
  if (before !== null) setState(db, { project: item.project, category, key, value: before, sources }, act);
  else if (findState(db, item.project, category, key)) removeState(db, item.project, category, key, act);
}
