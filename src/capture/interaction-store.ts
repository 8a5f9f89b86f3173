import { AtoError } from '../core/errors.ts';
import { newId, sha256 } from '../core/ids.ts';
import { type Database, sql } from '../storage/database.ts';
import type { Interaction, Routing } from './interaction.ts';
import type { StorableTurn } from './prepare-turn.ts';

interface InteractionRow extends Omit<Interaction, 'project' | 'redacted_kinds' | 'routing'> {
  project: string;
  redacted_kinds: string;
  routing: string;
}

const toInteraction = (row: InteractionRow): Interaction => ({
  ...row,
  project: row.project === '' ? null : row.project,
  redacted_kinds: JSON.parse(row.redacted_kinds) as string[],
  routing: JSON.parse(row.routing) as Routing,
});

/** What makes a turn one turn, however often it is delivered. */
export interface TurnKey {
  client: string;
  session_id: string;
  turn_id: string;
}

export interface NewInteraction extends TurnKey, Omit<StorableTurn, 'skip'> {
  /** Canonical id; null when no project could be told for sure. */
  project: string | null;
  cwd: string | null;
  routing: Routing;
  /** ISO-8601 UTC. */
  captured_at: string;
}

export function findTurn(db: Database, { client, session_id, turn_id }: TurnKey): Interaction | undefined {
  const row = sql(db, 'SELECT * FROM interactions WHERE client = ? AND session_id = ? AND turn_id = ?').get(
    client,
    session_id,
    turn_id,
  ) as InteractionRow | undefined;
  return row && toInteraction(row);
}

/** The turn's key among what was erased; says nothing of the turn itself. */
export function turnDigest({ client, session_id, turn_id }: TurnKey): string {
  return sha256(JSON.stringify([client, session_id, turn_id]));
}

export function wasErased(db: Database, key: TurnKey): boolean {
  return sql(db, `SELECT 1 FROM erased WHERE kind = 'interaction' AND key = ?`).get(turnDigest(key)) !== undefined;
}

/** Inserts a turn unless it is there; answers the stored one. Call inside a write transaction. */
export function insertInteraction(
  db: Database,
  fresh: NewInteraction,
  now: Date,
): { interaction: Interaction; duplicate: boolean } {
  const known = findTurn(db, fresh);
  if (known) return { interaction: known, duplicate: true };
  const id = newId('int', now);
  sql(
    db,
    `INSERT INTO interactions (id, project, client, session_id, turn_id, prompt, response, cwd, redactions, redacted_kinds,
       private_passages, routing, captured_at)
     VALUES (@id, @project, @client, @session_id, @turn_id, @prompt, @response, @cwd, @redactions, @redacted_kinds,
       @private_passages, @routing, @captured_at)`,
  ).run({
    ...fresh,
    id,
    project: fresh.project ?? '',
    redacted_kinds: JSON.stringify(fresh.redacted_kinds),
    routing: JSON.stringify(fresh.routing),
  });
  return { interaction: getInteraction(db, id), duplicate: false };
}

export function findInteraction(db: Database, id: string): Interaction | undefined {
  const row = sql(db, 'SELECT * FROM interactions WHERE id = ?').get(id) as InteractionRow | undefined;
  return row && toInteraction(row);
}

export function getInteraction(db: Database, id: string): Interaction {
  const interaction = findInteraction(db, id);
  if (!interaction)
    throw new AtoError(
      'NOT_FOUND',
      `No interaction has the id "${id.slice(0, 80)}".`,
      '`atocore interaction list` shows their ids.',
    );
  return interaction;
}

/** Turns by filter, newest first. `project: null` lists those without one, undefined all. */
export function listInteractions(
  db: Database,
  filter: { project?: string | null | undefined; limit: number },
): Interaction[] {
  const rows = sql(
    db,
    `SELECT * FROM interactions ${filter.project === undefined ? '' : 'WHERE project = @project'}
     ORDER BY captured_at DESC, rowid DESC LIMIT @limit`,
  ).all({ limit: filter.limit, ...(filter.project === undefined ? {} : { project: filter.project ?? '' }) });
  return (rows as InteractionRow[]).map(toInteraction);
}

/** Ids of the turns before a moment (ISO-8601 UTC), oldest first. */
export function idsBefore(db: Database, before: string, project?: string | null): string[] {
  const rows = sql(
    db,
    `SELECT id FROM interactions WHERE captured_at < @before ${project === undefined ? '' : 'AND project = @project'}
     ORDER BY captured_at, rowid`,
  ).all({ before, ...(project === undefined ? {} : { project: project ?? '' }) });
  return (rows as { id: string }[]).map(({ id }) => id);
}

/** Removes turns; answers how many were there. Call inside a write transaction. */
export function removeInteractions(db: Database, ids: readonly string[]): number {
  let removed = 0;
  for (const id of ids) {
    sql(db, 'UPDATE memory_uses SET interaction_id = NULL WHERE interaction_id = ?').run(id);
    removed += sql(db, 'DELETE FROM interactions WHERE id = ?').run(id).changes;
  }
  return removed;
}

/** Notes that a turn was erased, so that a client that delivers it again does not bring it back. */
export function markTurnErased(db: Database, key: TurnKey, at: string): void {
  sql(db, `INSERT OR REPLACE INTO erased (kind, key, erased_at) VALUES ('interaction', ?, ?)`).run(turnDigest(key), at);
}

/**
 * Ids of turns to be read by an extractor, oldest first: without `since` those that none has read, wherever the last run ended (case
 * C22); with it (ISO-8601 UTC) all from that moment on.
 */
export function idsToExtract(db: Database, options: { since?: string | undefined; limit: number }): string[] {
  const where = options.since === undefined ? 'extracted_by IS NULL' : 'captured_at >= @since';
  const rows = sql(db, `SELECT id FROM interactions WHERE ${where} ORDER BY captured_at, rowid LIMIT @limit`).all(
    options.since === undefined ? { limit: options.limit } : options,
  );
  return (rows as { id: string }[]).map(({ id }) => id);
}

export function markExtracted(db: Database, id: string, extractor: string): void {
  sql(db, 'UPDATE interactions SET extracted_by = ? WHERE id = ?').run(extractor, id);
}

/** Ids of turns whose reply was not compared with the memories yet, oldest first. */
export function idsToReinforce(db: Database, limit: number): string[] {
  const rows = sql(
    db,
    'SELECT id FROM interactions WHERE reinforced_at IS NULL ORDER BY captured_at, rowid LIMIT ?',
  ).all(limit);
  return (rows as { id: string }[]).map(({ id }) => id);
}

export function markReinforced(db: Database, id: string, at: string): void {
  sql(db, 'UPDATE interactions SET reinforced_at = ? WHERE id = ?').run(at, id);
}
