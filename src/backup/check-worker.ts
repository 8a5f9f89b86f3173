import { parentPort, workerData } from 'node:worker_threads';
import { type CheckAnswer, checkHere } from './check-database.ts';

/* Checks one database file and ends: seconds of work in one piece, during which a service goes on answering. */
let answer: CheckAnswer;
try {
  answer = { checks: checkHere(workerData as string) };
} catch (error) {
  answer = { error: (error as Error).message, code: (error as NodeJS.ErrnoException).code };
}
parentPort?.postMessage(answer);
