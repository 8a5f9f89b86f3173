import { parentPort } from 'node:worker_threads';
import { type PrepareTask, prepareSafely } from './prepare-document.ts';

parentPort?.on('message', (tasks: PrepareTask[]) => {
  parentPort?.postMessage(tasks.map(prepareSafely));
});
