import { AtoError, invalidInput } from './errors.ts';
import { LIMITS } from './limits.ts';

/**
 * Parses JSON that came from outside. Throws INVALID_INPUT for text that is not JSON, without quoting it, and TOO_LARGE for
 * nesting beyond the limit: a few bytes of brackets can exhaust the stack of whatever walks the value later.
 */
export function parseOutsideJson(text: string): unknown {
  if (isDeeperThan(text, LIMITS.jsonDepthMax))
    throw new AtoError('TOO_LARGE', `The JSON is nested deeper than ${LIMITS.jsonDepthMax}.`, 'Send a flatter value.');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidInput('The body is not JSON.', 'Send one JSON value in UTF-8.', { position: positionOf(error) });
  }
}

/** A text without the byte order mark that some editors and shells put before it, and that JSON does not know. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function isDeeperThan(text: string, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at += 1;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
  return false;
}

function positionOf(error: unknown): number | null {
  const at = /position (\d+)/.exec((error as Error).message)?.[1];
  return at === undefined ? null : Number(at);
}
