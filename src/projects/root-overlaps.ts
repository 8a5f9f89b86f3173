import { join } from 'node:path';
import { isInside } from '../core/files.ts';
import type { Findings } from './lifecycle.ts';
import { type IngestRoot, normalizeSubpath, type Project, resolveRoot } from './project.ts';

interface Place {
  name: string;
  source: string;
  /** Absolute, links resolved where the folder exists. */
  folder: string;
}

/**
 * One document belongs to one project: a folder inside another project's folder would be read twice and answer for both. Folders are
 * compared as they lie on the disk, so that two sources, or a link inside one, cannot lead to the same documents under two names.
 */
export function checkOverlaps(
  projects: readonly Project[],
  wanted: Project,
  sources: Record<string, string>,
  found: Findings,
): void {
  const mine = placesOf(wanted.ingest_roots, sources);
  for (const project of projects) {
    if (project.id === wanted.id) continue;
    for (const theirs of placesOf(project.ingest_roots, sources)) {
      for (const place of mine.filter((own) => overlap(own, theirs))) {
        found.conflicts.push(
          `the ingest root ${place.name} overlaps ${theirs.name}, which already belongs to project ${project.id}`,
        );
      }
    }
  }
  mine.forEach((first, at) => {
    for (const second of mine.slice(at + 1)) {
      if (first.source === second.source || !overlap(first, second)) continue;
      found.warnings.push(`the ingest roots ${first.name} and ${second.name} overlap: their documents are read twice`);
    }
  });
}

function overlap(first: Place, second: Place): boolean {
  return isInside(first.folder, second.folder) || isInside(second.folder, first.folder);
}

/** Roots that cannot be resolved have an error of their own and overlap nothing. */
function placesOf(roots: readonly IngestRoot[], sources: Record<string, string>): Place[] {
  return roots.flatMap((root) => {
    const folder = folderOf(root, sources);
    return folder === undefined ? [] : [{ name: `${root.source}:${root.subpath}`, source: root.source, folder }];
  });
}

function folderOf(root: IngestRoot, sources: Record<string, string>): string | undefined {
  try {
    const real = resolveRoot(root, sources);
    if (real !== undefined) return real;
    const base = resolveRoot({ source: root.source, subpath: '.' }, sources) ?? sources[root.source]!;
    const normal = normalizeSubpath(root.subpath);
    return 'subpath' in normal ? join(base, normal.subpath) : undefined;
  } catch {
    // An unknown source, or a link that leaves it: said elsewhere.
    return undefined;
  }
}
