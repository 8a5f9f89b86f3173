import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { IngestRoot, Project } from '../projects/project.ts';
import type { AtoCore } from './atocore.ts';

export const incomingSubpath = (project: Project) => `incoming/projects/${project.id}`;

/** Whether a file of a source was staged for another project: a root around the incoming folder does not make it one's own (case C08). */
export function isIncomingOfOthers(project: Project, source: string, path: string): boolean {
  const owner = source === 'vault' ? /^incoming\/projects\/([^/]+)\//.exec(path)?.[1] : undefined;
  return owner !== undefined && owner !== project.id;
}

/** The folder of staged documents as an ingest root, when it exists and no registered root covers it. */
export function incomingRoot(app: AtoCore, project: Project): IngestRoot[] {
  const vault = app.config.sources['vault'];
  const subpath = incomingSubpath(project);
  if (vault === undefined || !existsSync(join(vault, subpath))) return [];
  const covered = project.ingest_roots.some(
    (root) =>
      root.source === 'vault' &&
      (root.subpath === '.' || subpath === root.subpath || subpath.startsWith(`${root.subpath}/`)),
  );
  return covered ? [] : [{ source: 'vault', subpath }];
}
