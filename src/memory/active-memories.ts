import { type Database, sql } from '../storage/database.ts';
import type { Memory } from './memory.ts';
import { listMemories } from './memory-store.ts';

interface Remembered {
  stamp: string;
  scopes: Map<string, readonly Memory[]>;
}

const remembered = new WeakMap<Database, Remembered>();

/**
 * Active memories of a project and of the global scope, newest first, read again only when a memory may have changed: every change
 * appends to the history (case C31), in whatever process, and an erasure changes their number. Expired ones are among them.
 */
export function listActiveMemories(db: Database, project: string): readonly Memory[] {
  const stamp = Object.values(
    sql(
      db,
      `SELECT (SELECT max(id) FROM history) AS newest, (SELECT count(*) FROM memories) AS n, (SELECT max(rowid) FROM memories) AS last`,
    ).get() as object,
  ).join('-');
  let known = remembered.get(db);
  if (known?.stamp !== stamp) {
    known = { stamp, scopes: new Map() };
    remembered.set(db, known);
  }
  let memories = known.scopes.get(project);
  if (!memories) {
    memories = listMemories(db, { status: 'active', project, withGlobal: true });
    known.scopes.set(project, memories);
  }
  return memories;
}
