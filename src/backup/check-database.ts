import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { findWorkerFile } from '../core/worker-file.ts';
import { type Database, openReadOnly } from '../storage/database.ts';
import type { Check } from './results.ts';

/** Starting a thread takes as long as checking so much. */
const IN_THREAD_BYTES_MIN = 8 * 1024 * 1024;

export type CheckAnswer = { checks: Check[] } | { error: string; code: string | undefined };

/** Integrity and foreign keys of an open database. */
export function checkDatabase(db: Database): Check[] {
  const integrity = (db.pragma('integrity_check(5)') as { integrity_check: string }[]).map(
    (row) => row.integrity_check,
  );
  const orphans = db.pragma('foreign_key_check') as unknown[];
  return [
    { name: 'integrity', ok: integrity.join() === 'ok', detail: integrity.join('; ') },
    { name: 'foreign_keys', ok: orphans.length === 0, detail: `${orphans.length} rows without their parent` },
  ];
}

/** `checkDatabase` of a file, read only; a large one in a thread. Throws the errors of the driver for what cannot be opened. */
export async function checkDatabaseFile(path: string): Promise<Check[]> {
  const isLarge = statSync(path).size >= IN_THREAD_BYTES_MIN;
  const file = isLarge ? findWorkerFile('check-worker', import.meta.url) : undefined;
  return file ? checkInThread(file, path) : checkHere(path);
}

export function checkHere(path: string): Check[] {
  const db = openReadOnly(path);
  try {
    return checkDatabase(db);
  } finally {
    db.close();
  }
}

async function checkInThread(file: URL, path: string): Promise<Check[]> {
  const worker = new Worker(file, { workerData: path, execArgv: [] });
  try {
    const [answer] = (await once(worker, 'message')) as [CheckAnswer];
    if ('checks' in answer) return answer.checks;
    throw Object.assign(new Error(answer.error), { code: answer.code });
  } finally {
    await worker.terminate();
  }
}
