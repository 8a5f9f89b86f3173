import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isInside } from '../core/files.ts';
import type { SkipReason } from './scan.ts';

/** Why a scanned file cannot be read now; it may have changed since the scan. */
export interface NotRead {
  skip: Extract<SkipReason, 'outside_root' | 'not_a_file' | 'too_large' | 'unreadable'>;
}

/**
 * The bytes of a scanned file. Checks again what the scan found, since a file can become a link, a pipe or a giant in between:
 * never reads outside the root, never waits on a pipe, never reads more than `bytesMax`.
 */
export function readDocument(rootPath: string, relativePath: string, bytesMax: number): Uint8Array | NotRead {
  let handle: number | undefined;
  try {
    const path = realpathSync(join(rootPath, relativePath));
    if (!isInside(realpathSync(rootPath), path)) return { skip: 'outside_root' };
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(handle);
    if (!stats.isFile()) return { skip: 'not_a_file' };
    if (stats.size > bytesMax) return { skip: 'too_large' };
    const bytes = Buffer.alloc(stats.size);
    let length = 0;
    for (let read = -1; length < bytes.length && read !== 0; length += read) {
      read = readSync(handle, bytes, length, bytes.length - length, null);
    }
    return bytes.subarray(0, length);
  } catch {
    // The refresh names the file; its old rows stay until it can be read or is gone.
    return { skip: 'unreadable' };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
