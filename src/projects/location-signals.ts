import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, relative } from 'node:path';
import { isInside } from '../core/files.ts';
import type { DetectableProject, DetectionInput, DetectionSources, SignalFound } from './detection.ts';
import { normalizeRemote } from './git-workspace.ts';

const STRENGTH = { workspace: 0.93, git: 0.9, remote: 0.88, pathInside: 0.9, path: 0.85, fileName: 0.7 } as const;
const MENTIONS_MAX = 20;
const MENTION_CHARS_MAX = 300;

/**
 * Projects whose `workspaces` hold the working folder: as an absolute folder (real paths compared, the innermost wins),
 * as the main checkout of the worktree's clone, or as the remote's URL. A folder's bare name never counts.
 */
export function workspaceSignals(
  input: DetectionInput,
  projects: readonly Pick<DetectableProject, 'id' | 'workspaces'>[],
): SignalFound[] {
  const found: SignalFound[] = [];
  const place = input.cwd !== undefined && isAbsolute(input.cwd) ? realFolder(input.cwd) : undefined;
  // Each real path is a call of the system: none is made for a prompt without a place.
  const isPlaced = place !== undefined || input.gitCommonDir !== undefined;
  const folders = (isPlaced ? projects : []).flatMap(({ id, workspaces }) =>
    workspaces.filter((workspace) => isAbsolute(workspace)).map((workspace) => ({ id, folder: realFolder(workspace) })),
  );
  if (place !== undefined) {
    for (const { id, folder } of innermost(folders, place)) {
      found.push({ project: id, signal: 'workspace', detail: folder, strength: STRENGTH.workspace });
    }
  }
  const twin = placeInMainCheckout(input, place);
  if (twin !== undefined && found.length === 0) {
    for (const { id, folder } of innermost(folders, twin)) {
      found.push({ project: id, signal: 'git', detail: folder, strength: STRENGTH.git });
    }
  }
  const remote = input.gitRemote === undefined ? undefined : normalizeRemote(input.gitRemote);
  // Two projects of one repository share its remote: where the folder has told them apart, it adds nothing.
  if (remote !== undefined && found.length === 0) {
    for (const { id, workspaces } of projects) {
      if (!workspaces.some((workspace) => normalizeRemote(workspace) === remote)) continue;
      found.push({ project: id, signal: 'remote', detail: remote, strength: STRENGTH.remote });
    }
  }
  return found;
}

/** Where the folder would be in the main checkout; a common dir that is not `.git` is itself the place (a bare clone). */
function placeInMainCheckout(input: DetectionInput, place: string | undefined): string | undefined {
  if (input.gitCommonDir === undefined || !isAbsolute(input.gitCommonDir)) return undefined;
  const common = realFolder(input.gitCommonDir);
  const main = /[\\/]\.git$/.test(common) ? dirname(common) : common;
  if (input.gitRoot === undefined || place === undefined) return main;
  const root = realFolder(input.gitRoot);
  return isInside(root, place) ? join(main, relative(root, place)) : main;
}

function innermost(
  folders: readonly { id: string; folder: string }[],
  place: string,
): { id: string; folder: string }[] {
  const around = folders.filter(({ folder }) => isInside(folder, place));
  const depth = Math.max(0, ...around.map(({ folder }) => folder.length));
  const deepest = around.filter(({ folder }) => folder.length === depth);
  return [...new Map(deepest.map((entry) => [entry.id, entry])).values()];
}

/** The real path where there is one; a folder that is gone keeps its written form, so that it can still be equal. */
function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    const plain = normalize(folder);
    return plain.length > 1 ? plain.replace(/[\\/]$/, '') : plain;
  }
}

/**
 * Paths and file names in the prompt that only one project knows: absolute ones inside its folders, others by lookup.
 * One that several projects hold (README.md) tells nothing. At most the first 20 mentions are looked up.
 */
export function fileSignals(
  prompt: string,
  projects: readonly DetectableProject[],
  projectsOfPaths: DetectionSources['projectsOfPaths'],
): SignalFound[] {
  const found = new Map<string, SignalFound>();
  const known = new Set(projects.map((project) => project.id));
  const mentions = mentionedPaths(prompt);
  const named = mentions.filter((mention) => !isAbsolute(mention));
  const holders = named.length > 0 ? projectsOfPaths?.(named) : undefined;
  for (const mention of mentions) {
    const owners = isAbsolute(mention)
      ? innermost(ownFolders(projects), normalize(mention)).map(({ id }) => id)
      : (holders?.get(mention) ?? []).filter((id) => known.has(id));
    if (new Set(owners).size !== 1) continue;
    const project = owners[0]!;
    const strength = isAbsolute(mention)
      ? STRENGTH.pathInside
      : mention.includes('/')
        ? STRENGTH.path
        : STRENGTH.fileName;
    const signal = mention.includes('/') ? 'path' : 'file';
    if ((found.get(project)?.strength ?? 0) >= strength) continue;
    found.set(project, { project, signal, detail: mention, strength });
  }
  return [...found.values()];
}

function ownFolders(projects: readonly DetectableProject[]): { id: string; folder: string }[] {
  return projects.flatMap(({ id, workspaces, ingestRoots }) =>
    [...workspaces, ...ingestRoots]
      .filter((folder) => isAbsolute(folder))
      .map((folder) => ({ id, folder: normalize(folder).replace(/(?<=.)[\\/]$/, '') })),
  );
}

/** Words that look like paths (with a slash or an extension), without quotes, trailing dots and line numbers. */
export function mentionedPaths(prompt: string): string[] {
  const found = new Set<string>();
  for (const [word] of prompt.matchAll(/[^\s"'`“”«»()<>[\]{},;|]+/gu)) {
    if (word.length > MENTION_CHARS_MAX || word.includes('://')) continue;
    const path = word
      .replace(/[.:!?]+$/, '')
      .replace(/(:\d+)+$|#.*$/, '')
      .replaceAll('\\', '/')
      .replace(/^(\.\/)+/, '');
    const looksLikePath = /\/[^/]*[\p{L}\p{N}]/u.test(path) || /[\p{L}\p{N}_-]\.[a-z][a-z0-9]{0,9}$/iu.test(path);
    if (!looksLikePath || path.split('/').includes('..')) continue;
    found.add(path);
    if (found.size >= MENTIONS_MAX) break;
  }
  return [...found];
}
