import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, isoTime } from '../core/clock.ts';
import { makeFolder } from '../core/files.ts';
import type { Log } from '../core/log.ts';

/** One act as the audit keeps it: who, what, how it ended; never its arguments or content. */
export interface AuditedAct {
  actor: string;
  operation: string;
  /** `ok`, or the code of the error. */
  outcome: string;
  duration_ms: number;
}

/**
 * Appends acts to `logs/audit.jsonl` of the home, one JSON object a line. One small write with O_APPEND is whole even when
 * several processes append. A home that cannot be written is logged and stops nothing: the act has happened by then.
 */
export function createAuditLog(parts: { home: string; clock: Clock; log: Log }): (act: AuditedAct) => void {
  const folder = join(parts.home, 'logs');
  return (act) => {
    try {
      makeFolder(folder);
      const line = JSON.stringify({ at: isoTime(parts.clock.now()), ...act });
      appendFileSync(join(folder, 'audit.jsonl'), `${line}\n`, { mode: 0o600 });
    } catch (error) {
      parts.log.error({ operation: act.operation, err: error }, 'the audit log cannot be written');
    }
  };
}
