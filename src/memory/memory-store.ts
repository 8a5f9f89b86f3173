import { AtoError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { contentStems } from '../core/text.ts';
import { type Database, sql } from '../storage/database.ts';
import { type Act, appendHistory, type HistoryRow, listHistory } from '../storage/history.ts';
import { factOf, jaccard, memoryVersion, readFact, sameValues } from './fact.ts';
import { hasTag, type Memory, type MemoryStatus, type MemoryType, nextStatus, normalizeContent } from './memory.ts';

interface MemoryRow extends Omit<Memory, 'tags' | 'provenance'> {
  rowid: number;
  normalized: string;
  tags: string;
  provenance: string;
}

const toMemory = ({ rowid: _rowid, normalized: _normalized, ...row }: MemoryRow): Memory => ({
  ...row,
  tags: JSON.parse(row.tags) as string[],
  provenance: JSON.parse(row.provenance) as Record<string, unknown>,
});

export const memorySubject = (id: string) => `memory:${id}`;

export function findMemory(db: Database, id: string): Memory | undefined {
  const row = sql(db, 'SELECT * FROM memories WHERE id = ?').get(id) as MemoryRow | undefined;
  return row && toMemory(row);
}

export function getMemory(db: Database, id: string): Memory {
  const memory = findMemory(db, id);
  if (!memory)
    throw new AtoError(
      'NOT_FOUND',
      `No memory has the id "${id.slice(0, 80)}".`,
      '`atocore memory list` shows their ids.',
    );
  return memory;
}

export interface MemoryFilter {
  /** Canonical id; '' is the global scope only; undefined is everything. */
  project?: string | undefined;
  /** With a project: global memories too. */
  withGlobal?: boolean | undefined;
  type?: MemoryType | undefined;
  status?: MemoryStatus | undefined;
  tag?: string | undefined;
  query?: string | undefined;
  limit?: number | undefined;
}

/** Memories by filter, newest first; with a query those that share a word with it, best first. */
export function listMemories(db: Database, filter: MemoryFilter = {}): Memory[] {
  const where: string[] = ['1 = 1'];
  const values: Record<string, unknown> = {};
  if (filter.project !== undefined) {
    where.push(filter.withGlobal ? `m.project IN (@project, '')` : 'm.project = @project');
    values['project'] = filter.project;
  }
  if (filter.type) where.push('m.type = @type');
  if (filter.status) where.push('m.status = @status');
  Object.assign(values, filter.type && { type: filter.type }, filter.status && { status: filter.status });
  const match = filter.query === undefined ? undefined : matchExpression(filter.query);
  if (match === '') return [];
  if (match !== undefined) values['match'] = match;
  const from = match === undefined ? 'memories m' : 'memories_fts f JOIN memories m ON m.rowid = f.rowid';
  if (match !== undefined) where.push('memories_fts MATCH @match');
  const order = match === undefined ? 'm.created_at DESC, m.rowid DESC' : 'f.rank, m.rowid DESC';
  const rows = sql(db, `SELECT m.* FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${order}`).iterate(
    values,
  ) as IterableIterator<MemoryRow>;
  const found: Memory[] = [];
  for (const row of rows) {
    const memory = toMemory(row);
    if (filter.tag !== undefined && !hasTag(memory, filter.tag)) continue;
    found.push(memory);
    if (found.length >= (filter.limit ?? Number.POSITIVE_INFINITY)) break;
  }
  return found;
}

/** An FTS5 expression that any content word of the text satisfies; empty when it has none. Quoted, so that no operator gets in. */
export function matchExpression(text: string): string {
  return [...new Set(contentStems(text))]
    .slice(0, 64)
    .map((word) => `"${word}"`)
    .join(' OR ');
}

/** A memory with the same words, type, project and status, if there is one: duplicates are told per status (case C26). */
export function findTwin(
  db: Database,
  memory: { content: string; type: MemoryType; project: string },
  status: MemoryStatus,
): Memory | undefined {
  const row = sql(
    db,
    'SELECT * FROM memories WHERE normalized = ? AND status = ? AND project = ? AND type = ? ORDER BY rowid LIMIT 1',
  ).get(normalizeContent(memory.content), status, memory.project, memory.type) as MemoryRow | undefined;
  return row && toMemory(row);
}

/** Two memories say nearly the same from this overlap of their words on, when numbers and negation agree too. */
const NEAR_TWIN = 0.85;
const NEIGHBOURS_MAX = 50;

/** The memory of the same type, project and status that says nearly the same in other words, the nearest first; never one that differs in a number. */
export function findNearTwin(
  db: Database,
  memory: { id?: string; content: string; type: MemoryType; project: string },
  status: MemoryStatus,
): Memory | undefined {
  const { content, type, project } = memory;
  const fact = readFact(content);
  let nearest: { memory: Memory; overlap: number } | undefined;
  for (const other of listMemories(db, { project, type, status, query: content, limit: NEIGHBOURS_MAX })) {
    if (other.id === memory.id) continue;
    const known = factOf(memoryVersion(other), other.content);
    const overlap = jaccard(fact.stems, known.stems);
    if (overlap < NEAR_TWIN || !sameValues(fact, known)) continue;
    if (!nearest || overlap > nearest.overlap) nearest = { memory: other, overlap };
  }
  return nearest?.memory;
}

export interface NewMemory {
  project: string;
  type: MemoryType;
  status: 'candidate' | 'active';
  content: string;
  confidence: number;
  tags?: readonly string[];
  source?: string | null;
  provenance?: Record<string, unknown>;
  valid_until?: string | null;
  supersedes?: string | null;
}

/** Inserts a memory with its full-text row and its history row. Call inside a write transaction. */
export function insertMemory(db: Database, fresh: NewMemory, act: Act): Memory {
  const memory: Memory = {
    id: newId('mem', new Date(act.at)),
    project: fresh.project,
    type: fresh.type,
    status: fresh.status,
    content: fresh.content,
    tags: [...new Set(fresh.tags ?? [])],
    confidence: fresh.confidence,
    source: fresh.source ?? null,
    provenance: fresh.provenance ?? {},
    supersedes: fresh.supersedes ?? null,
    reference_count: 0,
    last_referenced_at: null,
    valid_until: fresh.valid_until ?? null,
    created_at: act.at,
    updated_at: act.at,
  };
  const { lastInsertRowid } = sql(
    db,
    `INSERT INTO memories (id, project, type, status, content, normalized, tags, confidence, source, provenance, supersedes,
       reference_count, last_referenced_at, valid_until, created_at, updated_at)
     VALUES (@id, @project, @type, @status, @content, @normalized, @tags, @confidence, @source, @provenance, @supersedes,
       @reference_count, @last_referenced_at, @valid_until, @created_at, @updated_at)`,
  ).run({
    ...memory,
    normalized: normalizeContent(memory.content),
    tags: JSON.stringify(memory.tags),
    provenance: JSON.stringify(memory.provenance),
  });
  sql(db, 'INSERT INTO memories_fts (rowid, content) VALUES (?, ?)').run(lastInsertRowid, memory.content);
  recordChange(db, 'added', undefined, memory, act);
  return memory;
}

/** What may change of a memory. Its words change only while it is under review. */
export type MemoryChange = Partial<
  Pick<
    Memory,
    | 'status'
    | 'content'
    | 'valid_until'
    | 'confidence'
    | 'project'
    | 'supersedes'
    | 'reference_count'
    | 'last_referenced_at'
  >
>;

/** Changes a memory; answers it with the id of its history row. Call inside a write transaction. */
export function updateMemory(
  db: Database,
  before: Memory,
  change: MemoryChange,
  action: string,
  act: Act,
): { memory: Memory; historyId: number } {
  const memory: Memory = { ...before, ...change, updated_at: act.at };
  if (memory.content !== before.content) replaceWords(db, before, memory.content);
  sql(
    db,
    `UPDATE memories SET status = @status, content = @content, normalized = @normalized, valid_until = @valid_until,
       confidence = @confidence, project = @project, supersedes = @supersedes, reference_count = @reference_count,
       last_referenced_at = @last_referenced_at, updated_at = @updated_at WHERE id = @id`,
  ).run({ ...memory, normalized: normalizeContent(memory.content), tags: null, provenance: null });
  return { memory, historyId: recordChange(db, action, before, memory, act) };
}

/** An external-content full-text table is told the old words before it gets the new ones. */
function replaceWords(db: Database, before: Memory, content: string): void {
  const { rowid } = sql(db, 'SELECT rowid FROM memories WHERE id = ?').get(before.id) as { rowid: number };
  sql(db, `INSERT INTO memories_fts (memories_fts, rowid, content) VALUES ('delete', ?, ?)`).run(rowid, before.content);
  sql(db, 'INSERT INTO memories_fts (rowid, content) VALUES (?, ?)').run(rowid, content);
}

export type ReviseAction = 'supersede' | 'invalidate' | 'expire';

/**
 * Supersedes, invalidates or expires one memory by its id; nothing is ever deleted. Superseding with `content` makes the successor in
 * the same transaction. The same call twice answers the same and writes no second history row (case C30).
 * Throws NOT_FOUND for an unknown id and CONFLICT for one that is no longer active.
 */
export function reviseMemory(
  db: Database,
  id: string,
  revision: { action: ReviseAction; content?: string | undefined; successorStatus?: 'active' | 'candidate' },
  act: Act,
): { memory: Memory; successor?: Memory; historyId: number } {
  const before = getMemory(db, id);
  const repeated = repeatedRevision(db, before, revision);
  if (repeated) return repeated;
  const status = nextStatus(before.status, revision.action);
  if (!status) {
    throw new AtoError(
      'CONFLICT',
      `Memory ${id} is ${before.status}; only an active one can be changed by ${revision.action}.`,
      `\`atocore memory history ${id}\` shows what happened to it.`,
      { status: before.status },
    );
  }
  if (
    revision.action === 'supersede' &&
    revision.content !== undefined &&
    normalizeContent(revision.content) === normalizeContent(before.content)
  ) {
    throw new AtoError(
      'CONFLICT',
      `Memory ${id} cannot be superseded by its own words.`,
      'Give the content that replaces it.',
    );
  }
  const change = revision.action === 'expire' ? { valid_until: act.at } : { status };
  const { memory, historyId } = updateMemory(db, before, change, revision.action, act);
  if (revision.action !== 'supersede' || revision.content === undefined) return { memory, historyId };
  const successor = insertMemory(
    db,
    {
      project: before.project,
      type: before.type,
      status: revision.successorStatus ?? 'active',
      content: revision.content,
      confidence: before.confidence,
      tags: before.tags,
      source: before.source,
      supersedes: before.id,
    },
    act,
  );
  return { memory, successor, historyId };
}

/** The memory that was written in place of another one. */
export function findSuccessor(db: Database, id: string): Memory | undefined {
  const row = sql(db, 'SELECT * FROM memories WHERE supersedes = ? ORDER BY rowid DESC LIMIT 1').get(id) as
    | MemoryRow
    | undefined;
  return row && toMemory(row);
}

function repeatedRevision(
  db: Database,
  memory: Memory,
  revision: { action: ReviseAction; content?: string | undefined },
): { memory: Memory; successor?: Memory; historyId: number } | undefined {
  const last = listHistory(db, memorySubject(memory.id)).at(-1);
  if (last?.action !== revision.action) return undefined;
  const successor = findSuccessor(db, memory.id);
  if ((revision.content ?? undefined) !== (revision.action === 'supersede' ? successor?.content : revision.content))
    return undefined;
  return { memory, historyId: last.id, ...(successor ? { successor } : {}) };
}

export function memoryHistory(db: Database, id: string): HistoryRow[] {
  getMemory(db, id);
  return listHistory(db, memorySubject(id));
}

function recordChange(db: Database, action: string, before: Memory | undefined, after: Memory, act: Act): number {
  return appendHistory(db, { subject: memorySubject(after.id), project: after.project, action, before, after }, act);
}
