import {
  type ListResourcesResult,
  type McpServer,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Call } from '../operations/operation.ts';
import type { ResourceViews } from '../operations/resource-views-types.ts';
import { protocolError } from './failure.ts';

type CallOf = (ctx?: ServerContext) => Call;
type View = (call: Call, name: string) => Promise<string>;

const MARKDOWN = 'text/markdown';
const JSON_TYPE = 'application/json';

export const PROJECTS_URI = 'atocore://projects';

/** The address of a part of a project. */
export function projectUri(project: string, part: 'state' | 'brief'): string {
  return `${PROJECTS_URI}/${encodeURIComponent(project)}/${part}`;
}

/** Registers every resource and template of the contract. Nothing is read before a client asks for it. */
export function registerResources(server: McpServer, views: ResourceViews, callOf: CallOf): void {
  server.registerResource(
    'projects',
    PROJECTS_URI,
    { title: 'Projects', description: 'Every registered project', mimeType: JSON_TYPE },
    (uri, ctx) => read(uri, JSON_TYPE, callOf(ctx), views.projectsView),
  );
  registerProjectPart(server, views, callOf, {
    part: 'state',
    title: 'Trusted state',
    description: 'What a person approved as true of a project; outranks everything else',
    view: views.stateView,
  });
  registerProjectPart(server, views, callOf, {
    part: 'brief',
    title: 'Project brief',
    description: 'Trusted state, top memories and newest documents of a project',
    view: views.briefView,
  });
  registerById(server, callOf, 'documents', 'Document', 'One ingested document', MARKDOWN, views.documentView);
  registerById(server, callOf, 'memories', 'Memory', 'One memory with its history', JSON_TYPE, views.memoryView);
  registerById(
    server,
    callOf,
    'receipts',
    'Receipt',
    'The structure of one context pack: bands, references, reasons',
    JSON_TYPE,
    views.receiptView,
  );
}

function registerProjectPart(
  server: McpServer,
  views: ResourceViews,
  callOf: CallOf,
  { part, title, description, view }: { part: 'state' | 'brief'; title: string; description: string; view: View },
): void {
  const template = new ResourceTemplate(`${PROJECTS_URI}/{project}/${part}`, {
    list: (ctx) => listProjects(views, callOf(ctx), part),
    complete: { project: (prefix) => completeProject(views, callOf(), prefix) },
  });
  server.registerResource(
    `project-${part}`,
    template,
    { title, description, mimeType: MARKDOWN },
    (uri, variables, ctx) => read(uri, MARKDOWN, callOf(ctx), view, variables['project']),
  );
}

function registerById(
  server: McpServer,
  callOf: CallOf,
  noun: string,
  title: string,
  description: string,
  mimeType: string,
  view: View,
): void {
  const template = new ResourceTemplate(`atocore://${noun}/{id}`, { list: undefined });
  server.registerResource(noun, template, { title, description, mimeType }, (uri, variables, ctx) =>
    read(uri, mimeType, callOf(ctx), view, variables['id']),
  );
}

/** Ids and aliases that begin with `prefix`; none when they cannot be read, since a completion is only a help. */
export async function completeProject(views: ResourceViews, call: Call, prefix: string): Promise<string[]> {
  try {
    return await views.completeProject(call, prefix);
  } catch (error) {
    call.app.log.debug({ err: error }, 'no completions');
    return [];
  }
}

async function listProjects(views: ResourceViews, call: Call, part: 'state' | 'brief'): Promise<ListResourcesResult> {
  try {
    const projects = await views.projectUris(call);
    return {
      resources: projects.map(({ project, description }) => ({
        uri: projectUri(project, part),
        name: `${project} ${part}`,
        title: `${project}: ${part === 'state' ? 'trusted state' : 'brief'}`,
        ...(description && { description }),
      })),
    };
  } catch (error) {
    throw protocolError(error, call, 'resources/list');
  }
}

async function read(
  uri: URL,
  mimeType: string,
  call: Call,
  view: View,
  raw: string | string[] = '',
): Promise<ReadResourceResult> {
  try {
    const text = await view(call, decode(uri, String(raw)));
    return { contents: [{ uri: uri.href, mimeType, text }] };
  } catch (error) {
    throw protocolError(error, call, 'resources/read', uri.href);
  }
}

function decode(uri: URL, raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new ResourceNotFoundError(uri.href);
  }
}
