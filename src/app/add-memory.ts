import { CONFIDENCE_BY_PERSON, CONFIDENCE_OF_CANDIDATE, type Memory, type MemoryType } from '../memory/memory.ts';
import { findNearTwin, findTwin, insertMemory, type NewMemory } from '../memory/memory-store.ts';
import { isReservedName } from '../projects/project.ts';
import { type FlaggedConflict, flagConflicts } from '../review/flag-conflicts.ts';
import { type CandidateEvidence, countCandidateAgain, enqueueCandidate } from '../review/queue.ts';
import type { Act } from '../storage/history.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';

export interface NewMemoryInput {
  content: string;
  type: MemoryType;
  project?: string | undefined;
  tags?: string[] | undefined;
  valid_until?: string | undefined;
  source?: string | undefined;
  /** Where a rule took it from: interaction, rule, extractor version, documents by address. */
  provenance?: Record<string, unknown> | undefined;
  /** Id of the active memory that this one takes the place of when a person accepts it. */
  supersedes?: string | undefined;
}

export interface AddedMemory {
  memory: Memory;
  duplicate_of?: string;
  conflicts: FlaggedConflict[];
  /** The item that waits for a person, for a candidate. */
  review_item?: string;
}

/**
 * Adds a memory: active when a person adds it, else a candidate with its item in the review queue. The same words with the same status
 * are not stored twice: the answer is the one that is there; a candidate that nearly repeats a pending one only raises its count. A
 * candidate beside its active twin is allowed (case C26), and so is a person's near twin; both are named in `duplicate_of`.
 * Throws UNKNOWN_PROJECT with near names, and CONFLICT when a person has taken up every item of a full queue.
 */
export async function addMemory(
  app: AtoCore,
  input: NewMemoryInput,
  options: { byPerson: boolean; act: Act; evidence?: CandidateEvidence },
): Promise<AddedMemory> {
  const project = resolveScope(app, input.project);
  return app.withStore((store) =>
    store.write(() =>
      options.byPerson
        ? addActive(app, store, { ...input, project }, options.act)
        : addCandidate(app, store, { ...input, project }, options),
    ),
  );
}

/** An input whose project is a canonical id, or empty. */
type Scoped = NewMemoryInput & { project: string };

function addActive(app: AtoCore, store: Store, input: Scoped, act: Act): AddedMemory {
  const twin = findTwin(store.db, input, 'active');
  if (twin) return { memory: twin, duplicate_of: twin.id, conflicts: [] };
  const near = findNearTwin(store.db, input, 'active');
  const memory = insertMemory(store.db, rowOf(input, 'active', CONFIDENCE_BY_PERSON), act);
  const conflicts = flagConflicts(store.db, memory, act, logFault(app));
  return { memory, ...(near ? { duplicate_of: near.id } : {}), conflicts };
}

/** `addMemory` for a candidate, inside the caller's write transaction. */
export function addCandidate(
  app: AtoCore,
  store: Store,
  input: Scoped,
  { act, evidence = {} }: { act: Act; evidence?: CandidateEvidence },
): AddedMemory {
  const twin = findTwin(store.db, input, 'candidate') ?? findNearTwin(store.db, input, 'candidate');
  if (twin) {
    const item = countCandidateAgain(store.db, twin);
    return { memory: twin, duplicate_of: twin.id, conflicts: [], ...(item ? { review_item: item.id } : {}) };
  }
  const active = findTwin(store.db, input, 'active') ?? findNearTwin(store.db, input, 'active');
  const memory = insertMemory(store.db, rowOf(input, 'candidate', CONFIDENCE_OF_CANDIDATE), act);
  const item = enqueueCandidate(store.db, memory, evidence, app.config.review_cap, act);
  const conflicts = flagConflicts(store.db, memory, act, logFault(app));
  return { memory, ...(active ? { duplicate_of: active.id } : {}), conflicts, review_item: item.id };
}

function rowOf(input: Scoped, status: 'active' | 'candidate', confidence: number): NewMemory {
  const { content, type, project, tags = [], valid_until = null, source = null, provenance = {} } = input;
  const supersedes = input.supersedes ?? null;
  return { content, type, project, status, confidence, tags, valid_until, source, provenance, supersedes };
}

/** A fault of the conflict check is logged and blocks nothing (case C32). */
export function logFault(app: AtoCore): (error: unknown) => void {
  return (error) => app.log.warn({ err: error }, 'The check for conflicts failed; the write went on without it.');
}

/** The canonical id of a write's project; empty, absent and `inbox` are the global scope. Throws UNKNOWN_PROJECT (case C03). */
export function resolveScope(app: AtoCore, name: string | undefined): string {
  if (name === undefined || isReservedName(name)) return '';
  return app.registry.load().get(name).id;
}
