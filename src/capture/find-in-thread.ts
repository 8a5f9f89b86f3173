import { Worker } from 'node:worker_threads';
import { findWorkerFile } from '../core/worker-file.ts';
import type { ExtractTurn } from './extract.ts';
import type { Found } from './extract-collector.ts';

/** The thread waits so long for the next turn before it ends; it never keeps the process alive meanwhile. */
const IDLE_MS = 60_000;

interface Thread {
  worker: Worker;
  /** Answers come in the order of the turns. */
  waiting: PromiseWithResolvers<Found>[];
  idle: NodeJS.Timeout | undefined;
}

let thread: Thread | undefined;

/**
 * What the rules find in a turn, in a thread of its own: the first turn compiles all their patterns, which takes the best part of a
 * second, and whoever asks this process for a context meanwhile must not wait for that. Throws when the thread ends.
 */
export async function findInThread(turn: ExtractTurn): Promise<Found> {
  const file = findWorkerFile('extract-worker', import.meta.url);
  if (!file) return (await import('./extract.ts')).findCandidates(turn);
  thread ??= startThread(file);
  const { worker, waiting, idle } = thread;
  clearTimeout(idle);
  worker.ref();
  const answer = Promise.withResolvers<Found>();
  waiting.push(answer);
  worker.postMessage(turn);
  return answer.promise;
}

function startThread(file: URL): Thread {
  const started: Thread = { worker: new Worker(file, { execArgv: [] }), waiting: [], idle: undefined };
  const end = (error: Error) => {
    if (thread === started) thread = undefined;
    for (const turn of started.waiting.splice(0)) turn.reject(error);
  };
  started.worker.on('message', (found: Found) => {
    started.waiting.shift()?.resolve(found);
    if (started.waiting.length === 0) rest(started);
  });
  started.worker.on('error', end);
  started.worker.on('exit', () => end(new Error('the thread that looks for candidates ended')));
  return started;
}

function rest(resting: Thread): void {
  resting.worker.unref();
  resting.idle = setTimeout(() => {
    if (resting.waiting.length > 0) return;
    if (thread === resting) thread = undefined;
    void resting.worker.terminate();
  }, IDLE_MS);
  resting.idle.unref();
}
