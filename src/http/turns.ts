import pLimit from 'p-limit';
import { AtoError } from '../core/errors.ts';
import type { Operation } from '../operations/operation.ts';

/** These run for minutes, take turns by locks of their own, and must not hold up the rest. */
const LONG = new Set(['refresh_project', 'extract_candidates', 'backup', 'restore']);

/**
 * The same operations, of which only so many run at once; the others wait in order. Two hundred searches side by side need
 * more memory and three times the time of the same in turns. Questions to a person are asked before a turn is taken.
 */
export function takeTurns(operations: readonly Operation[], atOnceMax: number): readonly Operation[] {
  const limit = pLimit(atOnceMax);
  return operations.map((operation) => {
    if (LONG.has(operation.name)) return operation;
    const handler: Operation['handler'] = (call, input) =>
      limit(() => {
        if (call.signal?.aborted) throw new AtoError('INTERRUPTED', 'The caller went away before its turn.');
        return operation.handler(call, input);
      });
    return { ...operation, handler };
  });
}
