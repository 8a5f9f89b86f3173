import { join } from 'node:path';
import { isAbsoluteAnywhere } from '../core/files.ts';
import { backgroundFeatures } from '../projects/background.ts';
import { detectProject } from '../projects/detect.ts';
import type { Detection as ProjectDetection } from '../projects/detection.ts';
import { findGitWorkspace } from '../projects/git-workspace.ts';
import { workspaceSignals } from '../projects/location-signals.ts';
import type { Project } from '../projects/project.ts';
import { createRouteStore, type RouteStore } from '../projects/route-store.ts';
import { type Database, sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';

/** Which project a prompt belongs to; `signal` may also be `hint`, a name that the caller gave. */
export interface Detection {
  project: string | null;
  confidence: number;
  candidates: { project: string; confidence: number; evidence: { signal: string; detail: string }[] }[];
}

export interface DetectInput {
  prompt: string;
  cwd?: string | undefined;
  /** A name that the caller gave; wins when a project bears it, and the empty name is the global scope. */
  project?: string | undefined;
}

/**
 * Finds the project of a prompt among those that are not archived. A broken registry and a relative folder, which only its caller could
 * find, are named degradations.
 */
export function detectFor(
  app: AtoCore,
  store: Store,
  input: DetectInput,
): { detection: Detection; degraded: { component: string; reason: string }[] } {
  const { snapshot, error } = app.registry.loadOrLast();
  const degraded = error ? [{ component: 'registry', reason: error.message }] : [];
  const { cwd } = input;
  const isRelative = cwd !== undefined && cwd !== '' && !isAbsoluteAnywhere(cwd);
  if (isRelative) {
    const reason = `${JSON.stringify(cwd)} is no absolute folder, so it was no evidence for a project.`;
    degraded.push({ component: 'cwd', reason });
  }
  if (input.project !== undefined) {
    const named = snapshot.find(input.project);
    if (named) return { detection: hinted(named, input.project), degraded };
    if (input.project.trim() === '') return { detection: { project: null, confidence: 1, candidates: [] }, degraded };
  }
  const projects = snapshot.projects.filter((project) => !project.archived);
  return { detection: detectAmong(app, store, projects, isRelative ? { ...input, cwd: undefined } : input), degraded };
}

function hinted(project: Project, hint: string): Detection {
  const evidence = [{ signal: 'hint', detail: `the caller named "${hint}"` }];
  return { project: project.id, confidence: 1, candidates: [{ project: project.id, confidence: 1, evidence }] };
}

/**
 * Ids of the projects that have a claim on a folder by a workspace, its clone or its remote, whatever else a turn names; those that are
 * archived count too, and hide no other's claim.
 */
export function claimsOnFolder(app: AtoCore, cwd: string): string[] {
  const { projects } = app.registry.loadOrLast().snapshot;
  const open = projects.filter((project) => !project.archived);
  const input = { prompt: '', cwd, ...gitEvidence(cwd) };
  const claims = [projects, open].flatMap((some) => workspaceSignals(input, some));
  return [...new Set(claims.map(({ project }) => project))];
}

function detectAmong(app: AtoCore, store: Store, projects: readonly Project[], input: DetectInput): ProjectDetection {
  return detectProject(
    { prompt: input.prompt, cwd: input.cwd, ...gitEvidence(input.cwd) },
    projects.map((project) => ({
      id: project.id,
      aliases: project.aliases,
      workspaces: project.workspaces,
      ingestRoots: project.ingest_roots.flatMap((root) => {
        const source = app.config.sources[root.source];
        return source === undefined ? [] : [join(source, root.subpath)];
      }),
    })),
    { content: routeStoreOf(store.db).current(), projectsOfPaths: (paths) => projectsOfPaths(store.db, paths) },
  );
}

function gitEvidence(cwd: string | undefined): {
  gitRoot?: string;
  gitCommonDir?: string;
  gitRemote?: string | undefined;
} {
  const found = cwd === undefined ? undefined : findGitWorkspace(cwd);
  return found ? { gitRoot: found.root, gitCommonDir: found.commonDir, gitRemote: found.remote } : {};
}

const routeStores = new WeakMap<Database, RouteStore>();

/** The routing index of an open database; made once, then kept current by what each refresh stores. */
export function routeStoreOf(db: Database): RouteStore {
  let known = routeStores.get(db);
  if (!known) {
    known = createRouteStore(db, backgroundFeatures());
    routeStores.set(db, known);
  }
  return known;
}

/**
 * One pass over the paths, whatever the number of mentions: ids and paths come from an index alone, and comparing here takes a
 * fraction of what a condition of SQL on the end of a path takes. A mention that two projects hold tells nothing, so no third is looked for.
 */
function projectsOfPaths(db: Database, mentions: readonly string[]): Map<string, string[]> {
  const byName = Map.groupBy(mentions, fileName);
  const projectOf = sql(db, 'SELECT project FROM documents WHERE id = ?');
  const found = new Map<string, string[]>();
  const paths = sql(db, 'SELECT id, path FROM documents ORDER BY source, path').raw();
  for (const [id, path] of paths.all() as [number, string][]) {
    for (const mention of byName.get(fileName(path)) ?? []) {
      const known = found.get(mention) ?? [];
      if (known.length > 1 || (path !== mention && !path.endsWith(`/${mention}`))) continue;
      const { project } = projectOf.get(id) as { project: string };
      if (!known.includes(project)) found.set(mention, [...known, project]);
    }
  }
  return found;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
