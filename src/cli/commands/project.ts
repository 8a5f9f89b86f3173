import { resolve } from 'node:path';
import { invalidInput } from '../../core/errors.ts';
import { approve, approveUpdate, describeProposal, type Proposal } from '../approve.ts';
import type { CommandSpec, OptionSpec, OptionValues } from '../command.ts';
import { absoluteFolder, readStdin } from '../input.ts';
import { table } from '../output.ts';
import { refreshProjects } from '../refresh-projects.ts';
import { assertRegistryWhole, type MaybeDegraded } from '../registry-state.ts';

interface ListedProject {
  id: string;
  aliases: string[];
  description: string;
  ingest_roots: { source: string; subpath: string; label?: string }[];
  workspaces: string[];
  documents: number;
  chunks: number;
  last_refresh: string | null;
}

const REGISTRATION_OPTIONS: readonly OptionSpec[] = [
  { flags: '--id <id>', meaning: 'kebab-case id; never changes' },
  { flags: '--alias <name>', meaning: 'another name', repeat: true },
  { flags: '--description <text>', meaning: 'what the project is' },
  { flags: '--root <source:subpath[:label]>', meaning: 'a folder below a named source', repeat: true },
  { flags: '--workspace <path-or-remote>', meaning: 'a working folder or git remote', repeat: true },
];
const APPROVAL: OptionSpec = { flags: '--yes', meaning: 'approve without being asked' };
const UPDATE_OPTIONS = REGISTRATION_OPTIONS.filter((option) => !option.flags.startsWith('--id'));

function parseRoot(text: string): { source: string; subpath: string; label?: string } {
  const [source, subpath, ...label] = text.split(':');
  if (!source || subpath === undefined)
    throw invalidInput(
      `--root "${text}" is not SOURCE:SUBPATH[:LABEL].`,
      'For example --root vault:projects/p05-interferometer.',
    );
  return { source, subpath, ...(label.length > 0 ? { label: label.join(':') } : {}) };
}

/** `.` and `../x` are folders; anything else may be a git remote. */
function absoluteWhenRelative(workspace: string): string {
  return /^\.\.?($|[\\/])/.test(workspace) ? resolve(workspace) : workspace;
}

function registrationOf(options: OptionValues) {
  return {
    ...(options['alias'] === undefined ? {} : { aliases: options['alias'] }),
    ...(options['description'] === undefined ? {} : { description: options['description'] as string }),
    ...(options['root'] === undefined ? {} : { ingest_roots: (options['root'] as string[]).map(parseRoot) }),
    ...(options['workspace'] === undefined
      ? {}
      : { workspaces: (options['workspace'] as string[]).map(absoluteWhenRelative) }),
  };
}

function wholeRegistration(options: OptionValues) {
  if (options['id'] === undefined) throw invalidInput('--id is missing.', 'See `atocore project register --help`.');
  return { id: options['id'], description: '', ingest_roots: [], ...registrationOf(options) };
}

export const projectCommands: readonly CommandSpec[] = [
  {
    usage: 'project template',
    summary: 'Print a filled example of a registration',
    example: 'atocore project template --json',
    async run(session) {
      const result = await session.call<{ template: object }>('project_template', {});
      session.output.result(result, ({ template }) => JSON.stringify(template, null, 2));
    },
  },
  {
    usage: 'project list',
    summary: 'List the registered projects',
    options: [{ flags: '--archived', meaning: 'also those that are archived' }],
    example: 'atocore project list',
    async run(session, _args, options) {
      const result = await session.call<{ projects: ListedProject[] }>('list_projects', {
        archived: options['archived'] === true,
      });
      session.output.result(result, ({ projects }) =>
        table(
          ['id', 'aliases', 'documents', 'chunks', 'refreshed'],
          projects.map((project) => [
            project.id,
            project.aliases.join(', '),
            project.documents,
            project.chunks,
            project.last_refresh ?? 'never',
          ]),
        ),
      );
    },
  },
  {
    usage: 'project show <project>',
    summary: 'Show one project',
    example: 'atocore project show p05',
    exits: { 4: 'no such project' },
    async run(session, [name]) {
      const listed = await session.call<{ projects: ListedProject[] } & MaybeDegraded>('list_projects', {
        archived: true,
      });
      const { foldName, unknownProject } = await import('../../projects/project.ts');
      const bears = ({ id, aliases }: ListedProject) =>
        [id, ...aliases].some((own) => foldName(own) === foldName(name!));
      const project = listed.projects.find(bears);
      if (!project) assertRegistryWhole(listed);
      if (!project) throw unknownProject(listed.projects, name!);
      session.output.result({ project }, () => JSON.stringify(project, null, 2));
    },
  },
  {
    usage: 'project propose',
    summary: 'Preview a registration; changes nothing',
    options: REGISTRATION_OPTIONS,
    example:
      'atocore project propose --id p05-interferometer --alias p05 --description "Null interferometer" --root vault:projects/p05-interferometer',
    async run(session, _args, options) {
      session.output.result(
        await session.call<Proposal>('propose_project', wholeRegistration(options)),
        describeProposal,
      );
    },
  },
  {
    usage: 'project register',
    summary: 'Register a project after showing what it would do',
    options: [...REGISTRATION_OPTIONS, APPROVAL],
    example:
      'atocore project register --id p05-interferometer --alias p05 --description "Null interferometer" --root vault:projects/p05-interferometer --yes',
    exits: { 5: 'a name or root is taken', 6: 'not approved' },
    async run(session, _args, options) {
      const registration = wholeRegistration(options);
      const proposal = await session.call<Proposal>('propose_project', registration);
      await approve(session, proposal, options);
      const result = await session.call<{ project: { id: string } }>('register_project', {
        ...registration,
        digest: proposal.digest,
      });
      session.output.result(
        result,
        ({ project }) => `registered ${project.id}; next: atocore project refresh ${project.id}`,
      );
    },
  },
  {
    usage: 'project update <project>',
    summary: 'Change aliases, description, roots or workspaces; the id never changes',
    options: [...UPDATE_OPTIONS, APPROVAL],
    example: 'atocore project update p05 --alias p05 --alias interferometer --yes',
    exits: { 4: 'no such project', 5: 'a name or root is taken', 6: 'not approved' },
    async run(session, [project], options) {
      const change = registrationOf(options);
      const digest = await approveUpdate(session, project!, change, options);
      const result = await session.call<{ changed: string[] }>('update_project', { project, ...change, digest });
      session.output.result(result, ({ changed }) => `changed: ${changed.join(', ') || 'nothing'}`);
    },
  },
  {
    usage: 'project refresh [project]',
    summary: 'Read what changed under the ingest roots; vectors fill in behind',
    options: [
      { flags: '--all', meaning: 'every project that is not archived' },
      { flags: '--full', meaning: 'read every file again' },
      { flags: '--wait', meaning: 'end only when every vector is there' },
    ],
    example: 'atocore project refresh --all',
    exits: {
      3: 'some files or roots failed; the report names them',
      4: 'no such project',
      11: 'another refresh of it is running',
    },
    run: refreshProjects,
  },
  {
    usage: 'project archive <project>',
    summary: 'Hide a project from routing and lists; reversible',
    options: [{ flags: '--restore', meaning: 'show it again' }],
    example: 'atocore project archive p03-old-mount',
    exits: { 4: 'no such project' },
    async run(session, [name], options) {
      const { setArchived } = await import('../../projects/lifecycle.ts');
      const { registry } = await session.app();
      const project = await setArchived(registry, registry.load().get(name!).id, options['restore'] !== true);
      session.output.result({ project }, () => `${project.id} is ${project.archived ? 'archived' : 'open'}`);
    },
  },
  {
    usage: 'project capture <project>',
    summary: 'Let a project opt out of capture, or in again; what is stored stays',
    options: [{ flags: '--off', meaning: 'capture nothing from now on; without it capture is on' }],
    example: 'atocore project capture p05 --off',
    exits: { 4: 'no such project' },
    async run(session, [name], options) {
      const { setCapture } = await import('../../projects/lifecycle.ts');
      const { registry } = await session.app();
      const project = await setCapture(registry, registry.load().get(name!).id, options['off'] !== true);
      session.output.result({ project }, () => `${project.id}: capture is ${project.capture === false ? 'off' : 'on'}`);
    },
  },
  {
    usage: 'project detect <prompt>',
    summary: 'Say which project a prompt belongs to, and why',
    options: [{ flags: '--cwd <dir>', meaning: 'working folder as evidence; default: none' }],
    example: 'atocore project detect "what is the lead time of the M2 mirror?"',
    async run(session, [prompt], options) {
      type Detection = {
        project: string | null;
        confidence: number;
        candidates: { project: string; confidence: number; evidence: { signal: string; detail: string }[] }[];
      };
      const result = await session.call<Detection>('detect_project', { prompt, cwd: absoluteFolder(options['cwd']) });
      session.output.result(result, (detection) =>
        [
          `${detection.project ?? 'no project'} (confidence ${detection.confidence.toFixed(2)})`,
          ...detection.candidates.flatMap((candidate) => [
            `  ${candidate.project} ${candidate.confidence.toFixed(2)}`,
            ...candidate.evidence.map((item) => `    ${item.signal}: ${item.detail}`),
          ]),
        ].join('\n'),
      );
    },
  },
  {
    usage: 'project stage <project> <name>',
    summary: 'Write a document from stdin into the incoming folder of a project and ingest it',
    options: [
      { flags: '--label <text>', meaning: 'title of the document' },
      { flags: '--overwrite', meaning: 'replace a document of that name' },
    ],
    example: 'atocore project stage p05 2026-03-02-vendor-call.md < notes.md',
    exits: { 4: 'no such project', 5: 'a document of that name is there' },
    async run(session, [project, name], options) {
      const content = await readStdin();
      const result = await session.call<{ path: string }>('stage_document', {
        project,
        name,
        content,
        label: options['label'],
        overwrite: options['overwrite'] === true,
      });
      session.output.result(result, ({ path }) => `staged ${path}`);
    },
  },
];
