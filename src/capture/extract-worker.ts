import { parentPort } from 'node:worker_threads';
import { type ExtractTurn, findCandidates } from './extract.ts';

parentPort?.on('message', (turn: ExtractTurn) => {
  parentPort?.postMessage(findCandidates(turn));
});
