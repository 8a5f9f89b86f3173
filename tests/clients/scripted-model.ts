import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A tool that the model calls: the first offered one whose name matches. */
export interface Step {
  tool: RegExp;
  args: Record<string, unknown>;
}

interface Block {
  type: string;
  text?: string;
  content?: string | Block[];
  name?: string;
  tool_use_id?: string;
  is_error?: boolean;
}

interface Message {
  role: string;
  content: string | Block[] | null;
}

interface Body {
  model?: string;
  stream?: boolean;
  system?: string | Block[];
  messages?: Message[];
  tools?: { name?: string; function?: { name: string } }[];
}

/** What a client sent to the model in one request, in one form for both protocols. */
export interface Sent {
  /** The whole request as text: what the model could have read. */
  text: string;
  tools: string[];
  /** Texts of tool results so far, oldest first. */
  results: string[];
  /** Texts of what stands as the user's, results left out. */
  user: string;
}

export interface ScriptedModel {
  /** Without a path; the client adds `/v1/messages` or `/v1/chat/completions`. */
  url: string;
  /** Every request for an answer, oldest first. */
  sent: Sent[];
  /** Takes the next turn's steps and forgets what was sent. */
  script(...steps: Step[]): void;
  close(): Promise<void>;
}

/** The text that ends a turn, with a mark that no document holds. */
export const FINAL_TEXT = 'The script has ended: QUOKKA-2207.';

/**
 * A model on loopback that calls tools by a script, so that a real client runs whole turns without an account or a network.
 * Speaks Anthropic messages and OpenAI chat completions, as JSON and as events. Step n comes once n tool results are in the
 * conversation; a step whose tool is not offered, and the end of the script, answer FINAL_TEXT.
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
  let steps: readonly Step[] = [];
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    // A client that hangs up has what it wanted; the test looks at what it did with it.
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const url = request.url ?? '';
    if (request.method !== 'POST')
      return sendJson(response, { object: 'list', data: [{ id: 'scripted', object: 'model' }] });
    if (url.includes('count_tokens')) return sendJson(response, { input_tokens: 1_000 });
    const anthropic = url.includes('/messages');
    const seen = describe(body);
    sent.push(seen);
    const step = steps[seen.results.length];
    const name = step && seen.tools.find((tool) => step.tool.test(tool));
    const call =
      name === undefined ? undefined : { id: `call_${seen.results.length}_${sent.length}`, name, args: step!.args };
    (anthropic ? answerAnthropic : answerOpenAi)(response, body, call);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    script(...next) {
      steps = next;
      sent.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Call {
  id: string;
  name: string;
  args: Record<string, unknown>;
}

async function readBody(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text === '' ? {} : (JSON.parse(text) as Body);
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function textOf(content: string | Block[] | null | undefined): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((block) => block.text ?? textOf(block.content)).join('\n');
}

function describe(body: Body): Sent {
  const messages = body.messages ?? [];
  const blocks = messages.flatMap(({ role, content }) => (role === 'user' && Array.isArray(content) ? content : []));
  return {
    text: `${textOf(body.system)}\n${messages.map(({ content }) => textOf(content)).join('\n')}`,
    tools: (body.tools ?? []).map((tool) => tool.name ?? tool.function?.name ?? ''),
    results: [
      ...blocks.filter(({ type }) => type === 'tool_result').map((block) => textOf(block.content)),
      ...messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content)),
    ],
    user: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) =>
        textOf(Array.isArray(content) ? content.filter(({ type }) => type !== 'tool_result') : content),
      )
      .join('\n'),
  };
}

function answerAnthropic(response: ServerResponse, body: Body, call: Call | undefined): void {
  const content = call
    ? [{ type: 'tool_use', id: call.id, name: call.name, input: call.args }]
    : [{ type: 'text', text: FINAL_TEXT }];
  const stop_reason = call ? 'tool_use' : 'end_turn';
  const usage = { input_tokens: 1_000, output_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const message = {
    id: `msg_${Date.now()}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    stop_sequence: null,
    usage,
  };
  if (!body.stream) {
    sendJson(response, { ...message, content, stop_reason });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  event('message_start', { message: { ...message, content: [], stop_reason: null } });
  const started = call ? { ...content[0], input: {} } : { type: 'text', text: '' };
  const delta = call
    ? { type: 'input_json_delta', partial_json: JSON.stringify(call.args) }
    : { type: 'text_delta', text: FINAL_TEXT };
  event('content_block_start', { index: 0, content_block: started });
  event('content_block_delta', { index: 0, delta });
  event('content_block_stop', { index: 0 });
  event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 20 } });
  event('message_stop', {});
  response.end();
}

function answerOpenAi(response: ServerResponse, body: Body, call: Call | undefined): void {
  const tool_calls = call && [
    { index: 0, id: call.id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.args) } },
  ];
  const message = { role: 'assistant', content: call ? null : FINAL_TEXT, ...(tool_calls && { tool_calls }) };
  const finish_reason = call ? 'tool_calls' : 'stop';
  const usage = { prompt_tokens: 1_000, completion_tokens: 20, total_tokens: 1_020 };
  const base = { id: `chatcmpl-${Date.now()}`, created: Math.floor(Date.now() / 1_000), model: body.model };
  if (!body.stream) {
    sendJson(response, {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason }],
      usage,
    });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (data: object) =>
    response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...data })}\n\n`);
  chunk({ choices: [{ index: 0, delta: message, finish_reason: null }] });
  chunk({ choices: [{ index: 0, delta: {}, finish_reason }] });
  chunk({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}
