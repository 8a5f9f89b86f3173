import { z } from 'zod';
import type { AtoCore } from '../app/atocore.ts';
import { readRegistry } from '../app/read-registry.ts';
import { refreshAndIndex } from '../app/refresh.ts';
import { stageDocument } from '../app/stage-document.ts';
import { LIMITS } from '../core/limits.ts';
import { applyProposal, PROJECT_TEMPLATE, type Proposal, propose, type Registration } from '../projects/lifecycle.ts';
import { ingestRootSchema, PROJECT_ID, type Project, projectSchema } from '../projects/project.ts';
import { sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import { actOf } from './acting.ts';
import { defineOperation } from './operation.ts';
import { PLAIN_FOLDER, PLAIN_WORDS } from './plain-names.ts';
import { redactInput } from './redact-input.ts';
import { degradedWhenAny, projectName } from './schemas.ts';

const registrationFields = {
  id: z.string().min(1).max(LIMITS.projectIdCharsMax).describe('kebab-case; never changes'),
  aliases: z.array(z.string().max(LIMITS.aliasCharsMax)).max(LIMITS.aliasesMax).optional(),
  description: z.string().max(LIMITS.descriptionCharsMax),
  ingest_roots: z.array(ingestRootSchema).max(LIMITS.rootsMax),
  workspaces: z
    .array(z.string().max(1_024))
    .max(LIMITS.workspacesMax)
    .optional()
    .describe('Working folders or git remotes of the project'),
};
const digestText = z.string().max(128).describe('The digest that the preview answered');

/** Folders are named as they are, or they are not found. */
const PATHS = ['ingest_roots'];
/** What a project is called, and where it is worked on. */
const NAMES = { id: PROJECT_ID, aliases: PLAIN_WORDS, workspaces: PLAIN_FOLDER };

const projectOutput = projectSchema.extend({ archived: z.boolean().optional() });
const listedProject = projectOutput.extend({
  documents: z.number(),
  chunks: z.number(),
  last_refresh: z.string().nullable(),
});

/** A preview shows what was asked for, also when it is not valid. */
const normalizedOutput = projectOutput.extend({
  id: z.string(),
  aliases: z.array(z.string()),
  description: z.string(),
  workspaces: z.array(z.string()),
});

const proposalOutput = z.object({
  valid: z.boolean(),
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  normalized: normalizedOutput,
  roots: z.array(
    z.object({ source: z.string(), subpath: z.string(), exists: z.boolean(), files: z.number(), bytes: z.number() }),
  ),
  alias_moves: z.array(z.object({ table: z.string(), rows: z.number() })),
  digest: z.string(),
});

function lifecycleContext(app: AtoCore, store: Store) {
  return { registry: app.registry, sources: app.config.sources, db: store.db, write: store.write };
}

/** A project with the counts of what is stored for it. */
export function describeProject(store: Store, project: Project): z.output<typeof listedProject> {
  const counts = sql(
    store.db,
    `SELECT (SELECT count(*) FROM documents WHERE project = @id) AS documents, (SELECT count(*) FROM chunks WHERE project = @id) AS chunks,
       (SELECT finished_at FROM refreshes WHERE project = @id) AS last_refresh`,
  ).get({ id: project.id }) as { documents: number; chunks: number; last_refresh: string | null };
  return { ...project, ...counts };
}

export const listProjects = defineOperation({
  name: 'list_projects',
  title: 'List projects',
  description:
    'Lists the registered projects with their aliases, roots and counts. Call it to learn which names exist.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({ archived: z.boolean().default(false).describe('Also those that are archived') }),
  output: z.object({ projects: z.array(listedProject), degraded: degradedWhenAny }),
  handler: ({ app }, { archived }) => {
    const { projects, named } = readRegistry(app);
    return app.withStore(async (store) => ({
      projects: projects
        .filter((project) => archived || !project.archived)
        .map((project) => describeProject(store, project)),
      ...named,
    }));
  },
});

export const projectTemplate = defineOperation({
  name: 'project_template',
  title: 'Project template',
  description: 'A filled example of a registration, to start from.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({}),
  output: z.object({ template: z.strictObject(registrationFields) }),
  handler: async () => ({ template: PROJECT_TEMPLATE }),
});

export const proposeProject = defineOperation({
  name: 'propose_project',
  title: 'Preview a registration',
  description: 'Shows what registering a project would do, with errors, warnings and a digest. Changes nothing.',
  scope: 'read',
  readOnly: true,
  // The digest must be that of what is registered.
  redacts: true,
  verbatim: PATHS,
  plain: NAMES,
  input: z.strictObject(registrationFields),
  output: proposalOutput,
  handler: ({ app }, input) => app.withStore(async (store) => propose(lifecycleContext(app, store), input)),
});

export const registerProject = defineOperation({
  name: 'register_project',
  title: 'Register a project',
  description: 'Registers a project exactly as propose_project previewed it; needs the digest of that preview.',
  scope: 'write',
  readOnly: false,
  verbatim: [...PATHS, 'digest'],
  plain: NAMES,
  input: z.strictObject({ ...registrationFields, digest: digestText }),
  output: z.object({ project: projectOutput }),
  handler: (call, { digest, ...registration }) =>
    call.app.withStore(async (store) => {
      const context = lifecycleContext(call.app, store);
      const preview = () => propose(context, registration, undefined, { measure: false });
      return { project: await applyProposal(context, preview, digest, actOf(call, 'project registered')) };
    }),
});

const updateFields = { ...z.strictObject(registrationFields).omit({ id: true }).partial().shape };

/** The whole registration that an update of some fields would leave. */
export function mergeUpdate(project: Project, change: Partial<Omit<Registration, 'id'>>): Registration {
  return {
    id: project.id,
    aliases: change.aliases ?? project.aliases,
    description: change.description ?? project.description,
    ingest_roots: change.ingest_roots ?? project.ingest_roots,
    workspaces: change.workspaces ?? project.workspaces,
  };
}

export const updateProject = defineOperation({
  name: 'update_project',
  title: 'Update a project',
  description:
    'Changes aliases, description, roots or workspaces of a project; the id never changes. Without a digest it answers the preview as a digest error.',
  scope: 'write',
  readOnly: false,
  verbatim: [...PATHS, 'project', 'digest'],
  plain: NAMES,
  input: z.strictObject({ project: projectName, ...updateFields, digest: digestText.optional() }),
  output: z.object({ project: projectOutput, changed: z.array(z.string()) }),
  async handler(call, { project: name, digest, ...change }) {
    const { registry } = call.app;
    let before = registry.load().get(name);
    const project = await call.app.withStore(async (store) => {
      const context = lifecycleContext(call.app, store);
      const preview = () => {
        before = registry.load().get(name);
        return propose(context, mergeUpdate(before, change), before, { measure: false });
      };
      return applyProposal(context, preview, digest, actOf(call, 'project updated'));
    });
    const changed = (Object.keys(project) as (keyof Project)[]).filter(
      (key) => JSON.stringify(project[key]) !== JSON.stringify(before[key]),
    );
    return { project, changed };
  },
});

/** The preview of an update: the same as propose_project for a project that exists. */
export async function previewUpdate(
  app: AtoCore,
  name: string,
  change: Partial<Omit<Registration, 'id'>>,
): Promise<Proposal> {
  const before = app.registry.load().get(name);
  const { input } = await redactInput(updateProject, change);
  const merged = mergeUpdate(before, input as typeof change);
  return app.withStore(async (store) => propose(lifecycleContext(app, store), merged, before));
}

export const refreshOutput = z.object({
  project: z.string(),
  status: z.enum(['ingested', 'partial', 'unchanged', 'nothing_to_ingest']),
  roots_ingested: z.array(z.string()),
  roots_skipped: z.array(z.object({ root: z.string(), reason: z.string() })),
  documents: z.object({
    added: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    removed: z.number(),
    failed: z.array(z.object({ path: z.string(), error: z.string() })),
  }),
  chunks: z.number().describe('Chunks stored for the project now'),
  vectors: z.number().describe('Of them, how many have their vector; the rest is filled in behind'),
  duration_ms: z.number(),
});

export const refreshProject = defineOperation({
  name: 'refresh_project',
  title: 'Refresh a project',
  description:
    'Reads what changed under the ingest roots of a project. Words are searchable when it answers; vectors fill in behind.',
  scope: 'write',
  readOnly: false,
  idempotent: true,
  verbatim: ['project'],
  input: z.strictObject({ project: projectName, full: z.boolean().default(false).describe('Read every file again') }),
  output: refreshOutput,
  handler: ({ app, signal, progress }, { project, full }) =>
    refreshAndIndex(app, app.registry.load().get(project), { full, signal, progress }),
});

export const stageDocumentOperation = defineOperation({
  name: 'stage_document',
  title: 'Stage a document',
  description: 'Writes a Markdown or text document into the incoming folder of a project and ingests it.',
  scope: 'write',
  readOnly: false,
  // The file is the person's own; what is stored of it loses its secrets when it is read.
  verbatim: ['project', 'content'],
  plain: { name: PLAIN_WORDS },
  input: z.strictObject({
    project: projectName,
    name: z.string().min(1).max(200).describe('Plain file name ending in .md, .markdown or .txt'),
    content: z.string().min(1).max(LIMITS.stagedDocumentCharsMax),
    label: z.string().max(120).optional().describe('What it is; becomes the title in its front matter'),
    overwrite: z.boolean().default(false).describe('Replace a document of that name'),
  }),
  output: z.object({
    path: z.string(),
    document: z.object({ id: z.number(), title: z.string(), chunks: z.number() }).nullable(),
  }),
  handler: ({ app }, input) => stageDocument(app, app.registry.load().get(input.project), input),
});
