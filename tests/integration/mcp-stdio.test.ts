import { describe, expect, test } from 'vitest';
import { INSTRUCTIONS } from '../../src/mcp/instructions.ts';
import { type RawAnswer, startRaw } from '../fixtures/mcp/clients.ts';

const MiB = 1024 * 1024;
const LEGACY = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
};

const initialize = (id: number) => ({ jsonrpc: '2.0', id, method: 'initialize', params: LEGACY });
const call = (id: number, name: string, args: object, more: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, ...more },
});
const bodyOf = ({ result }: RawAnswer) => result?.['structuredContent'];

describe('a stdio server', () => {
  test('answers server/discover before anything else, with its instructions, and initialize after it', async () => {
    const server = startRaw();
    server.send({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: MODERN } });
    const { result } = await server.answer(1);
    expect(result).toMatchObject({ supportedVersions: ['2026-07-28'], instructions: INSTRUCTIONS });
    server.send(initialize(2));
    expect((await server.answer(2)).result).toMatchObject({
      protocolVersion: '2025-11-25',
      instructions: INSTRUCTIONS,
    });
  });

  test('watches for changes only from the first real call on', async () => {
    const server = startRaw();
    server.send(initialize(1));
    server.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    await server.answer(2);
    server.kill('SIGTERM');
    await server.exit;
    expect(server.stderr()).toContain('closed');
    expect(server.stderr()).not.toContain('watching: start');
  });

  test('writes nothing but messages to stdout, whatever a handler prints (case C43)', async () => {
    const server = startRaw();
    server.send(initialize(1));
    server.send(call(2, 'search', { query: 'noisy' }));
    expect(bodyOf(await server.answer(2))).toMatchObject({ hits: ['noisy'] });
    await server.says('console text');
    await server.says('stdout text');
    expect(server.messages().map(({ id }) => id)).toEqual([1, 2]);
    expect(server.stdout()).not.toMatch(/(console|stdout) text/);
  });

  test('sends progress in rising order and before the result', async () => {
    const server = startRaw();
    server.send(initialize(1));
    server.send(call(2, 'refresh_project', { project: 'p05' }, { _meta: { progressToken: 'token' } }));
    await server.answer(2);
    const after = server.messages().slice(1);
    expect(after.filter(({ method }) => method === 'notifications/progress').map(({ params }) => params)).toEqual(
      [1, 2, 3].map((progress) => ({ progressToken: 'token', progress, total: 3, message: `file ${progress}` })),
    );
    expect(after.at(-1)).toMatchObject({ id: 2 });
  });

  test('refuses a line above the limit by name and lives on', async () => {
    const server = startRaw();
    server.send(initialize(1));
    server.send(call(2, 'search', { query: 'x'.repeat(3 * MiB) }));
    expect((await server.answer(2)).error).toMatchObject({ data: { code: 'TOO_LARGE', hint: expect.any(String) } });
    const { jsonrpc, id, ...rest } = call(3, 'search', { query: 'x'.repeat(5 * MiB) });
    server.send({ ...rest, jsonrpc, id });
    expect((await server.answer(3)).error).toMatchObject({ data: { code: 'TOO_LARGE' } });
    server.send(call(4, 'search', { query: 'y'.repeat(MiB) }));
    expect(bodyOf(await server.answer(4))).toMatchObject({ limit: 10 });
  });

  test.each(['not json', '{"jsonrpc":"2.0"}', '[]', '', '\u0000\u0000'])('lives on after the line %j', async (line) => {
    const server = startRaw();
    server.send(line);
    server.send(initialize(1));
    expect((await server.answer(1)).result).toBeDefined();
  });
});

describe('an approval over revision 2026-07-28', () => {
  const ACCEPTED = { approve: { action: 'accept', content: { confirm: true } } };
  const act = (id: number, key: string, more: object = {}) =>
    call(id, 'set_state', { key }, { _meta: MODERN, ...more });
  type Asking = { resultType: string; requestState: string; inputRequests: { approval: { params: object } } };

  const ask = async () => {
    const server = startRaw();
    server.send(act(1, 'vendor'));
    const { result } = await server.answer(1);
    return { server, asking: result as unknown as Asking };
  };

  test('is asked for with a signed state, and counts when both return', async () => {
    const { server, asking } = await ask();
    expect(asking).toMatchObject({
      resultType: 'input_required',
      inputRequests: { approval: { method: 'elicitation/create', params: { message: 'Set vendor now?' } } },
    });
    server.send(
      act(2, 'vendor', { inputResponses: { approval: ACCEPTED.approve }, requestState: asking.requestState }),
    );
    expect(bodyOf(await server.answer(2))).toEqual({ entry: 'vendor' });
  });

  test.each([
    ['nobody asked', 'vendor', () => ({})],
    ['the state belongs to other arguments', 'budget', (state: string) => ({ requestState: state })],
  ])('does not count when %s: the question is asked', async (_how, key, state) => {
    const { server, asking } = await ask();
    server.send(act(2, key, { inputResponses: { approval: ACCEPTED.approve }, ...state(asking.requestState) }));
    expect((await server.answer(2)).result).toMatchObject({ resultType: 'input_required' });
    server.send(call(3, 'status', {}, { _meta: MODERN }));
    expect(bodyOf(await server.answer(3))).toMatchObject({ applied: 0 });
  });

  test('does not count when the state was forged', async () => {
    const { server, asking } = await ask();
    const forged = `${asking.requestState.slice(0, -4)}AAAA`;
    server.send(act(2, 'vendor', { inputResponses: { approval: ACCEPTED.approve }, requestState: forged }));
    expect((await server.answer(2)).error).toMatchObject({ message: 'Invalid or expired requestState' });
  });
});

describe('a stdio server ends', () => {
  test('with stdin, after it answered what was asked', async () => {
    const server = startRaw();
    server.send(initialize(1));
    server.send(call(2, 'search', { query: 'slow' }));
    server.endInput();
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(bodyOf(await server.answer(2))).toMatchObject({ hits: ['slow'] });
    expect(server.stderr()).toContain('closed, watching 0');
  });

  test('with stdin, though a call does not end', async () => {
    const server = startRaw();
    server.send(initialize(1));
    server.send(call(2, 'search', { query: 'wait' }));
    await server.answer(1);
    server.endInput();
    expect(await server.exit).toEqual({ code: 0, signal: null });
  });

  test('with stdin, before a client said anything', async () => {
    const server = startRaw();
    server.endInput();
    expect(await server.exit).toEqual({ code: 0, signal: null });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on %s, in the middle of a call', async (signal) => {
    const server = startRaw();
    server.send(initialize(1));
    server.send(call(2, 'search', { query: 'wait' }));
    await server.answer(1);
    server.kill(signal);
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(server.stderr()).toContain('closed, watching 0');
  });

  test('quietly when nobody reads stdout any more', async () => {
    const server = startRaw();
    server.send(initialize(1));
    await server.answer(1);
    server.closeOutput();
    server.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(server.stderr()).not.toContain('Error');
  });
});
