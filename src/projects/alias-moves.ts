import { type Database, sql } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import { appendHistory } from '../storage/history.ts';
import { foldName } from './project.ts';

/** Tables whose rows carry a project name, and so would vanish from sight when that name becomes an alias (case C04). */
const TABLES = ['state_entries', 'memories', 'interactions', 'review_items'] as const;
type MovedTable = (typeof TABLES)[number];
/** Follows what it tells of, and is not counted as something that moves by itself. */
const HISTORY = 'history';

export interface AliasMove {
  table: MovedTable;
  rows: number;
}

/** Two active facts under one key, one on each side, that say different things: nobody but a person can choose. */
export interface TwinConflict {
  category: string;
  key: string;
  alias: string;
  values: [string, string];
}

interface StoredNames {
  table: MovedTable;
  name: string;
  rows: number;
}

/** The identity of a fact's key: SQLite's NOCASE, which folds ASCII letters and no others. */
const placeOf = (row: { category: string; key: string }) =>
  `${row.category}/${row.key.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())}`;

/** Counts the rows that registering `names` for `id` would move. Changes nothing. */
export function planAliasMoves(db: Database, id: string, names: readonly string[]): AliasMove[] {
  const moves = new Map<MovedTable, number>();
  for (const stored of storedUnder(db, id, names))
    moves.set(stored.table, (moves.get(stored.table) ?? 0) + stored.rows);
  return [...moves].map(([table, rows]) => ({ table, rows }));
}

/** Active facts that would stand twice with different values after the move. */
export function findTwinConflicts(db: Database, id: string, names: readonly string[]): TwinConflict[] {
  const sides = [
    ...new Set([
      id,
      ...storedUnder(db, id, names)
        .filter((stored) => stored.table === 'state_entries')
        .map((stored) => stored.name),
    ]),
  ];
  const kept = new Map<string, { value: string; name: string }>();
  const conflicts: TwinConflict[] = [];
  for (const name of sides) {
    for (const row of activeState(db, name)) {
      const place = placeOf(row);
      const twin = kept.get(place);
      if (!twin) kept.set(place, { value: row.value, name });
      else if (twin.value !== row.value)
        conflicts.push({ category: row.category, key: row.key, alias: name, values: [twin.value, row.value] });
    }
  }
  return conflicts;
}

/**
 * Moves every row stored under one of the names to the canonical id. Twins: an active fact of the same value stays once, the other
 * becomes superseded; an active memory with the same words becomes superseded by the one already there; rows that are superseded or
 * invalid move as they are. History keeps its rows, under the new name. Call inside a write transaction, after `findTwinConflicts` found none.
 */
export function moveAliases(db: Database, id: string, names: readonly string[], act: Act): AliasMove[] {
  const plan = planAliasMoves(db, id, names);
  for (const { table, name } of storedUnder(db, id, names)) {
    if (table === 'state_entries') closeStateTwins(db, id, name, act);
    if (table === 'memories') closeMemoryTwins(db, id, name, act);
    if (table === 'review_items') moveSubjects(db, table, id, name);
    sql(db, `UPDATE ${table} SET project = ? WHERE project = ?`).run(id, name);
  }
  for (const { name } of namesStored(db, HISTORY, id, names)) {
    moveSubjects(db, HISTORY, id, name);
    sql(db, 'UPDATE history SET project = ? WHERE project = ?').run(id, name);
  }
  if (plan.length > 0) {
    appendHistory(
      db,
      { subject: `project:${id}`, project: id, action: 'aliases moved', before: { names }, after: { moves: plan } },
      act,
    );
  }
  return plan;
}

function storedUnder(db: Database, id: string, names: readonly string[]): StoredNames[] {
  return TABLES.flatMap((table) => namesStored(db, table, id, names).map((stored) => ({ table, ...stored })));
}

/** The spellings of the names under which a table holds rows, without the canonical one. */
function namesStored(
  db: Database,
  table: MovedTable | typeof HISTORY,
  id: string,
  names: readonly string[],
): { name: string; rows: number }[] {
  const wanted = new Set(names.map(foldName));
  const stored = sql(
    db,
    `SELECT project AS name, count(*) AS rows FROM ${table} WHERE project <> ? AND project <> '' GROUP BY project`,
  ).all(id) as { name: string; rows: number }[];
  return stored.filter(({ name }) => wanted.has(foldName(name)));
}

interface ActiveState {
  id: string;
  category: string;
  key: string;
  value: string;
}

function activeState(db: Database, project: string): ActiveState[] {
  return sql(db, `SELECT id, category, key, value FROM state_entries WHERE project = ? AND status = 'active'`).all(
    project,
  ) as ActiveState[];
}

/** What is said about a fact names its project: left as it is, the fact would have lost its history and its open proposals. */
function moveSubjects(db: Database, table: typeof HISTORY | 'review_items', id: string, name: string): void {
  const from = `state:${name}/`;
  sql(
    db,
    `UPDATE ${table} SET subject = ? || substr(subject, length(?) + 1) WHERE project = ? AND substr(subject, 1, length(?)) = ?`,
  ).run(`state:${id}/`, from, name, from, from);
}

function closeStateTwins(db: Database, id: string, name: string, act: Act): void {
  const kept = new Set(activeState(db, id).map(placeOf));
  for (const row of activeState(db, name)) {
    if (!kept.has(placeOf(row))) continue;
    sql(db, `UPDATE state_entries SET status = 'superseded', until = ? WHERE id = ?`).run(act.at, row.id);
    appendHistory(
      db,
      {
        subject: `state:${id}/${row.category}/${row.key.toLowerCase()}`,
        project: id,
        action: 'superseded by its twin',
        before: row,
        after: { ...row, status: 'superseded' },
      },
      act,
    );
  }
}

function closeMemoryTwins(db: Database, id: string, name: string, act: Act): void {
  const twins = sql(
    db,
    `SELECT mine.id, mine.content FROM memories mine JOIN memories theirs
       ON theirs.normalized = mine.normalized AND theirs.type = mine.type AND theirs.status = 'active' AND theirs.project = ?
     WHERE mine.project = ? AND mine.status = 'active'`,
  ).all(id, name) as { id: string; content: string }[];
  for (const twin of twins) {
    sql(db, `UPDATE memories SET status = 'superseded', updated_at = ? WHERE id = ?`).run(act.at, twin.id);
    appendHistory(
      db,
      {
        subject: `memory:${twin.id}`,
        project: id,
        action: 'superseded by its twin',
        before: { ...twin, status: 'active' },
        after: { ...twin, status: 'superseded' },
      },
      act,
    );
  }
}
