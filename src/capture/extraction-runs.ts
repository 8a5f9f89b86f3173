import { type Database, sql } from '../storage/database.ts';

/** What one extraction did. Times are ISO-8601 UTC; `error` is the code that ended it early. */
export interface ExtractionRun {
  extractor: string;
  started_at: string;
  finished_at: string;
  interactions: number;
  candidates: number;
  dropped: Record<string, number>;
  error: string | null;
}

/** Older ones say nothing that anybody asks for. */
const RUNS_KEPT = 200;

export function recordRun(db: Database, run: ExtractionRun): void {
  const { lastInsertRowid } = sql(
    db,
    `INSERT INTO extraction_runs (extractor, started_at, finished_at, interactions, candidates, dropped, error)
     VALUES (@extractor, @started_at, @finished_at, @interactions, @candidates, @dropped, @error)`,
  ).run({ ...run, dropped: JSON.stringify(run.dropped) });
  sql(db, 'DELETE FROM extraction_runs WHERE id <= ?').run(Number(lastInsertRowid) - RUNS_KEPT);
}

export function lastRun(db: Database): ExtractionRun | undefined {
  const row = sql(
    db,
    `SELECT extractor, started_at, finished_at, interactions, candidates, dropped, error FROM extraction_runs
     ORDER BY id DESC LIMIT 1`,
  ).get() as (Omit<ExtractionRun, 'dropped'> & { dropped: string }) | undefined;
  return row && { ...row, dropped: JSON.parse(row.dropped) as Record<string, number> };
}

/** How many turns wait for an extractor. */
export function countUnextracted(db: Database): number {
  return (sql(db, 'SELECT count(*) AS n FROM interactions WHERE extracted_by IS NULL').get() as { n: number }).n;
}

/** How many candidates the turns of one session have given, whatever became of them. */
export function countOfSession(db: Database, turn: { client: string; session_id: string }): number {
  return (
    sql(
      db,
      `SELECT count(*) AS n FROM interactions i
       JOIN memories m ON json_extract(m.provenance, '$.interaction') = i.id WHERE i.client = ? AND i.session_id = ?`,
    ).get(turn.client, turn.session_id) as { n: number }
  ).n;
}
