import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AtoError } from '../core/errors.ts';
import { isInside } from '../core/files.ts';
import { sha256 } from '../core/ids.ts';
import type { Database } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import { type AliasMove, findTwinConflicts, moveAliases, planAliasMoves } from './alias-moves.ts';
import {
  foldName,
  type IngestRoot,
  isReservedName,
  namesOf,
  normalizeSubpath,
  type Project,
  projectSchema,
  resolveRoot,
} from './project.ts';
import type { Registry, RegistrySnapshot } from './registry.ts';

/** What someone asks to register; everything may still be wrong. */
export interface Registration {
  id: string;
  aliases?: string[] | undefined;
  description: string;
  ingest_roots: IngestRoot[];
  workspaces?: string[] | undefined;
}

/** What a registration or an update would do. Nothing has changed. `digest` stands for exactly this and no other change. */
export interface Proposal {
  valid: boolean;
  errors: string[];
  warnings: string[];
  normalized: Project;
  roots: { source: string; subpath: string; exists: boolean; files: number; bytes: number }[];
  alias_moves: AliasMove[];
  digest: string;
}

const COUNTED_FILES_MAX = 50_000;
const DOCUMENT_ENDING = /\.(md|markdown|txt)$/i;

/** A filled example of a registration, for people and agents to start from. */
export const PROJECT_TEMPLATE: Registration = {
  id: 'p05-interferometer',
  aliases: ['p05', 'interferometer'],
  description: 'Null interferometer for the 1.2 m mirror: optics, mount, acquisition software',
  ingest_roots: [{ source: 'vault', subpath: 'projects/p05-interferometer', label: 'engineering notes' }],
  workspaces: ['/home/me/code/interferometer', 'git@example.org:lab/interferometer.git'],
};

export interface LifecycleContext {
  registry: Registry;
  sources: Record<string, string>;
  db: Database;
}

/** Previews a registration (`before` undefined) or an update of `before`. */
export function propose(context: LifecycleContext, wanted: Registration, before?: Project): Proposal {
  const snapshot = context.registry.load();
  const errors: string[] = [];
  const warnings: string[] = [];
  const normalized = normalize(wanted, before, errors);
  checkNames(snapshot, normalized, before, errors, warnings);
  const roots = normalized.ingest_roots.map((root) => inspectRoot(root, context.sources, errors, warnings));
  checkOverlaps(snapshot, normalized, errors);
  const names = normalized.aliases;
  const aliasMoves = planAliasMoves(context.db, normalized.id, [normalized.id, ...names]);
  for (const twin of findTwinConflicts(context.db, normalized.id, [normalized.id, ...names])) {
    errors.push(
      `trusted state ${twin.category}/${twin.key} has different values under ${normalized.id} and ${twin.alias}: "${twin.values[0]}" and "${twin.values[1]}"`,
    );
  }
  if (aliasMoves.length > 0)
    warnings.push(
      `rows stored under a new name move to ${normalized.id}: ${aliasMoves.map((move) => `${move.rows} of ${move.table}`).join(', ')}`,
    );
  const digest = sha256(JSON.stringify({ before: before ?? null, normalized, aliasMoves, errors })).slice(0, 32);
  return { valid: errors.length === 0, errors, warnings, normalized, roots, alias_moves: aliasMoves, digest };
}

/** Throws INVALID_INPUT for a proposal with errors and DIGEST_MISMATCH when it is not the one that was shown. */
export function assertAgreed(proposal: Proposal, digest: string | undefined): void {
  if (!proposal.valid) {
    const collision = proposal.errors.some((error) => /already|belongs to|different values/.test(error));
    throw new AtoError(
      collision ? 'CONFLICT' : 'INVALID_INPUT',
      `Project ${proposal.normalized.id} cannot be registered: ${proposal.errors.join('; ')}.`,
      'Correct it and preview it again.',
      { errors: proposal.errors },
    );
  }
  if (digest !== proposal.digest) {
    throw new AtoError(
      'DIGEST_MISMATCH',
      digest === undefined
        ? 'The digest of a preview is missing.'
        : 'The digest does not stand for what would be done now.',
      'Call propose_project, look at its answer, and pass its digest.',
      { digest: proposal.digest },
    );
  }
}

/**
 * Applies a proposal: the registry file and, in one transaction, the rows under its new names. The rows move first: a crash between the
 * two leaves rows under the canonical id, where the next registration finds them.
 */
export async function applyProposal(
  context: LifecycleContext & { write: <T>(work: () => T) => Promise<T> },
  proposal: Proposal,
  act: Act,
): Promise<Project> {
  const { normalized } = proposal;
  await context.write(() => moveAliases(context.db, normalized.id, [normalized.id, ...normalized.aliases], act));
  const snapshot = await context.registry.update((current) => {
    const at = current.projects.findIndex((project) => project.id === normalized.id);
    return at < 0 ? [...current.projects, normalized] : current.projects.with(at, normalized);
  });
  return snapshot.get(normalized.id);
}

/** Hides a project from routing and lists, or shows it again; nothing is removed. */
export async function setArchived(registry: Registry, id: string, archived: boolean): Promise<Project> {
  const snapshot = await registry.update((current) =>
    current.projects.map((project) => {
      if (project.id !== id) return project;
      const { archived: _archived, ...rest } = project;
      return archived ? { ...rest, archived } : rest;
    }),
  );
  return snapshot.get(id);
}

function normalize(wanted: Registration, before: Project | undefined, errors: string[]): Project {
  const id = before?.id ?? wanted.id.trim();
  const aliases = unique(
    (wanted.aliases ?? [])
      .map((alias) => alias.normalize('NFC').trim().replaceAll(/\s+/g, ' '))
      .filter((alias) => foldName(alias) !== foldName(id)),
  );
  const candidate = {
    id,
    aliases,
    description: wanted.description.trim(),
    ingest_roots: wanted.ingest_roots.map((root) => {
      const normal = normalizeSubpath(root.subpath);
      return { ...root, subpath: 'subpath' in normal ? normal.subpath : root.subpath };
    }),
    workspaces: unique((wanted.workspaces ?? []).map((workspace) => workspace.trim()).filter(Boolean)),
    ...(before?.archived ? { archived: true } : {}),
  };
  const parsed = projectSchema.safeParse(candidate);
  for (const issue of parsed.success ? [] : parsed.error.issues)
    errors.push(`${issue.path.join('.')}: ${issue.message}`);
  return candidate;
}

function unique(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => !seen.has(foldName(name)) && seen.add(foldName(name)));
}

function checkNames(
  snapshot: RegistrySnapshot,
  wanted: Project,
  before: Project | undefined,
  errors: string[],
  warnings: string[],
): void {
  if (!before && snapshot.find(wanted.id))
    errors.push(`the id ${wanted.id} is already a name of project ${snapshot.get(wanted.id).id}`);
  for (const name of namesOf(wanted)) {
    if (isReservedName(name)) errors.push(`the name "${name}" is reserved`);
    const owner = snapshot.find(name);
    if (owner && owner.id !== wanted.id && name !== foldName(wanted.id))
      errors.push(`the alias "${name}" already belongs to project ${owner.id}`);
  }
  for (const alias of wanted.aliases)
    if (alias.length < 3) warnings.push(`the alias "${alias}" is so short that prompts may hold it by chance`);
}

function inspectRoot(
  root: IngestRoot,
  sources: Record<string, string>,
  errors: string[],
  warnings: string[],
): Proposal['roots'][number] {
  const shown = { source: root.source, subpath: root.subpath, exists: false, files: 0, bytes: 0 };
  try {
    const folder = resolveRoot(root, sources);
    if (folder === undefined) {
      warnings.push(`the ingest root ${root.source}:${root.subpath} does not exist yet`);
      return shown;
    }
    if (!statSync(folder).isDirectory()) {
      errors.push(`the ingest root ${root.source}:${root.subpath} is not a folder`);
      return shown;
    }
    return { ...shown, exists: true, ...measureFolder(folder) };
  } catch (error) {
    errors.push(
      error instanceof AtoError ? error.message : `the ingest root ${root.source}:${root.subpath} cannot be read`,
    );
    return shown;
  }
}

function measureFolder(folder: string): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  const waiting = [folder];
  while (waiting.length > 0 && files < COUNTED_FILES_MAX) {
    const current = waiting.pop()!;
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) waiting.push(join(current, entry.name));
      if (!entry.isFile() || !DOCUMENT_ENDING.test(entry.name)) continue;
      files += 1;
      bytes += statSync(join(current, entry.name)).size;
    }
  }
  return { files, bytes };
}

/** One document belongs to one project: a folder inside another project's folder would be read twice and answer for both. */
function checkOverlaps(snapshot: RegistrySnapshot, wanted: Project, errors: string[]): void {
  const place = (root: IngestRoot) => `/${root.subpath === '.' ? '' : root.subpath}`;
  for (const project of snapshot.projects) {
    if (project.id === wanted.id) continue;
    for (const theirs of project.ingest_roots) {
      for (const mine of wanted.ingest_roots) {
        if (mine.source !== theirs.source) continue;
        if (isInside(place(theirs), place(mine)) || isInside(place(mine), place(theirs))) {
          errors.push(
            `the ingest root ${mine.source}:${mine.subpath} overlaps ${theirs.source}:${theirs.subpath}, which already belongs to project ${project.id}`,
          );
        }
      }
    }
  }
}
