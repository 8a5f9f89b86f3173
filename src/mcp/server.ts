import {
  type CallToolResult,
  type InputRequiredResult,
  McpServer,
  type ServerContext,
  type ToolAnnotations,
} from '@modelcontextprotocol/server';
import type { AtoCore } from '../app/atocore.ts';
import { toAtoError } from '../core/errors.ts';
import { invoke } from '../operations/invoke.ts';
import { type Call, type CallReport, type Operation, type Principal, scopeAllows } from '../operations/operation.ts';
import type { ResourceViews } from '../operations/resource-views-types.ts';
import { advertisedSchema } from './advertised-schema.ts';
import { approvalCodec, createApproval } from './approval.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { createProgress } from './progress.ts';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';
import { errorResult, structuredResult, textResult } from './tool-result.ts';

const AUTO_CONTEXT = 'auto_context';

/** What every server of ours declares. */
export const CAPABILITIES = {
  tools: { listChanged: false },
  prompts: { listChanged: false },
  resources: { listChanged: true, subscribe: true },
};

export interface McpServerSetup {
  /** Who is behind the connection; its scope decides which operations exist for it. */
  principal: Principal;
  /** The working folder of the client, as evidence for detection; undefined when the face cannot know it. */
  cwd?: string | undefined;
  /** The whole table; what the scope forbids is left out here. */
  operations: readonly Operation[];
  views: ResourceViews;
  /** Version of the program. */
  version: string;
  /** Told once of every call. */
  report?: ((report: CallReport) => void) | undefined;
}

/**
 * One MCP server over one AtoCore, for one connection (stdio, a session) or one request (stateless HTTP). Registers the
 * allowed operations as tools, the resources and the prompts; touches neither the store nor the disk until it is called.
 */
export function createMcpServer(app: AtoCore, setup: McpServerSetup): McpServer {
  const server = new McpServer(
    { name: 'atocore', title: 'AtoCore', version: setup.version },
    {
      instructions: INSTRUCTIONS,
      capabilities: CAPABILITIES,
      requestState: { verify: (state, ctx) => approvalCodec().verify(state, ctx) },
    },
  );
  const callOf = (ctx?: ServerContext): Call => ({
    app,
    principal: setup.principal,
    cwd: setup.cwd,
    signal: ctx?.mcpReq.signal,
    progress: ctx && createProgress(ctx),
    report: setup.report,
  });
  const allowed = setup.operations.filter(({ scope }) => scopeAllows(setup.principal.scope, scope));
  for (const operation of allowed) registerOperation(server, operation, callOf);
  registerResources(server, setup.views, callOf);
  registerPrompts(server, allowed, setup.views, callOf);
  return server;
}

function registerOperation(server: McpServer, operation: Operation, callOf: (ctx: ServerContext) => Call): void {
  const { inputSchema, outputSchema, ...described } = describeTool(operation);
  server.registerTool(
    operation.name,
    { ...described, inputSchema, ...(outputSchema && { outputSchema }) },
    (input, ctx) => callOperation(server, operation, callOf(ctx), input, ctx),
  );
}

/** How an operation shows as a tool. */
export function describeTool({ input, output, ...operation }: Operation) {
  const { name, title, description } = operation;
  const special = name === AUTO_CONTEXT;
  return {
    title,
    description,
    inputSchema: advertisedSchema(input),
    annotations: annotationsOf(operation),
    // Text alone and structure are both right answers of auto_context, so it declares no schema; clients that defer tools
    // until they are searched for must not defer this one.
    outputSchema: special ? undefined : advertisedSchema(output),
    ...(special && { _meta: { 'anthropic/alwaysLoad': true } }),
  };
}

async function callOperation(
  server: McpServer,
  operation: Operation,
  call: Call,
  input: unknown,
  ctx: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const approval = createApproval(server, ctx, {
    operation: operation.name,
    principal: call.principal.name,
    arguments: input,
  });
  try {
    const output = await invoke(operation, call, input, approval.approve);
    const textAlone = operation.name === AUTO_CONTEXT && !(input as { explain?: unknown }).explain;
    return textAlone ? textResult((output as { context: string }).context) : structuredResult(output);
  } catch (thrown) {
    return (await approval.question()) ?? errorResult(toAtoError(thrown));
  }
}

function annotationsOf({
  title,
  readOnly,
  destructive,
  idempotent,
}: Omit<Operation, 'input' | 'output'>): ToolAnnotations {
  if (readOnly) return { title, readOnlyHint: true, openWorldHint: false };
  return {
    title,
    readOnlyHint: false,
    destructiveHint: destructive ?? false,
    idempotentHint: idempotent ?? false,
    openWorldHint: false,
  };
}
