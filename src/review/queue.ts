import { AtoError } from '../core/errors.ts';
import { memoryUri } from '../memory/conflicts.ts';
import type { Memory } from '../memory/memory.ts';
import { findMemory, memorySubject, updateMemory } from '../memory/memory-store.ts';
import type { StateCategory } from '../state/entry.ts';
import { findState, stateSubject } from '../state/state-store.ts';
import type { Database } from '../storage/database.ts';
import { type Act, appendHistory } from '../storage/history.ts';
import type { Store } from '../storage/store.ts';
import { hashSources, mootReason } from './revalidate.ts';
import {
  closeItem,
  countPending,
  insertItem,
  itemsAbout,
  listPending,
  type ReviewItem,
  replacePayload,
  type UndoStep,
} from './review-store.ts';

const DAY_MS = 86_400_000;
/** What agents and rules put in; these are capped and expire, what the program itself flags is bounded by the facts. */
const PROPOSED = ['memory_candidate', 'state_proposal'] as const;

export interface CandidateEvidence {
  /** Why it is proposed, in words for people. */
  evidence?: string | undefined;
  /** The words of the source, verbatim. */
  quote?: string | null | undefined;
}

/**
 * Puts a candidate into the queue. When the project's queue is full, its oldest untouched entry expires with a history row; throws
 * CONFLICT when a person has taken up all of them. Call inside the transaction that made the candidate.
 */
export function enqueueCandidate(
  db: Database,
  memory: Memory,
  given: CandidateEvidence,
  cap: number,
  act: Act,
): ReviewItem {
  makeRoom(db, memory.project, cap, act);
  const source = memory.source ?? '';
  const replaced = memory.supersedes === null ? '' : `; replaces ${memoryUri(memory.supersedes)}`;
  return insertItem(
    db,
    {
      kind: 'memory_candidate',
      project: memory.project,
      subject: memorySubject(memory.id),
      payload: {
        memory: memory.id,
        evidence: given.evidence ?? `proposed by ${act.actor}${source && `, from ${source}`}${replaced}`,
        quote: given.quote ?? null,
        source_hashes: hashSources(db, [
          source,
          ...Object.values(memory.provenance).filter((v) => typeof v === 'string'),
        ]),
        seen: 1,
      },
    },
    act,
  );
}

/** Counts that a pending candidate was proposed once more; answers its item. */
export function countCandidateAgain(db: Database, memory: Memory): ReviewItem | undefined {
  const item = itemsAbout(db, memorySubject(memory.id)).find((known) => known.status === 'pending');
  if (item?.kind === 'memory_candidate') replacePayload(db, item, { ...item.payload, seen: item.payload.seen + 1 });
  return item;
}

export interface StateProposal {
  category: StateCategory;
  key: string;
  value: string;
  reason: string;
  sources: string[];
  quote?: string | null;
}

/** Puts a proposal of trusted state into the queue; the same proposal twice is one item. Call inside a write transaction. */
export function enqueueProposal(
  db: Database,
  project: string,
  proposal: StateProposal,
  cap: number,
  act: Act,
): { item: ReviewItem; duplicate: boolean } {
  const { category, key, value, reason, sources } = proposal;
  const subject = stateSubject(project, category, key);
  const twin = itemsAbout(db, subject).find(
    (item) => item.status === 'pending' && item.kind === 'state_proposal' && item.payload.value === value,
  );
  if (twin) return { item: twin, duplicate: true };
  makeRoom(db, project, cap, act);
  const payload = {
    ...{ category, key, value, reason, sources },
    current: findState(db, project, category, key)?.value ?? null,
    evidence: `proposed by ${act.actor}: ${reason}`,
    quote: proposal.quote ?? null,
    source_hashes: hashSources(db, sources),
  };
  return { item: insertItem(db, { kind: 'state_proposal', project, subject, payload }, act), duplicate: false };
}

/** Closes pending items whose question has gone; answers how many. */
export function closeMoot(db: Database, act: Act): number {
  let closed = 0;
  for (const item of listPending(db)) {
    const reason = mootReason(db, item);
    if (reason === undefined) continue;
    closeItem(db, item, 'expired', { decision: 'expire', reason, undo: [] }, act);
    closed += 1;
  }
  return closed;
}

/** Ends the wait of untouched candidates and proposals older than `before` (ISO-8601 UTC): expired, never promoted. Answers how many. */
export function expireUntouched(db: Database, before: string, act: Act): number {
  const old = listPending(db, { kinds: PROPOSED }).filter(
    (item) => item.touched_at === null && item.created_at < before,
  );
  for (const item of old) expireItem(db, item, act);
  return old.length;
}

function makeRoom(db: Database, project: string, cap: number, act: Act): void {
  const waiting = listPending(db, { project, kinds: PROPOSED });
  const untouched = waiting.filter((item) => item.touched_at === null);
  for (let over = waiting.length - cap + 1; over > 0; over -= 1) {
    const oldest = untouched.shift();
    if (!oldest)
      throw new AtoError(
        'CONFLICT',
        `The review queue of ${project || 'the global scope'} is full: ${waiting.length} items wait for a person.`,
        'Ask the user to run `atocore review`.',
      );
    expireItem(db, oldest, { ...act, reason: `the review queue is full (${cap})` });
  }
}

function expireItem(db: Database, item: ReviewItem, act: Act): void {
  const undo: UndoStep[] = [];
  if (item.kind === 'memory_candidate') {
    const memory = findMemory(db, item.payload.memory);
    if (memory?.status === 'candidate') {
      const { historyId } = updateMemory(db, memory, { status: 'invalid' }, 'expired unreviewed', act);
      undo.push({ kind: 'memory', id: memory.id, before: { status: 'candidate' }, history: historyId });
    }
  } else {
    const { subject, project, payload } = item;
    appendHistory(db, { subject, project, action: 'proposal expired unreviewed', before: payload, after: null }, act);
  }
  closeItem(db, item, 'expired', { decision: 'expire', reason: act.reason, undo }, act);
}

/** One line for the start of a session, or null when nothing waits. */
export function reviewNudge(store: Store, now: Date): string | null {
  const { pending, oldest } = countPending(store.db);
  if (pending === 0 || oldest === null) return null;
  const days = Math.floor((now.getTime() - Date.parse(oldest)) / DAY_MS);
  const age = days < 1 ? '' : `, the oldest for ${days} day${days === 1 ? '' : 's'}`;
  return `AtoCore: ${pending} item${pending === 1 ? ' waits' : 's wait'} for review${age}; run \`atocore review\`.`;
}
