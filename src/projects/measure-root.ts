import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../core/limits.ts';
import { DOCUMENT_NAME, isIgnoredName } from './document-names.ts';

/** What a folder holds, by the rules of a refresh but without links; `whole` is false when counting ended before the folder did. */
export interface MeasuredRoot {
  files: number;
  bytes: number;
  whole: boolean;
}

/** Counts documents for a preview. A root such as `/` must not hold up a server, so the walk ends after `entriesMax` entries. */
export function measureRoot(folder: string, entriesMax: number = LIMITS.previewEntriesMax): MeasuredRoot {
  let files = 0;
  let bytes = 0;
  let entries = 0;
  const waiting = [folder];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    for (const entry of listFolder(current)) {
      entries += 1;
      if (entries > entriesMax) return { files, bytes, whole: false };
      if (isIgnoredName(entry.name)) continue;
      if (entry.isDirectory()) waiting.push(join(current, entry.name));
      if (!entry.isFile() || !DOCUMENT_NAME.test(entry.name)) continue;
      files += 1;
      bytes += statSync(join(current, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return { files, bytes, whole: true };
}

function listFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // One closed folder is no reason against a project; the refresh will name it.
    return [];
  }
}
