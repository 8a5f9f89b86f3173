import { ProtocolError, ProtocolErrorCode, Server, type ServerContext, type Tool } from '@modelcontextprotocol/server';
import { AtoError, toAtoError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { type Operation, type Scope, scopeAllows } from '../operations/operation.ts';
import { ANSWER_WAIT_MS, canAsk } from './approval.ts';
import { BridgeFeed } from './bridge-feed.ts';
import { BridgeLink, type BridgeTarget } from './bridge-link.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { serveOnStdio } from './serve-stdio.ts';
import { CAPABILITIES, describeTool } from './server.ts';
import { errorResult } from './tool-result.ts';

export interface BridgeSetup {
  target: BridgeTarget;
  log: Log;
  version: string;
  /** The table, for the list of tools while the service does not answer. */
  operations: readonly Operation[];
  /** Which of them are listed then: the scope of the token is known to the service alone. */
  scope: Scope;
  /** The client's folder, given to the tools that take one as evidence. */
  cwd: string;
}

type Params = Record<string, unknown> | undefined;
type LinkOf = (ctx: ServerContext) => BridgeLink;

/** Tools that take the caller's folder; the service cannot know it. */
const WITH_FOLDER = new Set(['auto_context', 'detect_project']);
/** Lists that are empty while the service does not answer, so that a client that starts then keeps the server. */
const EMPTY = {
  'resources/list': { resources: [] },
  'resources/templates/list': { resourceTemplates: [] },
  'prompts/list': { prompts: [] },
} as const;

/**
 * Serves a remote AtoCore on stdin and stdout: its tools, resources, prompts and notifications, with the token added. Connects
 * at the first call. While the service does not answer, every tool answers so at once, and each later call tries anew.
 */
export async function serveBridge(setup: BridgeSetup): Promise<void> {
  const servers = new Set<Server>();
  const feed = new BridgeFeed((method, params) => {
    // A client that has gone ends the bridge by its streams; a lost notification loses nothing.
    for (const server of servers)
      server.notification({ method, params: params as Record<string, unknown> }).catch(() => {});
  });
  const openLink = (asking: boolean) =>
    new BridgeLink({ ...setup, canAsk: asking, onchange: (method, params) => feed.tell(method, params) });
  const links = { asking: openLink(true), silent: openLink(false) };
  feed.connect(links.silent);
  await serveOnStdio({
    createServer: () => {
      const server = createBridgeServer(setup, feed, (ctx) => (canAsk(server, ctx) ? links.asking : links.silent));
      servers.add(server);
      server.onclose = () => servers.delete(server);
      return server;
    },
    observe: (message) => feed.observe(message),
    log: setup.log,
    stopNotifying: () => feed.close(),
    close: async () => {
      await Promise.all([links.asking.close(), links.silent.close()]);
    },
  });
}

function createBridgeServer(setup: BridgeSetup, feed: BridgeFeed, linkOf: LinkOf): Server {
  const server = new Server(
    { name: 'atocore', title: 'AtoCore', version: setup.version },
    {
      instructions: INSTRUCTIONS,
      capabilities: { ...CAPABILITIES, completions: {} },
      inputRequired: { roundTimeoutMs: ANSWER_WAIT_MS },
    },
  );
  const forward = (method: string, params: Params, ctx: ServerContext) =>
    linkOf(ctx).request(method, withoutMeta(params), { signal: ctx.mcpReq.signal });

  server.setRequestHandler('tools/list', async ({ params }, ctx) => {
    try {
      return (await forward('tools/list', params, ctx)) as { tools: Tool[] };
    } catch (error) {
      setup.log.debug({ err: error }, 'the service does not list its tools');
      return { tools: staticTools(setup) };
    }
  });
  server.setRequestHandler('tools/call', async ({ params }, ctx) => {
    // What a client subscribed to before it called must be heard of when the call changes it.
    await feed.settled();
    return callTool(setup, linkOf(ctx), params, ctx);
  });
  for (const method of ['resources/list', 'resources/templates/list', 'prompts/list'] as const) {
    server.setRequestHandler(method, async ({ params }, ctx) => {
      const result = await forward(method, params, ctx).catch(() => EMPTY[method]);
      return result as never;
    });
  }
  for (const method of ['resources/read', 'prompts/get', 'completion/complete'] as const) {
    server.setRequestHandler(method, async ({ params }, ctx) => {
      const result = await forward(method, params, ctx).catch((error: unknown) => {
        throw asProtocolError(error);
      });
      return result as never;
    });
  }
  server.setRequestHandler('resources/subscribe', () => feed.settled().then(() => ({})));
  server.setRequestHandler('resources/unsubscribe', () => ({}));
  return server;
}

async function callTool(
  setup: BridgeSetup,
  link: BridgeLink,
  params: { name: string; arguments?: Record<string, unknown> | undefined },
  ctx: ServerContext,
): Promise<never> {
  const given = params.arguments ?? {};
  const args = WITH_FOLDER.has(params.name) ? { cwd: setup.cwd, ...given } : given;
  const { inputResponses } = ctx.mcpReq;
  const requestState = ctx.mcpReq.requestState<string>();
  const answers = { ...(inputResponses && { inputResponses }), ...(requestState !== undefined && { requestState }) };
  try {
    const result = await link.request(
      'tools/call',
      { name: params.name, arguments: args, ...answers },
      { signal: ctx.mcpReq.signal, onprogress: progressOf(ctx) },
    );
    return result as never;
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    return errorResult(toAtoError(error)) as never;
  }
}

/** Passes reports on under the client's own token; without one it asked for none. */
function progressOf(ctx: ServerContext) {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (report: { progress: number; total?: number; message?: string }): void => {
    // A client that has gone ends the call by its signal; a lost report loses nothing.
    ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, ...report } }).catch(() => {});
  };
}

/** The envelope of the client's own request is not the bridge's. */
function withoutMeta(params: Params): object {
  const { _meta, ...rest } = params ?? {};
  return rest;
}

function asProtocolError(error: unknown): Error {
  if (!(error instanceof AtoError)) return error as Error;
  return new ProtocolError(ProtocolErrorCode.InternalError, `${error.message} ${error.hint}`, error.toBody());
}

function staticTools({ operations, scope }: BridgeSetup): Tool[] {
  return operations
    .filter((operation) => scopeAllows(scope, operation.scope))
    .map((operation) => {
      const { inputSchema, outputSchema, ...described } = describeTool(operation);
      const target = { target: 'draft-2020-12' } as const;
      return {
        name: operation.name,
        ...described,
        inputSchema: inputSchema['~standard'].jsonSchema.input(target) as Tool['inputSchema'],
        ...(outputSchema && {
          outputSchema: outputSchema['~standard'].jsonSchema.output(target) as Tool['inputSchema'],
        }),
      };
    });
}
