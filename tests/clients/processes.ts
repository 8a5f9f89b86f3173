import { readdirSync, readFileSync } from 'node:fs';

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

/** Waits until none is left. Throws their command lines when some live on beyond the time that clients give servers to end. */
export async function expectNoProcesses(mark: string, waitMs = 8_000): Promise<void> {
  const deadline = performance.now() + waitMs;
  let left = processesWith(mark);
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = processesWith(mark);
  }
  if (left.length > 0)
    throw new Error(`left behind: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`);
}
