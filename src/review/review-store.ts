import { AtoError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { MemoryChange } from '../memory/memory-store.ts';
import type { StateCategory } from '../state/entry.ts';
import { type Database, sql } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';

export const REVIEW_KINDS = ['memory_candidate', 'state_proposal', 'conflict', 'decayed_memory'] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];
export type ReviewStatus = 'pending' | 'accepted' | 'rejected' | 'merged' | 'expired';

/** What every kind carries: why it is here, and the words of the source, verbatim, when there are any. */
export interface Evidence {
  evidence: string;
  quote: string | null;
  /** SHA-256 of each named source document at the time of the proposal, by its `atocore://` address. */
  source_hashes: Record<string, string>;
}

export interface CandidatePayload extends Evidence {
  memory: string;
  /** How often the same was proposed. */
  seen: number;
}

export interface ProposalPayload extends Evidence {
  category: StateCategory;
  key: string;
  value: string;
  reason: string;
  sources: string[];
  /** The value in force when it was proposed. */
  current: string | null;
}

export interface ConflictPayload extends Evidence {
  memory: string;
  against: { kind: 'memory' | 'state'; id: string; ref: string };
}

export interface DecayPayload extends Evidence {
  memory: string;
  /** What its confidence was worth when it was put up. */
  effective: number;
}

interface Payloads {
  memory_candidate: CandidatePayload;
  state_proposal: ProposalPayload;
  conflict: ConflictPayload;
  decayed_memory: DecayPayload;
}

/** A step that takes back what a decision did; `history` is the newest history row of its subject right after it. */
export type UndoStep =
  | { kind: 'memory'; id: string; before: MemoryChange; history: number }
  | { kind: 'state'; category: StateCategory; key: string; before: string | null; sources: string[]; history: number };

export interface Resolution {
  decision: string;
  reason: string;
  merged_into?: string;
  undo: UndoStep[];
}

interface ItemOf<Kind extends ReviewKind> {
  id: string;
  kind: Kind;
  project: string;
  /** What it is about; at most one pending item stands for one subject. */
  subject: string;
  payload: Payloads[Kind];
  status: ReviewStatus;
  created_at: string;
  /** When a person last took it up without deciding for good; such an item never expires by itself. */
  touched_at: string | null;
  resolved_at: string | null;
  resolved_by: string | null;
  resolution: Resolution | null;
}

/** One thing that waits, or waited, for a person. */
export type ReviewItem = { [Kind in ReviewKind]: ItemOf<Kind> }[ReviewKind];

type ReviewRow = Omit<ReviewItem, 'payload' | 'resolution'> & { payload: string; resolution: string | null };

const toItem = (row: ReviewRow): ReviewItem =>
  ({
    ...row,
    payload: JSON.parse(row.payload) as unknown,
    resolution: row.resolution === null ? null : (JSON.parse(row.resolution) as unknown),
  }) as ReviewItem;

export function getItem(db: Database, id: string): ReviewItem {
  const row = sql(db, 'SELECT * FROM review_items WHERE id = ?').get(id) as ReviewRow | undefined;
  if (!row)
    throw new AtoError(
      'NOT_FOUND',
      `No review item has the id "${id.slice(0, 80)}".`,
      '`atocore review list` shows what waits.',
    );
  return toItem(row);
}

/** Pending items, oldest first. */
export function listPending(
  db: Database,
  filter: { project?: string | undefined; kinds?: readonly ReviewKind[] | undefined } = {},
): ReviewItem[] {
  const { project, kinds } = filter;
  const rows = sql(
    db,
    `SELECT * FROM review_items WHERE status = 'pending' ${project === undefined ? '' : 'AND project = @project'}
     ${kinds ? 'AND kind IN (SELECT value FROM json_each(@kinds))' : ''} ORDER BY created_at, rowid`,
  ).all({
    ...(project === undefined ? {} : { project }),
    ...(kinds ? { kinds: JSON.stringify(kinds) } : {}),
  }) as ReviewRow[];
  return rows.map(toItem);
}

/** Items about one subject, newest first. */
export function itemsAbout(db: Database, subject: string): ReviewItem[] {
  const rows = sql(db, 'SELECT * FROM review_items WHERE subject = ? ORDER BY created_at DESC, rowid DESC').all(
    subject,
  );
  return (rows as ReviewRow[]).map(toItem);
}

/** Puts an item into the queue. Call inside a write transaction. */
export function insertItem<Kind extends ReviewKind>(
  db: Database,
  fresh: { kind: Kind; project: string; subject: string; payload: Payloads[Kind] },
  act: Act,
): ItemOf<Kind> {
  const id = newId('rev', new Date(act.at));
  sql(
    db,
    `INSERT INTO review_items (id, kind, project, subject, payload, status, created_at) VALUES (?, ?, ?, ?, ?, 'pending', ?)`,
  ).run(id, fresh.kind, fresh.project, fresh.subject, JSON.stringify(fresh.payload), act.at);
  return getItem(db, id) as ItemOf<Kind>;
}

export function replacePayload(db: Database, item: ReviewItem, payload: ReviewItem['payload']): void {
  sql(db, 'UPDATE review_items SET payload = ? WHERE id = ?').run(JSON.stringify(payload), item.id);
}

/** Closes a pending item with everything that is needed to take the decision back. */
export function closeItem(
  db: Database,
  item: ReviewItem,
  status: Exclude<ReviewStatus, 'pending'>,
  resolution: Resolution,
  act: Act,
): void {
  sql(db, 'UPDATE review_items SET status = ?, resolved_at = ?, resolved_by = ?, resolution = ? WHERE id = ?').run(
    status,
    act.at,
    act.actor,
    JSON.stringify(resolution),
    item.id,
  );
}

export function reopenItem(db: Database, item: ReviewItem, act: Act): void {
  sql(
    db,
    `UPDATE review_items SET status = 'pending', touched_at = ?, resolved_at = NULL, resolved_by = NULL, resolution = NULL
     WHERE id = ?`,
  ).run(act.at, item.id);
}

/** How many items wait, in all and by kind, and since when. */
export function countPending(
  db: Database,
  project?: string,
): { pending: number; counts: Record<ReviewKind, number>; oldest: string | null } {
  const rows = sql(
    db,
    `SELECT kind, count(*) AS n, min(created_at) AS oldest FROM review_items
     WHERE status = 'pending' ${project === undefined ? '' : 'AND project = ?'} GROUP BY kind`,
  ).all(...(project === undefined ? [] : [project])) as { kind: ReviewKind; n: number; oldest: string }[];
  const counts = { memory_candidate: 0, state_proposal: 0, conflict: 0, decayed_memory: 0 };
  for (const row of rows) counts[row.kind] = row.n;
  return {
    pending: rows.reduce((sum, row) => sum + row.n, 0),
    counts,
    oldest: rows.map((row) => row.oldest).sort()[0] ?? null,
  };
}

/**
 * Removes every item about a memory, also a resolved one: its payload may hold the memory's words. What waits about another memory and
 * only names this one stays, without its words. Answers how many went. Call inside a write transaction.
 */
export function removeItemsNaming(db: Database, memoryId: string): number {
  const rows = sql(
    db,
    `SELECT * FROM review_items WHERE instr(subject, @id) > 0 OR instr(payload, @id) > 0 OR instr(coalesce(resolution, ''), @id) > 0`,
  ).all({ id: memoryId }) as ReviewRow[];
  let removed = 0;
  for (const item of rows.map(toItem)) {
    if (item.kind === 'memory_candidate' && item.status === 'pending' && item.payload.memory !== memoryId) {
      replacePayload(db, item, { ...item.payload, evidence: withoutOther(item.payload.evidence) });
      continue;
    }
    sql(db, 'DELETE FROM review_items WHERE id = ?').run(item.id);
    removed += 1;
  }
  return removed;
}

/** Evidence ends with the memory that a candidate would take the place of. */
function withoutOther(evidence: string): string {
  return `${evidence.split(/; (?:contradicts|replaces) /, 1)[0]}; the memory that it was to replace has been erased`;
}
