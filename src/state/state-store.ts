import { AtoError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type Database, sql } from '../storage/database.ts';
import { type Act, appendHistory, type HistoryRow, listHistory } from '../storage/history.ts';
import { STATE_CATEGORIES, type StateCategory, type StateEntry } from './entry.ts';

interface StateRow extends Omit<StateEntry, 'sources'> {
  sources: string;
}

const toEntry = (row: StateRow): StateEntry => ({ ...row, sources: JSON.parse(row.sources) as string[] });

/** The subject of history rows of one fact, all its versions. */
export function stateSubject(project: string, category = '', key = ''): string {
  return `state:${project}/${category && `${category}/`}${key.toLowerCase()}`;
}

/** The active version of one fact; the key's letter case does not matter. */
export function findState(db: Database, project: string, category: StateCategory, key: string): StateEntry | undefined {
  const row = sql(
    db,
    `SELECT * FROM state_entries WHERE project = ? AND category = ? AND key = ? COLLATE NOCASE AND status = 'active'`,
  ).get(project, category, key) as StateRow | undefined;
  return row && toEntry(row);
}

/** One version of a fact by its id, whatever became of it. */
export function findEntry(db: Database, id: string): StateEntry | undefined {
  const row = sql(db, 'SELECT * FROM state_entries WHERE id = ?').get(id) as StateRow | undefined;
  return row && toEntry(row);
}

/**
 * Facts of a project, newest first inside their category. Without `asOf` the active ones; with it (ISO-8601 UTC) those that were
 * active at that instant, whatever became of them.
 */
export function listState(
  db: Database,
  project: string,
  options: { category?: StateCategory | undefined; asOf?: string | undefined } = {},
): StateEntry[] {
  const { category, asOf } = options;
  const time = asOf === undefined ? `status = 'active'` : 'since <= @asOf AND (until IS NULL OR until > @asOf)';
  const rows = sql(
    db,
    `SELECT * FROM state_entries WHERE project = @project AND ${time} ${category ? 'AND category = @category' : ''}
     ORDER BY category, since DESC, key`,
  ).all({ project, ...(category ? { category } : {}), ...(asOf === undefined ? {} : { asOf }) }) as StateRow[];
  return rows.map(toEntry);
}

export interface StateWrite {
  project: string;
  category: StateCategory;
  key: string;
  value: string;
  sources?: readonly string[];
}

/**
 * Sets a fact; the version before becomes superseded in the same transaction. Setting the value that is already active changes
 * nothing and writes no history. Call inside a write transaction.
 */
export function setState(db: Database, write: StateWrite, act: Act): { entry: StateEntry; superseded?: StateEntry } {
  const before = findState(db, write.project, write.category, write.key);
  if (before && before.value === write.value) return { entry: before };
  if (before) closeEntry(db, before.id, 'superseded', act.at);
  const entry: StateEntry = {
    id: newId('st', new Date(act.at)),
    project: write.project,
    category: write.category,
    key: before?.key ?? write.key,
    value: write.value,
    status: 'active',
    reason: act.reason,
    sources: [...(write.sources ?? [])],
    approved_by: act.actor,
    since: act.at,
    until: null,
  };
  sql(
    db,
    `INSERT INTO state_entries (id, project, category, key, value, status, reason, sources, approved_by, since, until)
     VALUES (@id, @project, @category, @key, @value, @status, @reason, @sources, @approved_by, @since, @until)`,
  ).run({ ...entry, sources: JSON.stringify(entry.sources) });
  recordChange(db, before ? 'superseded' : 'set', before, entry, act);
  return before ? { entry, superseded: { ...before, status: 'superseded', until: act.at } } : { entry };
}

/** Takes a fact out of force; it stays in the history. Throws NOT_FOUND when none is active. */
export function removeState(db: Database, project: string, category: StateCategory, key: string, act: Act): StateEntry {
  const before = findState(db, project, category, key);
  if (!before) {
    throw new AtoError(
      'NOT_FOUND',
      `Project ${project} has no active ${category} with the key "${key}".`,
      `\`atocore state list ${project}\` shows what is active.`,
    );
  }
  closeEntry(db, before.id, 'invalid', act.at);
  const entry: StateEntry = { ...before, status: 'invalid', until: act.at };
  recordChange(db, 'removed', before, entry, act);
  return entry;
}

/** Every change of a project's state, or of one key in any category, oldest first. */
export function stateHistory(db: Database, project: string, key?: string): HistoryRow[] {
  const rows = listHistory(db, stateSubject(project), false);
  if (key === undefined) return rows;
  // A key may hold slashes, a category never does.
  const subjects = new Set(STATE_CATEGORIES.map((category) => stateSubject(project, category, key)));
  return rows.filter((row) => subjects.has(row.subject));
}

function closeEntry(db: Database, id: string, status: 'superseded' | 'invalid', until: string): void {
  sql(db, 'UPDATE state_entries SET status = ?, until = ? WHERE id = ?').run(status, until, id);
}

function recordChange(db: Database, action: string, before: StateEntry | undefined, after: StateEntry, act: Act): void {
  const subject = stateSubject(after.project, after.category, after.key);
  appendHistory(db, { subject, project: after.project, action, before, after }, act);
}
