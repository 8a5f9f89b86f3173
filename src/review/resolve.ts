import { AtoError, invalidInput } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { memoryUri } from '../memory/conflicts.ts';
import { CONFIDENCE_BY_PERSON, type Memory, memoryContentSchema } from '../memory/memory.ts';
import {
  findMemory,
  findNearTwin,
  findTwin,
  getMemory,
  insertMemory,
  type MemoryChange,
  memorySubject,
  updateMemory,
} from '../memory/memory-store.ts';
import { REINFORCED, recordUse, useOf } from '../memory/memory-uses.ts';
import { type StateEntry, stateValueSchema } from '../state/entry.ts';
import { findState, setState, stateSubject } from '../state/state-store.ts';
import type { Database } from '../storage/database.ts';
import { type Act, appendHistory, listHistory } from '../storage/history.ts';
import { closeItem, getItem, type ReviewItem, type ReviewStatus, type UndoStep } from './review-store.ts';

export const DECISIONS = ['accept', 'reject', 'edit', 'merge'] as const;
export type Decision = (typeof DECISIONS)[number];

export interface Outcome {
  item: string;
  decision: Decision;
  status: ReviewStatus;
  memory?: Memory;
  entry?: StateEntry;
  /** The memory that says it from now on. */
  merged_into?: string;
}

interface Work {
  db: Database;
  decision: Decision;
  content: string | undefined;
  act: Act;
  undo: UndoStep[];
}

type Result = Pick<Outcome, 'memory' | 'entry' | 'merged_into'> & { status: Exclude<ReviewStatus, 'pending'> };

/**
 * Carries out a person's decision on a pending item and closes it, with what is needed to take it back. `edit` needs `content`, which has
 * the bounds of what it becomes: a memory or a value of trusted state. Throws INVALID_INPUT beyond them, NOT_FOUND for an unknown item and
 * CONFLICT for one that is resolved already or whose memory is no longer what it was about.
 * Call inside a write transaction; `act.reason` goes into the history of whatever changes.
 */
export function resolveItem(
  db: Database,
  id: string,
  choice: { decision: Decision; content?: string | undefined },
  act: Act,
): Outcome {
  const item = getItem(db, id);
  if (item.status !== 'pending')
    throw new AtoError(
      'CONFLICT',
      `Review item ${id} is already ${item.status}.`,
      `\`atocore review undo ${id}\` takes the decision back.`,
      { status: item.status },
    );
  if (choice.decision === 'edit' && choice.content === undefined)
    throw invalidInput(`Item ${id} cannot be edited without content.`, 'Give the new text as content.');
  const content = choice.content === undefined ? undefined : assertContent(item, choice.content);
  const work: Work = { db, decision: choice.decision, content, act, undo: [] };
  const { status, ...result } = resolveByKind(work, item);
  const { decision, undo } = work;
  closeItem(
    db,
    item,
    status,
    { decision, reason: act.reason, undo, ...(result.merged_into ? { merged_into: result.merged_into } : {}) },
    act,
  );
  return { item: id, decision, status, ...result };
}

/** A text that a person gives, without white space around it. What no one could add must not come in by a decision. */
function assertContent({ id, kind }: ReviewItem, content: string): string {
  const [becomes, schema, min, max] =
    kind === 'state_proposal'
      ? (['a value of trusted state', stateValueSchema, 1, LIMITS.stateValueCharsMax] as const)
      : (['a memory', memoryContentSchema, LIMITS.memoryCharsMin, LIMITS.memoryCharsMax] as const);
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw invalidInput(
    `The content for ${id} has ${content.trim().length} characters and would become ${becomes}: wanted ${min} to ${max}.`,
    'Give the whole fact in one or two sentences.',
    { arguments: ['content'] },
  );
}

function resolveByKind(work: Work, item: ReviewItem): Result {
  switch (item.kind) {
    case 'memory_candidate':
      return resolveCandidate(work, getMemory(work.db, item.payload.memory));
    case 'state_proposal':
      return resolveProposal(work, item);
    case 'decayed_memory':
      return resolveDecayed(work, getMemory(work.db, item.payload.memory));
    case 'conflict':
      return resolveConflict(work, item);
  }
}

function resolveCandidate(work: Work, memory: Memory): Result {
  assertStatus(memory, 'candidate');
  if (work.decision === 'reject') {
    const rejected = change(work, memory, { status: 'invalid' }, 'rejected');
    restorePredecessor(work, memory);
    return { status: 'rejected', memory: rejected };
  }
  retirePredecessor(work, memory);
  const content = work.content ?? memory.content;
  const wanted = { ...memory, content };
  if (work.decision === 'merge') return mergeCandidate(work, memory, content);
  const twin = findTwin(work.db, wanted, 'active');
  if (twin) return foldInto(work, memory, twin, { content });
  const accepted = {
    status: 'active',
    content,
    confidence: Math.max(memory.confidence, CONFIDENCE_BY_PERSON),
  } as const;
  return { status: 'accepted', memory: change(work, memory, accepted, acceptedAs(work)) };
}

const acceptedAs = (work: Work) => (work.content === undefined ? 'accepted' : 'edited and accepted');

/** With a text of its own the merged memory takes the place of the twin; without one the twin stands and the candidate goes into it. */
function mergeCandidate(work: Work, memory: Memory, content: string): Result {
  const twin = findTwin(work.db, memory, 'active') ?? findNearTwin(work.db, memory, 'active');
  if (!twin)
    throw new AtoError(
      'CONFLICT',
      `No active memory says nearly the same as ${memory.id}.`,
      'Accept, edit or reject it instead.',
    );
  if (work.content === undefined) return foldInto(work, memory, twin, {});
  change(work, twin, { status: 'superseded' }, 'merged');
  const merged = { status: 'active', content, supersedes: twin.id } as const;
  const confidence = Math.max(memory.confidence, twin.confidence, CONFIDENCE_BY_PERSON);
  const after = change(work, memory, { ...merged, confidence }, 'merged');
  return { status: 'merged', memory: after, merged_into: after.id };
}

function foldInto(work: Work, memory: Memory, twin: Memory, changed: MemoryChange): Result {
  change(work, memory, { ...changed, status: 'superseded' }, 'merged');
  const kept = change(work, twin, useByPerson(work, twin), 'confirmed by a candidate');
  return { status: 'merged', memory: kept, merged_into: twin.id };
}

/** An agent replaced a memory and a person refused the replacement: then the memory stands again. */
function restorePredecessor(work: Work, rejected: Memory): void {
  const before = rejected.supersedes === null ? undefined : findMemory(work.db, rejected.supersedes);
  if (before?.status !== 'superseded') return;
  change(work, before, { status: 'active' }, 'restored: its replacement was rejected');
}

/** A person corrected a memory, which stood until the correction was accepted (case F04). */
function retirePredecessor(work: Work, accepted: Memory): void {
  const before = accepted.supersedes === null ? undefined : findMemory(work.db, accepted.supersedes);
  if (before?.status === 'active') change(work, before, { status: 'superseded' }, 'corrected');
}

function resolveProposal(work: Work, item: ReviewItem & { kind: 'state_proposal' }): Result {
  const { db, act } = work;
  const { category, key, value, sources } = item.payload;
  if (work.decision === 'merge') throw cannotMerge(item);
  if (work.decision === 'reject') {
    const { subject, project, payload } = item;
    appendHistory(db, { subject, project, action: 'proposal rejected', before: payload, after: null }, act);
    return { status: 'rejected' };
  }
  const before = findState(db, item.project, category, key);
  const wanted = { project: item.project, category, key, value: work.content ?? value, sources };
  const { entry } = setState(db, wanted, act);
  if (entry.id !== before?.id) {
    const history = newestHistory(db, stateSubject(item.project, category, key));
    const was = { before: before?.value ?? null, sources: before?.sources ?? [] };
    work.undo.push({ kind: 'state', category, key, ...was, history });
  }
  return { status: 'accepted', entry };
}

function resolveDecayed(work: Work, memory: Memory): Result {
  assertStatus(memory, 'active');
  if (work.decision === 'reject')
    return { status: 'rejected', memory: change(work, memory, { status: 'invalid' }, 'rejected') };
  if (work.decision === 'edit') return replaceAll(work, [memory], work.content!);
  if (work.decision === 'merge') {
    const twin = findTwin(work.db, memory, 'active');
    const near = twin && twin.id !== memory.id ? twin : findNearTwin(work.db, memory, 'active');
    if (!near) throw cannotMerge({ id: memory.id });
    return foldInto(work, memory, near, {});
  }
  // A person's word is a reference: the memory has its full weight again and decays no more.
  return { status: 'accepted', memory: change(work, memory, useByPerson(work, memory), 'confirmed') };
}

/** A person's word counts as a use, and raises a memory once a day (case C24). */
function useByPerson({ db, act }: Work, memory: Memory): MemoryChange {
  const use = { kind: 'accepted', client: 'review', session_id: act.actor, interaction_id: null, at: act.at } as const;
  const { confidence, ...referenced } = useOf(memory, act.at);
  return recordUse(db, memory.id, use) ? { ...referenced, confidence: confidence! } : referenced;
}

function resolveConflict(work: Work, item: ReviewItem & { kind: 'conflict' }): Result {
  if (work.decision === 'reject') return { status: 'rejected' };
  const memory = getMemory(work.db, item.payload.memory);
  assertStatus(memory, 'active');
  if (work.decision === 'accept')
    return { status: 'accepted', memory: change(work, memory, { status: 'invalid' }, 'lost a conflict') };
  if (work.content === undefined)
    throw invalidInput(`Conflict ${item.id} cannot be merged without content.`, 'Give the text that replaces both.');
  const { against } = item.payload;
  const other = against.kind === 'memory' ? findMemory(work.db, against.id) : undefined;
  return replaceAll(work, [memory, ...(other?.status === 'active' ? [other] : [])], work.content);
}

/** One new memory with the given words takes the place of all of them. */
function replaceAll(work: Work, memories: readonly [Memory, ...Memory[]] | Memory[], content: string): Result {
  const first = memories[0]!;
  for (const memory of memories) change(work, memory, { status: 'superseded' }, 'superseded');
  const { project, type, tags, source } = first;
  const fresh = { project, type, tags, source, content, supersedes: first.id };
  const memory = insertMemory(
    work.db,
    { ...fresh, status: 'active', confidence: Math.max(CONFIDENCE_BY_PERSON, first.confidence) },
    work.act,
  );
  const history = newestHistory(work.db, memorySubject(memory.id));
  work.undo.push({ kind: 'memory', id: memory.id, before: { status: 'invalid' }, history });
  return { status: 'merged', memory, merged_into: memory.id };
}

function change(work: Work, memory: Memory, wanted: MemoryChange, action: string): Memory {
  const { memory: after, historyId } = updateMemory(work.db, memory, wanted, action, work.act);
  const before = Object.fromEntries(Object.keys(wanted).map((key) => [key, memory[key as keyof MemoryChange]]));
  work.undo.push({ kind: 'memory', id: memory.id, before, history: historyId });
  return after;
}

/** The newest change that somebody made; a reply that reinforces a memory decides nothing, so that an undo stays possible. */
export function newestHistory(db: Database, subject: string): number {
  return listHistory(db, subject).findLast(({ action }) => action !== REINFORCED)?.id ?? 0;
}

function assertStatus(memory: Memory, wanted: Memory['status']): void {
  if (memory.status === wanted) return;
  throw new AtoError(
    'CONFLICT',
    `${memoryUri(memory.id)} is ${memory.status}, no longer ${wanted}.`,
    `\`atocore memory history ${memory.id}\` shows what happened to it.`,
    { status: memory.status },
  );
}

function cannotMerge({ id }: { id: string }): AtoError {
  return new AtoError(
    'CONFLICT',
    `Nothing is there that ${id} could be merged with.`,
    'Accept, edit or reject it instead.',
  );
}
