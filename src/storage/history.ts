import { z } from 'zod';
import { type Database, sql } from './database.ts';

/** Who changed something and why; goes into the history row of the same transaction (case C31). */
export interface Act {
  actor: string;
  reason: string;
  /** ISO-8601 UTC. */
  at: string;
}

/** One change of a memory or of trusted state. `subject` is `memory:<id>` or `state:<project>/<category>/<key>`. */
export const historyRowSchema = z.object({
  id: z.number(),
  subject: z.string(),
  project: z.string(),
  action: z.string(),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
  actor: z.string(),
  reason: z.string(),
  at: z.string(),
});
export type HistoryRow = z.output<typeof historyRowSchema>;

/** Appends a row and answers its id. Called inside the transaction that makes the change. */
export function appendHistory(
  db: Database,
  change: { subject: string; project: string; action: string; before: unknown; after: unknown },
  act: Act,
): number {
  const json = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));
  const { lastInsertRowid } = sql(
    db,
    'INSERT INTO history (subject, project, action, before, after, actor, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(
    change.subject,
    change.project,
    change.action,
    json(change.before),
    json(change.after),
    act.actor,
    act.reason,
    act.at,
  );
  return Number(lastInsertRowid);
}

/** All changes of the subjects that start with `subject`, oldest first. */
export function listHistory(db: Database, subject: string, wholeSubject = true): HistoryRow[] {
  const rows = (
    wholeSubject
      ? sql(db, 'SELECT * FROM history WHERE subject = ? ORDER BY id').all(subject)
      : sql(db, 'SELECT * FROM history WHERE substr(subject, 1, length(?)) = ? ORDER BY id').all(subject, subject)
  ) as (Omit<HistoryRow, 'before' | 'after'> & { before: string | null; after: string | null })[];
  return rows.map((row) => ({
    ...row,
    before: row.before && JSON.parse(row.before),
    after: row.after && JSON.parse(row.after),
  }));
}
