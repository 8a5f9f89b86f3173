import { realpathSync } from 'node:fs';
import { isAbsolute, join, posix } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { AtoError } from '../core/errors.ts';
import { isInside } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';

export const PROJECT_ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Names that mean "no project" or a folder of unsorted things; a project of that name would swallow them (case C05). */
const RESERVED: ReadonlySet<string> = new Set(['', 'inbox']);

/** A folder below a named source whose files belong to the project. `subpath` is relative, with `/`; `.` is the whole source. */
export const ingestRootSchema = z.strictObject({
  source: z.string().min(1).max(64).describe('Name of a configured source, such as vault or drive'),
  subpath: z.string().max(1_024).describe('Folder below the source, with /; . for all of it'),
  label: z.string().max(120).optional().describe('What lies there, for people'),
});
export type IngestRoot = z.output<typeof ingestRootSchema>;

/** A registered body of work, exactly as the registry file holds it. */
export const projectSchema = z.strictObject({
  id: z.string().max(LIMITS.projectIdCharsMax).regex(PROJECT_ID, 'wanted: kebab-case, such as p05-interferometer'),
  aliases: z.array(z.string().min(1).max(LIMITS.aliasCharsMax)).max(LIMITS.aliasesMax).default([]),
  description: z.string().max(LIMITS.descriptionCharsMax).default(''),
  ingest_roots: z.array(ingestRootSchema).max(LIMITS.rootsMax).default([]),
  workspaces: z.array(z.string().min(1).max(1_024)).max(LIMITS.workspacesMax).default([]),
  archived: z.boolean().optional(),
  /** False: nothing that was said in this project is ever captured. */
  capture: z.boolean().optional(),
});
export type Project = z.output<typeof projectSchema>;

/**
 * The form in which names are compared: trimmed, single spaces, Unicode-composed, without letter case. Lower, upper and lower again,
 * because some letters have no partner of their own: ẞ, ß and SS are one spelling.
 */
export function foldName(name: string): string {
  const plain = name.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  return plain.toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}

export function isReservedName(name: string): boolean {
  return RESERVED.has(foldName(name));
}

/** What a project is called. */
type Named = Pick<Project, 'id' | 'aliases'>;

/** All names of a project, folded: its id and its aliases. */
export function namesOf(project: Named): string[] {
  return [project.id, ...project.aliases].map(foldName);
}

/** The registered names that are most like an unknown one, best first, at most three. */
export function nearNames(projects: readonly Named[], name: string): string[] {
  const wanted = foldName(name);
  return projects
    .flatMap((project) => namesOf(project).map((known) => ({ known, id: project.id, away: nearness(known, wanted) })))
    .filter(({ known, away }) => away <= Math.max(2, known.length / 3))
    .sort((a, b) => a.away - b.away)
    .map(({ id }) => id)
    .filter((id, at, all) => all.indexOf(id) === at)
    .slice(0, 3);
}

function nearness(known: string, wanted: string): number {
  return wanted.length >= 3 && (known.includes(wanted) || wanted.includes(known)) ? 0 : distance(known, wanted);
}

export function unknownProject(projects: readonly Named[], name: string): AtoError {
  const near = nearNames(projects, name);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '`atocore project list` shows all of them.';
  return new AtoError('UNKNOWN_PROJECT', `No project has the id or alias "${name.slice(0, 80)}".`, hint, { near });
}

/** Normalises a subpath to `a/b`, or says why it cannot be one. */
export function normalizeSubpath(subpath: string): { subpath: string } | { problem: string } {
  const slashed = subpath.replaceAll('\\', '/').trim();
  if (slashed.includes('\0')) return { problem: 'contains a NUL character' };
  if (isAbsolute(slashed) || /^[a-zA-Z]:/.test(slashed))
    return { problem: 'is absolute; wanted: a path below its source' };
  const normal = posix.normalize(slashed === '' ? '.' : slashed).replace(/\/$/, '');
  if (normal === '..' || normal.startsWith('../')) return { problem: 'leaves its source' };
  return { subpath: normal };
}

/** The absolute folder of a root, symlinks resolved; undefined when it does not exist. Throws INVALID_INPUT when it leaves its source. */
export function resolveRoot(root: IngestRoot, sources: Record<string, string>): string | undefined {
  const base = sources[root.source];
  const normal = normalizeSubpath(root.subpath);
  if (base === undefined || 'problem' in normal) {
    throw new AtoError(
      'INVALID_INPUT',
      `The ingest root ${root.source}:${root.subpath} ${'problem' in normal ? normal.problem : 'names an unknown source'}.`,
      `Known sources: ${Object.keys(sources).join(', ')}.`,
    );
  }
  try {
    const realBase = realpathSync(base);
    const real = realpathSync(join(realBase, normal.subpath));
    if (!isInside(realBase, real)) {
      throw new AtoError(
        'INVALID_INPUT',
        `The ingest root ${root.source}:${root.subpath} leaves its source through a symbolic link.`,
        'Name the folder under its own source.',
      );
    }
    return real;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
