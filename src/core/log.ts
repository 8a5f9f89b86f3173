import pino from 'pino';

/** Structured logging as JSON lines; the only thing that may be logged of a call is its name, never its arguments. */
export type Log = pino.Logger;

/** A logger on stderr: stdout is a wire (case C43). `level` is a pino level name. */
export function createLog(level: string): Log {
  return pino(
    { level, base: { name: 'atocore' }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
