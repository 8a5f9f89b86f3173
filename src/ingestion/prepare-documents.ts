import { Worker } from 'node:worker_threads';
import { findWorkerFile } from '../core/worker-file.ts';
import type { PrepareAnswer, PrepareTask } from './prepare-document.ts';

/** Starting a thread pays only for so many files. */
const WORKER_FILES_MIN = 48;
const BATCH = 8;
const BATCHES_AHEAD = 24;
/** A thread waits so long for the next project before it ends; it never keeps the process alive meanwhile. */
const IDLE_MS = 5_000;

let resting: Worker | undefined;

/**
 * Prepares files in order, in batches. Many files are prepared in a worker thread while the caller stores the batch before: reading and
 * parsing take as long as storing, and a document that is slow to parse does not hold up anything else in the process.
 */
export async function* prepareDocuments(
  tasks: readonly PrepareTask[],
): AsyncGenerator<{ at: number; answers: PrepareAnswer[] }> {
  if (tasks.length === 0) return;
  const file = tasks.length < WORKER_FILES_MIN ? undefined : findWorkerFile('prepare-worker', import.meta.url);
  if (file) yield* prepareInWorker(tasks, file);
  else {
    // The parsers are loaded by who has something to parse: most refreshes find nothing new.
    const { prepareSafely } = await import('./prepare-document.ts');
    for (let at = 0; at < tasks.length; at += BATCH)
      yield { at, answers: tasks.slice(at, at + BATCH).map(prepareSafely) };
  }
}

async function* prepareInWorker(
  tasks: readonly PrepareTask[],
  file: URL,
): AsyncGenerator<{ at: number; answers: PrepareAnswer[] }> {
  const worker = takeWorker(file);
  const waiting: PromiseWithResolvers<PrepareAnswer[]>[] = [];
  const fail = (error: Error) => {
    for (const batch of waiting.splice(0)) batch.reject(error);
  };
  const listeners = {
    message: (answers: PrepareAnswer[]) => waiting.shift()?.resolve(answers),
    error: fail,
    exit: () => fail(new Error('the thread that reads documents ended')),
  };
  for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
  try {
    const sent: Promise<PrepareAnswer[]>[] = [];
    for (let at = 0; at < tasks.length; at += BATCH) {
      while (sent.length < BATCHES_AHEAD && at + sent.length * BATCH < tasks.length) {
        const start = at + sent.length * BATCH;
        const batch = Promise.withResolvers<PrepareAnswer[]>();
        // A rejection is met when its turn comes; until then it must not count as unhandled.
        batch.promise.catch(() => undefined);
        waiting.push(batch);
        sent.push(batch.promise);
        worker.postMessage(tasks.slice(start, start + BATCH));
      }
      yield { at, answers: await sent.shift()! };
    }
    giveBack(worker);
  } finally {
    for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
    // Whatever left the loop early left answers on their way.
    if (resting !== worker) await worker.terminate();
  }
}

function takeWorker(file: URL): Worker {
  const worker = resting ?? new Worker(file, { execArgv: [] });
  resting = undefined;
  worker.ref();
  return worker;
}

function giveBack(worker: Worker): void {
  if (resting) return;
  resting = worker;
  worker.unref();
  setTimeout(() => {
    if (resting !== worker) return;
    resting = undefined;
    void worker.terminate();
  }, IDLE_MS).unref();
}
