import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

export interface Found {
  pid: number;
  command: string;
}

/**
 * Processes of this machine whose environment holds the mark, found through /proc: a scratch folder's name is in the HOME of
 * everything that a client started there, however far down and whoever its parent is by now.
 */
export function processesWith(mark: string): Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const environment = readProc(name, 'environ');
      if (!environment.includes(mark)) return [];
      return [{ pid: Number(name), command: readProc(name, 'cmdline').replaceAll('\0', ' ').trim() }];
    });
}

/** A process that ended in between has no files, and a zombie has an empty environment. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Longer than clients give servers to end. */
const GONE_WAIT_MS = 8_000;

/** Waits until none is left but those of `except`. Throws the command lines of those that live on. */
export async function expectNoProcesses(mark: string, except: readonly number[] = []): Promise<void> {
  const deadline = performance.now() + GONE_WAIT_MS;
  const look = () => processesWith(mark).filter(({ pid }) => !except.includes(pid));
  let left = look();
  // Nobody tells when the child of another process ends.
  while (left.length > 0 && performance.now() < deadline) {
    await setTimeout(50);
    left = look();
  }
  if (left.length > 0)
    throw new Error(`left behind: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`);
}
