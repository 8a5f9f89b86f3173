import { posix } from 'node:path';
import { toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { type IngestRoot, normalizeSubpath, resolveRoot } from '../projects/project.ts';
import type { DocumentRow } from './document-store.ts';
import type { NotRead } from './read-document.ts';
import type { RefreshInput, RefreshReport } from './refresh.ts';
import { type ScannedFile, type SkipReason, scanRoot } from './scan.ts';

/** A file of one of the project's roots, by where it lies in its source. */
export interface FoundFile extends ScannedFile {
  source: string;
  /** Relative to the source. */
  path: string;
  /** Absolute folder of its root. */
  root: string;
}

const ROOT_PROBLEMS = {
  missing: 'the folder does not exist',
  unreadable: 'the folder cannot be read',
  not_a_folder: 'it is not a folder',
} as const;

/** Why a file is not read, as a refresh reports it. */
export const SKIP_REASONS: Record<SkipReason | NotRead['skip'], string> = {
  changing: 'the file changed while it was read',
  outside_root: 'a symbolic link that leaves the root is not followed',
  broken_link: 'the symbolic link points nowhere',
  hidden_target: 'the symbolic link points to a hidden file',
  hostile_name: 'the file name holds control characters or is no valid text',
  not_a_file: 'neither a file nor a folder',
  too_large: `larger than ${LIMITS.documentBytesMax} bytes`,
  unreadable: 'not readable (permission denied)',
  too_many_files: `more than ${LIMITS.filesPerRootMax} files`,
};

const rootName = (root: IngestRoot) => `${root.source}:${root.subpath}`;

/** Every file under the roots of a project by `source:path`; roots and files that are left out are named in the report. */
export function scanRoots(
  input: Pick<RefreshInput, 'project' | 'sources'>,
  report: RefreshReport,
): Map<string, FoundFile> {
  const found = new Map<string, FoundFile>();
  for (const root of input.project.ingest_roots) {
    const name = rootName(root);
    try {
      const folder = resolveRoot(root, input.sources);
      if (folder === undefined) {
        report.roots_skipped.push({ root: name, reason: 'the folder does not exist' });
        continue;
      }
      const scan = scanRoot(folder, LIMITS);
      if (scan.root !== 'read') {
        report.roots_skipped.push({ root: name, reason: ROOT_PROBLEMS[scan.root] });
        continue;
      }
      const normal = normalizeSubpath(root.subpath);
      const base = 'subpath' in normal ? normal.subpath : root.subpath;
      for (const file of scan.files) {
        const path = posix.join(base, file.relativePath);
        found.set(`${root.source}:${path}`, {
          ...file,
          source: root.source,
          path,
          root: folder,
        });
      }
      for (const skip of scan.skipped)
        report.documents.failed.push({
          path: `${root.source}:${posix.join(base, skip.path)}`,
          error: SKIP_REASONS[skip.reason],
        });
      report.roots_ingested.push(name);
    } catch (error) {
      report.roots_skipped.push({ root: name, reason: toAtoError(error).message });
    }
  }
  return found;
}

/**
 * Known documents that no root holds any more. Those of a root that could not be read, or under a path that failed, stay: not seeing a
 * file is not the same as its being gone (case C42).
 */
export function findVanished(
  known: Map<string, DocumentRow>,
  found: Map<string, FoundFile>,
  report: RefreshReport,
): Map<string, DocumentRow> {
  const unseen = [
    ...report.roots_skipped.map((skip) => skip.root),
    ...report.documents.failed.map((failure) => failure.path),
  ].map((name) => name.replace(/:\.$/, ':'));
  const vanished = new Map<string, DocumentRow>();
  for (const [key, row] of known) {
    const covered = unseen.some((name) => key === name || key.startsWith(name.endsWith(':') ? name : `${name}/`));
    if (!found.has(key) && !covered) vanished.set(key, row);
  }
  return vanished;
}
