import { AtoError } from '../core/errors.ts';
import type { Memory } from '../memory/memory.ts';
import { findSuccessor, getMemory, type ReviseAction, reviseMemory } from '../memory/memory-store.ts';
import { flagConflicts, flagOutranked } from '../review/flag-conflicts.ts';
import { type ReviewView, viewItem } from '../review/list-review.ts';
import { closeMoot, enqueueCandidate, enqueueProposal, type StateProposal } from '../review/queue.ts';
import { type Decision, type Outcome, resolveItem } from '../review/resolve.ts';
import { undoReview } from '../review/undo.ts';
import type { StateEntry } from '../state/entry.ts';
import { type StateWrite, setState } from '../state/state-store.ts';
import type { Act } from '../storage/history.ts';
import { logFault } from './add-memory.ts';
import type { AtoCore } from './atocore.ts';

/** Proposes a fact of trusted state; only a person makes it one (case C29). The same proposal twice is one item. */
export async function proposeState(
  app: AtoCore,
  proposal: StateProposal & { project: string },
  act: Act,
): Promise<{ item: ReviewView; duplicate: boolean }> {
  const { id } = app.registry.load().get(proposal.project);
  return app.withStore((store) =>
    store.write(() => {
      const { item, duplicate } = enqueueProposal(store.db, id, proposal, app.config.review_cap, act);
      return { item: viewItem(store.db, item), duplicate };
    }),
  );
}

/** Carries out a person's decision; what becomes true by it is checked for conflicts, and questions that it settles are closed. */
export async function resolveReview(
  app: AtoCore,
  input: { item: string; decision: Decision; content?: string | undefined },
  act: Act,
): Promise<Outcome> {
  return app.withStore((store) =>
    store.write(() => {
      const outcome = resolveItem(store.db, input.item, input, act);
      if (outcome.memory?.status === 'active') flagConflicts(store.db, outcome.memory, act, logFault(app));
      if (outcome.entry) flagOutranked(store.db, outcome.entry, act, logFault(app));
      closeMoot(store.db, { ...act, reason: 'settled by another decision' });
      return outcome;
    }),
  );
}

/** Takes a decision back; see `undoReview`. */
export async function undoDecision(app: AtoCore, item: string, act: Act): Promise<ReviewView> {
  return app.withStore((store) =>
    store.write(() => {
      const reopened = undoReview(store.db, item, act);
      closeMoot(store.db, { ...act, reason: 'settled by another decision' });
      return viewItem(store.db, reopened);
    }),
  );
}

/** Sets a fact as a person and flags the memories that it contradicts. */
export async function setTrustedState(
  app: AtoCore,
  write: StateWrite,
  act: Act,
): Promise<{ entry: StateEntry; superseded?: StateEntry }> {
  return app.withStore((store) =>
    store.write(() => {
      const result = setState(store.db, write, act);
      flagOutranked(store.db, result.entry, act, logFault(app));
      closeMoot(store.db, { ...act, reason: 'settled by a change of trusted state' });
      return result;
    }),
  );
}

/**
 * Revises a memory. What an agent writes in its place waits for a person, while the old one leaves packs and search at once (case F04);
 * when the person rejects the replacement, the old one stands again.
 */
export async function reviseAndReview(
  app: AtoCore,
  revision: { id: string; action: ReviseAction; content?: string | undefined },
  options: { byPerson: boolean; act: Act },
): Promise<{ memory: Memory; successor?: Memory; historyId: number }> {
  const { id, ...change } = revision;
  const { byPerson, act } = options;
  return app.withStore((store) =>
    store.write(() => {
      if (!byPerson && getMemory(store.db, id).status === 'candidate' && change.action !== 'invalidate')
        throw new AtoError('CONFLICT', `Memory ${id} waits for review; an agent can only withdraw it (invalidate).`);
      const successorStatus = byPerson ? 'active' : 'candidate';
      const known = findSuccessor(store.db, id);
      const result = reviseMemory(store.db, id, { ...change, successorStatus }, act);
      const { successor } = result;
      if (successor && successor.id !== known?.id) {
        if (successor.status === 'candidate') enqueueCandidate(store.db, successor, {}, app.config.review_cap, act);
        flagConflicts(store.db, successor, act, logFault(app));
      }
      closeMoot(store.db, { ...act, reason: 'settled by a revision' });
      return result;
    }),
  );
}
