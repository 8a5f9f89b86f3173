import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { z } from 'zod';
import { AtoError, systemCode } from '../core/errors.ts';
import { writeFileAtomic } from '../core/files.ts';
import { withoutMark } from '../core/json.ts';
import { LIMITS } from '../core/limits.ts';
import { takeLock } from '../storage/store-lock.ts';
import { foldName, isReservedName, namesOf, type Project, projectSchema, unknownProject } from './project.ts';

const registrySchema = z.strictObject({
  version: z.literal(1).default(1),
  projects: z.array(projectSchema).max(LIMITS.projectsMax).default([]),
});

/** One validated reading of the registry file. */
export interface RegistrySnapshot {
  /** In the order of the file; archived ones included. */
  readonly projects: readonly Project[];
  /** By id or alias, in any letter case. */
  find(name: string): Project | undefined;
  /** Throws UNKNOWN_PROJECT with the nearest names. */
  get(name: string): Project;
  /** The canonical id, the empty name (global scope) for a reserved one, or the name itself when no project bears it (case C03). */
  canonical(name: string): string;
}

/** The project registry: a JSON file that people read and edit. Broken files degrade reads and refuse writes; none is ever overwritten. */
export interface Registry {
  readonly path: string;
  /** The current content, read again when the file changed. Throws REGISTRY_INVALID naming the line. A missing file is an empty registry. */
  load(): RegistrySnapshot;
  /** `load`, but a broken file is a value: the last good reading (or an empty one) and the error. */
  loadOrLast(): { snapshot: RegistrySnapshot; error: AtoError | undefined };
  /** Replaces the content atomically under a lock between processes. `change` gets what is current then. Throws REGISTRY_INVALID. */
  update(change: (current: RegistrySnapshot) => readonly Project[]): Promise<RegistrySnapshot>;
  /** Runs `work` as the only writer. What it decides by `load` still holds when it calls `save` without an await in between. */
  edit<T>(work: (save: (projects: readonly Project[]) => RegistrySnapshot) => Promise<T>): Promise<T>;
}

export function createRegistry(path: string, lockFolder: string, waitMs: number): Registry {
  let known: { stamp: string; snapshot: RegistrySnapshot } | undefined;

  const load = (): RegistrySnapshot => {
    const stamp = fileStamp(path);
    if (known?.stamp !== stamp) known = { stamp, snapshot: createSnapshot(stamp === '' ? [] : readRegistry(path)) };
    return known.snapshot;
  };

  const save = (projects: readonly Project[]): RegistrySnapshot => {
    const problem = findCollision(projects);
    if (problem) throw new AtoError('CONFLICT', problem.message, 'Choose another name.');
    writeFileAtomic(linkTarget(path), formatRegistry(projects), 0o644);
    return load();
  };

  const edit = async <T>(work: (write: typeof save) => Promise<T>): Promise<T> => {
    const lock = await takeLock(lockFolder, 'registry', 'exclusive', waitMs);
    try {
      return await work(save);
    } finally {
      lock.release();
    }
  };

  return {
    path,
    load,
    edit,
    loadOrLast() {
      try {
        return { snapshot: load(), error: undefined };
      } catch (error) {
        if (!(error instanceof AtoError)) throw error;
        return { snapshot: known?.snapshot ?? createSnapshot([]), error };
      }
    },
    update: (change) => edit(async () => save(change(load()))),
  };
}

/** A registry that people keep elsewhere and link to stays a link. */
function linkTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path;
    throw error;
  }
}

/** Two-space JSON with a line end, keys in one order: a person's diff stays small. */
export function formatRegistry(projects: readonly Project[]): string {
  const ordered = projects.map(({ id, aliases, description, ingest_roots, workspaces, archived, capture }) => ({
    id,
    aliases,
    description,
    ingest_roots,
    workspaces,
    ...(archived ? { archived } : {}),
    ...(capture === false ? { capture } : {}),
  }));
  return `${JSON.stringify({ version: 1, projects: ordered }, null, 2)}\n`;
}

function fileStamp(path: string): string {
  try {
    const { mtimeNs, size, ino } = statSync(path, { bigint: true });
    return `${mtimeNs}-${size}-${ino}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw registryInvalid(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function readRegistry(path: string): Project[] {
  let content: string;
  try {
    if (statSync(path).size > LIMITS.registryBytesMax)
      throw registryInvalid(path, `is larger than ${LIMITS.registryBytesMax} bytes`);
    content = withoutMark(readFileSync(path, 'utf8'));
  } catch (error) {
    throw error instanceof AtoError
      ? error
      : registryInvalid(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const tree = parseStrictly(path, content);
  const parsed = registrySchema.safeParse(JSON.parse(content));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const place = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
    throw registryInvalid(
      path,
      `${issue.path.join('.') || 'the file'}: ${issue.message}`,
      lineAt(content, tree, place),
    );
  }
  const projects = parsed.data.projects;
  const problem = findCollision(projects);
  if (problem) throw registryInvalid(path, problem.message, lineAt(content, tree, ['projects', ...problem.place]));
  return projects;
}

/** The syntax tree of valid JSON. Throws REGISTRY_INVALID naming the line of the first error. */
function parseStrictly(path: string, content: string): Node {
  const errors: ParseError[] = [];
  let tree: Node | undefined;
  try {
    tree = parseTree(content, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch (error) {
    if (error instanceof RangeError) throw registryInvalid(path, 'is nested too deeply');
    throw error;
  }
  const broken = errors[0];
  if (!broken && tree) return tree;
  throw registryInvalid(
    path,
    `is not valid JSON: ${broken ? printParseErrorCode(broken.error) : 'empty'}`,
    lineOf(content, broken?.offset ?? 0),
  );
}

/** A name that two projects bear, or a reserved one; `place` leads to it below the list of projects. */
function findCollision(projects: readonly Project[]): { message: string; place: (string | number)[] } | undefined {
  const owner = new Map<string, string>();
  for (const [at, project] of projects.entries()) {
    for (const [index, name] of namesOf(project).entries()) {
      const place = index === 0 ? [at, 'id'] : [at, 'aliases', index - 1];
      if (isReservedName(name)) return { message: `Project ${project.id} uses the reserved name "${name}"`, place };
      const taken = owner.get(name);
      if (taken !== undefined && taken !== project.id)
        return { message: `Both ${taken} and ${project.id} bear the name "${name}"`, place };
      if (taken !== undefined && name === project.id)
        return { message: `The id ${project.id} stands twice or as its own alias`, place };
      owner.set(name, project.id);
    }
  }
  return undefined;
}

function lineAt(content: string, tree: Node, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, depth) as (string | number)[]);
    if (node) return lineOf(content, node.offset);
  }
  return 1;
}

function lineOf(content: string, offset: number): number {
  return content.slice(0, offset).split('\n').length;
}

function registryInvalid(path: string, what: string, line?: number): AtoError {
  const where = line === undefined ? '' : `, line ${line}`;
  return new AtoError(
    'REGISTRY_INVALID',
    `The project registry ${join(basename(dirname(path)), basename(path))}${where}: ${what}.`,
    'Correct the file by hand; it is never overwritten while it is broken.',
    line === undefined ? {} : { line },
  );
}

export function createSnapshot(projects: readonly Project[]): RegistrySnapshot {
  const byName = new Map<string, Project>();
  for (const project of projects) for (const name of namesOf(project)) byName.set(name, project);
  const find = (name: string) => byName.get(foldName(name));
  return {
    projects,
    find,
    get(name) {
      const project = find(name);
      if (!project) throw unknownProject(projects, name);
      return project;
    },
    canonical: (name) => find(name)?.id ?? (isReservedName(name) ? '' : name),
  };
}
