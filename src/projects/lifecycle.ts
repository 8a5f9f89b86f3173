import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { AtoError } from '../core/errors.ts';
import { sha256 } from '../core/ids.ts';
import type { Database } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import { type AliasMove, findTwinConflicts, moveAliases, planAliasMoves } from './alias-moves.ts';
import { normalizeRemote } from './git-workspace.ts';
import { measureRoot } from './measure-root.ts';
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
import { checkOverlaps } from './root-overlaps.ts';

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
  /** Whether one of the errors is a contradiction to what is stored, and not a fault of the input. */
  conflict: boolean;
}

/** What is wrong with a registration, by whose fault it is. */
export interface Findings {
  invalid: string[];
  conflicts: string[];
  warnings: string[];
}

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

/** Previews a registration (`before` undefined) or an update of `before`. Without `measure` folders are not counted. */
export function propose(
  context: LifecycleContext,
  wanted: Registration,
  before?: Project,
  options: { measure: boolean } = { measure: true },
): Proposal {
  const snapshot = context.registry.load();
  const found: Findings = { invalid: [], conflicts: [], warnings: [] };
  const normalized = normalize(wanted, before, found);
  checkNames(snapshot, normalized, before, found);
  checkWorkspaces(normalized, found);
  const roots = normalized.ingest_roots.map((root) => inspectRoot(root, context.sources, found, options.measure));
  checkOverlaps(snapshot.projects, normalized, context.sources, found);
  const names = [normalized.id, ...normalized.aliases];
  const aliasMoves = planAliasMoves(context.db, normalized.id, names);
  for (const twin of findTwinConflicts(context.db, normalized.id, names)) {
    found.conflicts.push(
      `trusted state ${twin.category}/${twin.key} has different values under ${normalized.id} and ${twin.alias}: "${twin.values[0]}" and "${twin.values[1]}"`,
    );
  }
  if (aliasMoves.length > 0)
    found.warnings.push(
      `rows stored under a new name move to ${normalized.id}: ${aliasMoves.map((move) => `${move.rows} of ${move.table}`).join(', ')}`,
    );
  const errors = [...found.invalid, ...found.conflicts];
  return {
    valid: errors.length === 0,
    errors,
    warnings: found.warnings,
    normalized,
    roots,
    alias_moves: aliasMoves,
    digest: sha256(JSON.stringify({ before: before ?? null, normalized, aliasMoves, errors })).slice(0, 32),
    conflict: found.invalid.length === 0 && found.conflicts.length > 0,
  };
}

/**
 * Throws INVALID_INPUT or CONFLICT for a proposal with errors, and DIGEST_MISMATCH when it is not the one that was shown; its details hold
 * the preview of what would be done now and the digest of that.
 */
export function assertAgreed(proposal: Proposal, digest: string | undefined): void {
  const { normalized, roots, warnings, alias_moves } = proposal;
  if (!proposal.valid) {
    throw new AtoError(
      proposal.conflict ? 'CONFLICT' : 'INVALID_INPUT',
      `Project ${normalized.id} cannot be registered: ${proposal.errors.join('; ')}.`,
      'Correct it and preview it again.',
      { errors: proposal.errors },
    );
  }
  if (digest !== proposal.digest) {
    // Folders are not counted here, and a count of none would be read as one.
    const found = roots.map(({ source, subpath, exists }) => ({ source, subpath, exists }));
    throw new AtoError(
      'DIGEST_MISMATCH',
      digest === undefined
        ? `The digest of a preview of ${normalized.id} is missing.`
        : `The digest does not stand for what would be done to ${normalized.id} now.`,
      'Look at `preview`, which is what would be done now, and pass its digest.',
      { digest: proposal.digest, preview: { normalized, roots: found, warnings, alias_moves } },
    );
  }
}

/**
 * Carries out a previewed change: rows under its new names move and the registry file is replaced. The preview is made again (`preview`,
 * without measuring) under the registry's lock and inside the transaction, so that what is done is exactly what the digest stands for. The
 * file is replaced last before the commit: when it cannot be written, the rows stay where they are.
 */
export async function applyProposal(
  context: LifecycleContext & { write: <T>(work: () => T) => Promise<T> },
  preview: () => Proposal,
  digest: string | undefined,
  act: Act,
): Promise<Project> {
  return context.registry.edit((save) =>
    context.write(() => {
      const proposal = preview();
      assertAgreed(proposal, digest);
      const { normalized } = proposal;
      moveAliases(context.db, normalized.id, [normalized.id, ...normalized.aliases], act);
      const { projects } = context.registry.load();
      const at = projects.findIndex((project) => project.id === normalized.id);
      return save(at < 0 ? [...projects, normalized] : projects.with(at, normalized)).get(normalized.id);
    }),
  );
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

/** Lets a project opt out of capture, or in again; what was captured before stays until it is pruned or deleted. */
export async function setCapture(registry: Registry, id: string, capture: boolean): Promise<Project> {
  const snapshot = await registry.update((current) =>
    current.projects.map((project) => {
      if (project.id !== id) return project;
      const { capture: _capture, ...rest } = project;
      return capture ? rest : { ...rest, capture };
    }),
  );
  return snapshot.get(id);
}

function normalize(wanted: Registration, before: Project | undefined, found: Findings): Project {
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
    ...(before?.capture === false ? { capture: false } : {}),
  };
  const parsed = projectSchema.safeParse(candidate);
  for (const issue of parsed.success ? [] : parsed.error.issues)
    found.invalid.push(`${issue.path.join('.')}: ${issue.message}`);
  return candidate;
}

function unique(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => !seen.has(foldName(name)) && seen.add(foldName(name)));
}

function checkNames(snapshot: RegistrySnapshot, wanted: Project, before: Project | undefined, found: Findings): void {
  if (!before && snapshot.find(wanted.id))
    found.conflicts.push(
      `the id ${wanted.id} is already a name of project ${snapshot.get(wanted.id).id}, which \`atocore project update\` changes`,
    );
  for (const name of namesOf(wanted)) {
    if (isReservedName(name)) found.invalid.push(`the name "${name}" is reserved`);
    const owner = snapshot.find(name);
    if (owner && owner.id !== wanted.id && name !== foldName(wanted.id))
      found.conflicts.push(`the alias "${name}" already belongs to project ${owner.id}`);
  }
  for (const alias of wanted.aliases)
    if (alias.length < 3) found.warnings.push(`the alias "${alias}" is so short that prompts may hold it by chance`);
}

function checkWorkspaces({ workspaces }: Project, found: Findings): void {
  for (const workspace of workspaces) {
    if (isAbsolute(workspace) || normalizeRemote(workspace) !== undefined) continue;
    found.warnings.push(
      `the workspace "${workspace}" is no absolute folder and no git remote, so nothing will match it`,
    );
  }
}

function inspectRoot(
  root: IngestRoot,
  sources: Record<string, string>,
  found: Findings,
  measure: boolean,
): Proposal['roots'][number] {
  const name = `${root.source}:${root.subpath}`;
  const shown = { source: root.source, subpath: root.subpath, exists: false, files: 0, bytes: 0 };
  try {
    const folder = resolveRoot(root, sources);
    if (folder === undefined) {
      found.warnings.push(`the ingest root ${name} does not exist yet`);
      return shown;
    }
    if (!statSync(folder).isDirectory()) {
      found.invalid.push(`the ingest root ${name} is not a folder`);
      return shown;
    }
    if (!measure) return { ...shown, exists: true };
    const { files, bytes, whole } = measureRoot(folder);
    if (!whole)
      found.warnings.push(`the ingest root ${name} holds so many files that only ${files} documents were counted`);
    return { ...shown, exists: true, files, bytes };
  } catch (error) {
    found.invalid.push(
      error instanceof AtoError ? error.message.replace(/\.$/, '') : `the ingest root ${name} cannot be read`,
    );
    return shown;
  }
}
