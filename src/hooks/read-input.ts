import type { Readable } from 'node:stream';
import { withoutMark } from '../core/json.ts';
import { LIMITS } from '../core/limits.ts';

/**
 * The one JSON value on a stream, as soon as it is there: some clients never close stdin. Undefined when the stream ended or, once
 * something came, fell silent without one, or when it is larger than an event can be.
 */
export function readJsonInput(input: Readable): Promise<unknown> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    let silence: NodeJS.Timeout | undefined;
    const finish = (value: unknown) => {
      clearTimeout(silence);
      input.removeAllListeners('data').pause();
      resolve(value);
    };
    input.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > LIMITS.hookInputBytesMax) return finish(undefined);
      const value = endsObject(part) ? parse(parts) : undefined;
      if (value !== undefined) return finish(value);
      clearTimeout(silence);
      silence = setTimeout(() => finish(undefined), LIMITS.hookInputSilenceMsMax);
    });
    input.once('end', () => finish(parse(parts)));
    input.once('error', () => finish(undefined));
  });
}

/** Only then is it worth a try: a large event comes in hundreds of parts. */
function endsObject(part: Buffer): boolean {
  return part.toString('latin1').trimEnd().endsWith('}');
}

function parse(parts: readonly Buffer[]): unknown {
  try {
    return JSON.parse(withoutMark(Buffer.concat(parts).toString('utf8')));
  } catch {
    // Not whole yet, or never.
    return undefined;
  }
}
