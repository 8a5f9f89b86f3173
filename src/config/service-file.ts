import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../core/files.ts';

/**
 * Where the service of a home answers: `data/service.json`, written while it runs, so that hooks find a warm store without being told.
 */
function pathOf(home: string): string {
  return join(home, 'data', 'service.json');
}

interface ServiceNote {
  url: string;
  pid: number;
  /** A home may be shared between machines and containers; the address only means something on this one. */
  host: string;
}

/** Notes the address of this process's service; answers how to take the note back. Without a note hooks ask the store itself. */
export function noteService(home: string, url: string): () => void {
  const note: ServiceNote = { url, pid: process.pid, host: hostname() };
  try {
    writeFileAtomic(pathOf(home), `${JSON.stringify(note)}\n`);
  } catch {
    // A home that cannot be written is named by the first call that needs to; it is no reason not to serve.
    return () => {};
  }
  return () => {
    // A service that was started since has its own note there.
    if (readNote(home)?.pid === process.pid) rmSync(pathOf(home), { force: true });
  };
}

/** The address of the living service of a home; undefined when none is known to live. A service that was killed leaves its note behind. */
export function findService(home: string): string | undefined {
  const note = readNote(home);
  return note && note.host === hostname() && isAlive(note.pid) ? note.url : undefined;
}

function readNote(home: string): ServiceNote | undefined {
  try {
    const note = JSON.parse(readFileSync(pathOf(home), 'utf8')) as Partial<ServiceNote> | null;
    const isNote = typeof note?.url === 'string' && Number.isSafeInteger(note.pid) && typeof note.host === 'string';
    return isNote ? (note as ServiceNote) : undefined;
  } catch {
    // No service has run here, or its note is damaged: then nobody is asked.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
