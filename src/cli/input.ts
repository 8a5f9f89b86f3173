import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { AtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';

/** Asks a yes-or-no question at the terminal; without a terminal the answer is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const asker = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await asker.question(`${question} [y/N] `)).trim());
  } finally {
    asker.close();
  }
}

/** The whole of stdin as text. Throws TOO_LARGE beyond the limit of a body. */
export async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > LIMITS.bodyBytesMax)
      throw new AtoError('TOO_LARGE', `stdin holds more than ${LIMITS.bodyBytesMax} bytes.`, 'Give less.');
  }
  return Buffer.concat(parts).toString('utf8');
}

/** A folder as the shell shows it, relative to where the command runs; a service has another working folder. Undefined for what is no text. */
export function absoluteFolder(folder: unknown): string | undefined {
  return typeof folder === 'string' ? resolve(folder) : undefined;
}
