import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join, relative, sep, win32 } from 'node:path';

const PRIVATE_FOLDER = 0o700;

/**
 * Writes a file so that no reader ever sees half of it: temporary file in the same folder, fsync, rename, fsync of the folder.
 * `mode` defaults to 0600, since everything in the home is private to its owner.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): void {
  const folder = dirname(path);
  makeFolder(folder);
  const temporary = join(folder, `.${temporaryName()}.tmp`);
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/**
 * Makes a folder and what is missing above it, open to its owner alone; one that is there stays as it is. Throws the system's error. Node's
 * recursive mkdir does the same, but never ends where a file system says ENOENT under a folder that exists, as /proc does.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if (isFolder(folder)) return;
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || isFolder(parent)) throw error;
    makeFolder(parent);
    // Another process may have made it meanwhile; a second refusal with its parent there is thrown.
    makeFolder(folder);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Unlike that of any other process and call on this machine; should another machine have chosen the same, the exclusive creation fails. */
function temporaryName(): string {
  return `${process.pid.toString(36)}-${process.hrtime.bigint().toString(36)}`;
}

/** Makes a rename inside the folder durable. Not every platform can open a folder; there the rename alone must do. */
export function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch {
    // Windows refuses to open folders; nothing is lost but the guarantee against power failure.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Whether `path` is `folder` itself or lies under it. Both must be absolute and resolved. */
export function isInside(folder: string, path: string): boolean {
  const step = relative(folder, path);
  return (
    step === '' || (!step.startsWith(`..${sep}`) && step !== '..' && !/^[a-zA-Z]:/.test(step) && !step.startsWith(sep))
  );
}

/** Whether a path is absolute on this system or another one: a service may run elsewhere than its caller. */
export function isAbsoluteAnywhere(path: string): boolean {
  return win32.isAbsolute(path);
}

/** Whether a vector store address lies outside the local file system. */
export function isRemoteUri(uri: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(uri) && !uri.startsWith('file://');
}
