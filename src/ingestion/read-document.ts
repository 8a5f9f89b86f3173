import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isInside } from '../core/files.ts';
import type { SkipReason } from './scan.ts';

/** Why a scanned file cannot be read now; it may have changed since the scan. */
export interface NotRead {
  skip: Extract<SkipReason, 'outside_root' | 'not_a_file' | 'too_large' | 'unreadable'> | 'changing';
}

/** What a file held at one moment. */
export interface ReadFile {
  bytes: Uint8Array;
  size_bytes: number;
  /** Milliseconds since 1970; one less when the file was written a moment ago, see `SETTLED_MS`. */
  mtime_ms: number;
}

const ATTEMPTS = 3;
/** Kernels stamp writes with a clock of at most 10 ms: two writes closer than this can have one time. */
const TICK_MS = 20;
/**
 * Two writes within one tick of the file system's clock (FAT counts in two seconds) have one time. A time so young is kept as one that the
 * file does not have, so that the next refresh looks at the content again and not at size and time alone.
 */
const SETTLED_MS = 2_000;

/**
 * Reads a scanned file whole, or says why not. Checks again what the scan found, since a file can become a link, a pipe or a giant in
 * between: never reads outside the root, never waits on a pipe, never reads more than `bytesMax`. A file that changes while it is read
 * is read again and then skipped: half of a text must not be stored. So is one that was written within the last tick, since a second write
 * during the reading could not be told by its time; such a file costs a pause of 20 ms.
 */
export function readDocument(rootPath: string, relativePath: string, bytesMax: number): ReadFile | NotRead {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = readOnce(rootPath, relativePath, bytesMax);
    if (read !== undefined) return read;
    Atomics.wait(pausing, 0, 0, TICK_MS);
  }
  return { skip: 'changing' };
}

const pausing = new Int32Array(new SharedArrayBuffer(4));

function readOnce(rootPath: string, relativePath: string, bytesMax: number): ReadFile | NotRead | undefined {
  let handle: number | undefined;
  try {
    const path = realpathSync(join(rootPath, relativePath));
    if (!isInside(realpathSync(rootPath), path)) return { skip: 'outside_root' };
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const before = fstatSync(handle);
    if (!before.isFile()) return { skip: 'not_a_file' };
    if (before.size > bytesMax) return { skip: 'too_large' };
    if (Math.abs(Date.now() - before.mtimeMs) < TICK_MS) return undefined;
    const bytes = Buffer.alloc(before.size);
    let length = 0;
    for (let read = -1; length < bytes.length && read !== 0; length += read) {
      read = readSync(handle, bytes, length, bytes.length - length, null);
    }
    const after = fstatSync(handle);
    const stable = before.mtimeMs === after.mtimeMs && before.size === after.size && length === after.size;
    if (!stable) return undefined;
    const settled = Math.abs(Date.now() - after.mtimeMs) > SETTLED_MS;
    return { bytes, size_bytes: after.size, mtime_ms: settled ? after.mtimeMs : after.mtimeMs - 1 };
  } catch {
    // The refresh names the file; its old rows stay until it can be read or is gone.
    return { skip: 'unreadable' };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
