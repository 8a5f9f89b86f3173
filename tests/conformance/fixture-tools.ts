import { setTimeout as delay } from 'node:timers/promises';
import {
  type CallToolResult,
  type ElicitRequestFormParams,
  fromJsonSchema,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { PIXEL, SILENCE, text } from './content.ts';

type FormSchema = ElicitRequestFormParams['requestedSchema'];

const NO_INPUT = z.strictObject({});
/** Between two messages of one call, so that they go out one by one. */
const STEP_MS = 50;

/** Tools whose results and messages the public suite prescribes for both revisions. */
export function registerTools(server: McpServer): void {
  registerContent(server);
  registerNotifying(server);
  registerAsking(server);
  registerSchemas(server);
}

function registerContent(server: McpServer): void {
  const answers: Record<string, CallToolResult['content']> = {
    test_simple_text: [{ type: 'text', text: 'This is a simple text response for testing.' }],
    test_image_content: [{ type: 'image', data: PIXEL, mimeType: 'image/png' }],
    test_audio_content: [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }],
    test_embedded_resource: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
    test_multiple_content_types: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}',
        },
      },
    ],
  };
  for (const [name, content] of Object.entries(answers)) addTool(server, name, async () => ({ content }));
  addTool(server, 'test_error_handling', async () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
}

function registerNotifying(server: McpServer): void {
  addTool(server, 'test_tool_with_logging', async (ctx) => {
    for (const message of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await ctx.mcpReq.log('info', message);
      await delay(STEP_MS);
    }
    return text('logged');
  });
  addTool(server, 'test_logging_tool', async (ctx) => {
    await ctx.mcpReq.log('info', 'only for those who set a level');
    return text('logged');
  });
  addTool(server, 'test_tool_with_progress', async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await ctx.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        });
      await delay(STEP_MS);
    }
    return text('done');
  });
}

/** Requests to the client in the middle of a call, as revisions up to 2025-11-25 know them. */
function registerAsking(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks for a completion', inputSchema: z.strictObject({ prompt: z.string() }) },
    async ({ prompt }, ctx) => {
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }];
      const { content } = await ctx.mcpReq.requestSampling({ messages, maxTokens: 100 });
      return text(`LLM response: ${JSON.stringify(content)}`);
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks for a name', inputSchema: z.strictObject({ message: z.string() }) },
    async ({ message }, ctx) => {
      const username = { type: 'string' as const, description: "User's response" };
      const email = { type: 'string' as const, description: "User's email address" };
      return ask(ctx, 'User response', message, {
        type: 'object',
        properties: { username, email },
        required: ['username', 'email'],
      });
    },
  );
  addTool(server, 'test_elicitation_sep1034_defaults', (ctx) =>
    ask(ctx, 'Elicitation completed', 'Values with defaults', {
      type: 'object',
      properties: {
        name: { type: 'string', default: 'John Doe' },
        age: { type: 'integer', default: 30 },
        score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      },
    }),
  );
  addTool(server, 'test_elicitation_sep1330_enums', (ctx) =>
    ask(ctx, 'Elicitation completed', 'Every kind of choice', ENUMS),
  );
}

const ENUMS: FormSchema = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: titled('value', 'Option') },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: titled('value', 'Choice') } },
  },
};

function titled(name: string, noun: string): { const: string; title: string }[] {
  return ['First', 'Second', 'Third'].map((which, at) => ({ const: `${name}${at + 1}`, title: `${which} ${noun}` }));
}

/** Every keyword of JSON Schema 2020-12 that must arrive as it was written, and a parameter that travels in a header. */
function registerSchemas(server: McpServer): void {
  const address = {
    $anchor: 'addressDef',
    type: 'object',
    properties: { street: { type: 'string' }, city: { type: 'string' } },
  };
  const inputSchema = fromJsonSchema<object>({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: { address },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['phone'] },
    else: { required: ['email'] },
    additionalProperties: false,
  });
  server.registerTool('json_schema_2020_12_tool', { description: 'Takes a rich schema', inputSchema }, async () =>
    text('ok'),
  );
  const region = z.string().meta({ 'x-mcp-header': 'Region' });
  server.registerTool(
    'test_header_parameter',
    { description: 'Takes a parameter of the header', inputSchema: z.strictObject({ region }) },
    async (input) => text(input.region),
  );
}

async function ask(
  ctx: ServerContext,
  label: string,
  message: string,
  requestedSchema: FormSchema,
): Promise<CallToolResult> {
  const { action, content } = await ctx.mcpReq.elicitInput({ mode: 'form', message, requestedSchema });
  return text(`${label}: action=${action}, content=${JSON.stringify(content ?? {})}`);
}

function addTool(server: McpServer, name: string, run: (ctx: ServerContext) => Promise<CallToolResult>): void {
  server.registerTool(name, { description: `Fixture ${name}`, inputSchema: NO_INPUT }, (_input, ctx) => run(ctx));
}
