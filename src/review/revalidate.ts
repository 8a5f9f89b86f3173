import { conflictBetween, conflictWithState, memoryUri } from '../memory/conflicts.ts';
import { factOf, memoryVersion, sameValues, sharedCount } from '../memory/fact.ts';
import type { Memory } from '../memory/memory.ts';
import { findMemory, findNearTwin, findTwin } from '../memory/memory-store.ts';
import { findEntry, findState, listState } from '../state/state-store.ts';
import { type Database, sql } from '../storage/database.ts';
import type { ReviewItem } from './review-store.ts';

/** A candidate repeats trusted state when the entry holds this share of its words. */
const SAID_BY_STATE = 0.85;

/** Why an item needs a second look, or null: its question is gone, it is already true, or what it rests on has changed. */
export function staleReason(db: Database, item: ReviewItem): string | null {
  const moot = mootReason(db, item);
  if (moot) return moot;
  const memory = item.kind === 'memory_candidate' ? findMemory(db, item.payload.memory) : undefined;
  const known = memory && alreadyTrue(db, memory);
  if (known) return known;
  if (item.kind === 'state_proposal') {
    const current = findState(db, item.project, item.payload.category, item.payload.key)?.value ?? null;
    if (current !== item.payload.current) return 'trusted state has changed since it was proposed';
  }
  for (const [source, hash] of Object.entries(item.payload.source_hashes)) {
    const now = hashOf(db, source);
    if (now === undefined) return `its source ${source} is gone`;
    if (now !== hash) return `its source ${source} has changed since`;
  }
  return null;
}

function alreadyTrue(db: Database, memory: Memory): string | undefined {
  const twin = findTwin(db, memory, 'active') ?? findNearTwin(db, memory, 'active');
  if (twin) return `already true: ${memoryUri(twin.id)} says the same`;
  const fact = factOf(memoryVersion(memory), memory.content);
  const entry = (memory.project === '' ? [] : listState(db, memory.project)).find((known) => {
    const said = factOf(`${known.id}#whole`, `${known.category} ${known.key} ${known.value}`);
    const values = factOf(known.id, known.value);
    return sharedCount(said.stems, fact.stems) >= SAID_BY_STATE * fact.stems.size && sameValues(values, fact);
  });
  return entry && `already true: trusted state says so (${entry.category} · ${entry.key})`;
}

/** Whether the question of an item still stands; otherwise why not. Pending items whose question is gone are closed by `closeMoot`. */
export function mootReason(db: Database, item: ReviewItem): string | undefined {
  if (item.kind === 'state_proposal') {
    const current = findState(db, item.project, item.payload.category, item.payload.key);
    return current?.value === item.payload.value ? 'trusted state already says so' : undefined;
  }
  const memory = findMemory(db, item.payload.memory);
  const wanted = item.kind === 'memory_candidate' ? 'candidate' : 'active';
  if (memory?.status !== wanted) return `the memory is ${memory?.status ?? 'gone'}`;
  if (item.kind === 'decayed_memory') return memory.reference_count > 0 ? 'it was referred to since' : undefined;
  return item.kind === 'conflict' ? settledConflict(db, item.project, memory, item.payload.against) : undefined;
}

function settledConflict(
  db: Database,
  project: string,
  memory: Memory,
  against: { kind: 'memory' | 'state'; id: string },
): string | undefined {
  if (against.kind === 'memory') {
    const other = findMemory(db, against.id);
    if (other?.status !== 'active') return `the other memory is ${other?.status ?? 'gone'}`;
    return conflictBetween(memory, other) ? undefined : 'they agree now';
  }
  const entry = findEntry(db, against.id);
  if (entry?.status !== 'active') return 'the state entry is no longer in force';
  return conflictWithState({ ...memory, project }, { ...entry, project }) ? undefined : 'they agree now';
}

/** What the named documents hold now, so that a review can tell whether they have changed since. Other sources have no hash. */
export function hashSources(db: Database, sources: readonly string[]): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const source of sources) {
    const hash = hashOf(db, source);
    if (hash !== undefined) hashes[source] = hash;
  }
  return hashes;
}

/** SHA-256 of the document that `atocore://documents/<id>` or `source:path` names; undefined for anything else. */
export function hashOf(db: Database, source: string): string | undefined {
  const id = /^atocore:\/\/documents\/(\d{1,15})(?:#.*)?$/.exec(source)?.[1];
  const [, name, path] = /^([a-z0-9][a-z0-9_-]*):(?!\/\/)([^#]+)/.exec(source) ?? [];
  const row = (
    id === undefined
      ? name === undefined
        ? undefined
        : sql(db, 'SELECT sha256 FROM documents WHERE source = ? AND path = ?').get(name, path)
      : sql(db, 'SELECT sha256 FROM documents WHERE id = ?').get(Number(id))
  ) as { sha256: string } | undefined;
  return row?.sha256;
}
