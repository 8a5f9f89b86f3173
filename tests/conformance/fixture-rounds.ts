import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequiredSpec,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from './content.ts';

/** The state of calls that are made in rounds, signed as the product signs its questions. */
export const codec = createRequestStateCodec<{ step: number }>({ key: Buffer.alloc(32, 7), ttlSeconds: 600 });

const NO_INPUT = z.strictObject({});
type Requests = NonNullable<InputRequiredSpec['inputRequests']>;

const TYPES = { string: { type: 'string' }, boolean: { type: 'boolean' } } as const;

function question(message: string, field: string, type: keyof typeof TYPES = 'string'): Requests[string] {
  return inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties: { [field]: TYPES[type] }, required: [field] },
  });
}

function completion(prompt: string, maxTokens: number): Requests[string] {
  return inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
    maxTokens,
  });
}

const accepted = (ctx: ServerContext, key: string, field: string): unknown =>
  acceptedContent(ctx.mcpReq.inputResponses, key)?.[field];

/** Tools and a prompt that ask the client and are called again with its answers (revision 2026-07-28). */
export function registerRounds(server: McpServer): void {
  registerSingleQuestions(server);
  registerStates(server);
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks which context to use' },
    async (ctx) => {
      const context = accepted(ctx, 'user_context', 'context');
      if (typeof context !== 'string')
        return inputRequired({
          inputRequests: { user_context: question('What context should the prompt use?', 'context') },
        });
      return { messages: [{ role: 'user', content: { type: 'text', text: `Context: ${context}` } }] };
    },
  );
}

function registerSingleQuestions(server: McpServer): void {
  const nameTool = async (ctx: ServerContext) => {
    const name = accepted(ctx, 'user_name', 'name');
    if (typeof name === 'string') return text(`Hello, ${name}!`);
    return inputRequired({ inputRequests: { user_name: question('What is your name?', 'name') } });
  };
  addTool(server, 'test_input_required_result_elicitation', nameTool);
  addTool(server, 'test_streaming_elicitation', nameTool);
  const capitalTool = async (ctx: ServerContext) => {
    const answer = inputResponse(ctx.mcpReq.inputResponses, 'capital_question');
    if (answer.kind === 'sampling') return text(JSON.stringify(answer.result.content));
    return inputRequired({ inputRequests: { capital_question: completion('What is the capital of France?', 100) } });
  };
  addTool(server, 'test_input_required_result_sampling', capitalTool);
  addTool(server, 'test_missing_capability', capitalTool);
  addTool(server, 'test_input_required_result_list_roots', async (ctx) => {
    const answer = inputResponse(ctx.mcpReq.inputResponses, 'client_roots');
    if (answer.kind === 'roots') return text(answer.roots.map(({ uri }) => uri).join(', '));
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  addTool(server, 'test_input_required_result_capabilities', async (ctx) => {
    const envelope = ctx.mcpReq.envelope as Record<string, object | undefined> | undefined;
    const declared = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
    const requests: Requests = {};
    if ('sampling' in declared) requests['completion'] = completion('Say hello', 20);
    if ('elicitation' in declared) requests['user_name'] = question('What is your name?', 'name');
    if (ctx.mcpReq.inputResponses || Object.keys(requests).length === 0) return text('done');
    return inputRequired({ inputRequests: requests });
  });
}

function registerStates(server: McpServer): void {
  for (const name of ['test_input_required_result_request_state', 'test_input_required_result_tampered_state'])
    addTool(server, name, async (ctx) => {
      const state = ctx.mcpReq.requestState<{ step: number }>();
      if (state?.step === 1 && accepted(ctx, 'confirm', 'ok') !== undefined) return text('state-ok');
      return inputRequired({
        inputRequests: { confirm: question('Please confirm', 'ok', 'boolean') },
        requestState: await codec.mint({ step: 1 }, ctx),
      });
    });
  addTool(server, 'test_input_required_result_multiple_inputs', async (ctx) => {
    const { inputResponses = {} } = ctx.mcpReq;
    if (['user_name', 'greeting', 'client_roots'].every((key) => key in inputResponses)) return text('all answered');
    return inputRequired({
      inputRequests: {
        user_name: question('What is your name?', 'name'),
        greeting: completion('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await codec.mint({ step: 1 }, ctx),
    });
  });
  addTool(server, 'test_input_required_result_multi_round', async (ctx) => {
    const step = ctx.mcpReq.requestState<{ step: number }>()?.step ?? 0;
    if (step === 2 && accepted(ctx, 'step2', 'color') !== undefined) return text('both steps are answered');
    const second = step === 1 && accepted(ctx, 'step1', 'name') !== undefined;
    return inputRequired({
      inputRequests: second
        ? { step2: question('Step 2: What is your favorite color?', 'color') }
        : { step1: question('Step 1: What is your name?', 'name') },
      requestState: await codec.mint({ step: second ? 2 : 1 }, ctx),
    });
  });
}

type Answer = ReturnType<typeof text> | ReturnType<typeof inputRequired>;

function addTool(server: McpServer, name: string, run: (ctx: ServerContext) => Promise<Answer>): void {
  server.registerTool(name, { description: `Fixture ${name}`, inputSchema: NO_INPUT }, (_input, ctx) => run(ctx));
}
