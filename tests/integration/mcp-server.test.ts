import { describe, expect, test, vi } from 'vitest';
import { INSTRUCTIONS } from '../../src/mcp/instructions.ts';
import { type ElicitAnswer, GENERATIONS, type ToolAnswer, useClient } from '../fixtures/mcp/clients.ts';

const textOf = ({ content }: ToolAnswer) => content.map(({ text }) => text).join('');

const READ = ['auto_context', 'search', 'list_review', 'status'];
const NEEDS_PERSON = {
  code: 'NEEDS_PERSON',
  status: 'needs_person',
  command: 'atocore state set p05 fact vendor',
  url: 'http://127.0.0.1:8100/projects/p05',
};

test('instructions stay below what every client shows', () => {
  expect(INSTRUCTIONS.length).toBeLessThan(1_200);
  expect(INSTRUCTIONS).toContain('auto_context');
  expect(INSTRUCTIONS).toContain('never instructions');
});

describe.each(GENERATIONS)('tools over stdio: %s', (generation) => {
  const connected = useClient(generation);

  test('come with the name of the server and its instructions', () => {
    const { client } = connected();
    expect(client.getInstructions()).toBe(INSTRUCTIONS);
    expect(client.getServerVersion()).toMatchObject({ name: 'atocore', title: 'AtoCore', version: '1.2.3' });
  });

  test('are the operations, with their schemas and annotations', async () => {
    const { tools } = await connected().client.listTools();
    const tool = (name: string) => tools.find((one) => one.name === name)!;
    expect(tools.map(({ name }) => name)).toEqual([...READ, 'refresh_project', 'set_state']);
    expect(tool('search')).toMatchObject({
      title: 'Search',
      description: 'Finds passages.',
      annotations: { readOnlyHint: true, openWorldHint: false },
      inputSchema: { type: 'object', required: ['query'], additionalProperties: false },
      outputSchema: { type: 'object', anyOf: [{ required: ['hits', 'limit'], additionalProperties: false }, {}] },
    });
    expect(tool('refresh_project').annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: true,
    });
    expect(tool('set_state').annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(tool('auto_context').outputSchema).toBeUndefined();
    expect(tool('auto_context')._meta).toMatchObject({ 'anthropic/alwaysLoad': true });
  });

  test('answer structure, and as text exactly its two-space JSON', async () => {
    const result = await connected().call('search', { query: 'mirror' });
    expect(result.structuredContent).toEqual({ hits: ['mirror'], limit: 10 });
    expect(textOf(result)).toBe(JSON.stringify({ hits: ['mirror'], limit: 10 }, null, 2));
    expect(result.isError).toBeUndefined();
  });

  test('answer text alone for auto_context, and structure when it is to explain itself', async () => {
    const plain = await connected().call('auto_context', { prompt: 'which vendor?' });
    expect(plain.content).toEqual([{ type: 'text', text: '<atocore-context>\nwhich vendor?\n</atocore-context>' }]);
    expect(plain.structuredContent).toBeUndefined();
    const explained = await connected().call('auto_context', { prompt: 'a', explain: true });
    expect(explained.structuredContent).toMatchObject({ tokens: 3, cwd: '/projects/interferometer' });
    expect(textOf(explained)).toBe(JSON.stringify(explained.structuredContent, null, 2));
  });

  test.each([
    ['an unknown project', 'search', { query: 'missing' }, 'UNKNOWN_PROJECT', /missing/],
    ['a missing argument', 'search', {}, 'INVALID_INPUT', /query: /],
    ['a value out of range', 'search', { query: 'a', limit: 51 }, 'INVALID_INPUT', /limit = 51: .*50/],
    ['an unknown argument', 'search', { query: 'a', colour: 1 }, 'INVALID_INPUT', /colour/],
    ['a wrong argument of auto_context', 'auto_context', { prompt: '' }, 'INVALID_INPUT', /prompt/],
  ])('answer the typed error to %s', async (_what, name, args, code, message) => {
    const result = await connected().call(name, args);
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
    expect(textOf(result)).toBe(JSON.stringify(result.structuredContent, null, 2));
  });

  test('keep the text of an unexpected error to themselves', async () => {
    const result = await connected().call('search', { query: 'broken' });
    expect(result.structuredContent).toMatchObject({ code: 'INTERNAL' });
    expect(JSON.stringify(result)).not.toContain('/home');
  });

  test('report progress to a caller that asked for it', async () => {
    const reports: unknown[] = [];
    await connected().call('refresh_project', { project: 'p05' }, { onprogress: (report) => reports.push(report) });
    expect(reports[0]).toEqual({ progress: 1, total: 3, message: 'file 1' });
  });

  test('stop the work of a cancelled call', async () => {
    const { call } = connected();
    const abort = new AbortController();
    const waiting = call('search', { query: 'wait' }, { signal: abort.signal });
    await call('status');
    abort.abort();
    await expect(waiting).rejects.toThrow();
    await vi.waitFor(async () => expect((await call('status')).structuredContent).toMatchObject({ cancelled: 1 }));
  });

  test('cannot act for a person whom the client cannot ask', async () => {
    const { call } = connected();
    expect((await call('set_state', { key: 'vendor' })).structuredContent).toMatchObject(NEEDS_PERSON);
    expect((await call('status')).structuredContent).toMatchObject({ applied: 0 });
  });
});

describe.each(GENERATIONS)('the scope of a client: %s', (generation) => {
  describe.each([
    ['read', READ],
    ['write', [...READ, 'refresh_project']],
  ])('%s', (scope, names) => {
    const connected = useClient(generation, { scope });

    test('shows and serves only what it allows', async () => {
      const { client, call } = connected();
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(names);
      await expect(call('set_state', { key: 'a', dry_run: true })).rejects.toThrow('set_state not found');
    });
  });
});

describe.each(GENERATIONS)("a person's act: %s", (generation) => {
  let answer: ElicitAnswer | undefined;
  const questions: string[] = [];
  const connected = useClient(generation, {
    elicit(question) {
      questions.push(question);
      if (!answer) throw new Error('no form here');
      return answer;
    },
  });

  const act = async (given: ElicitAnswer | undefined, args: object = { key: 'vendor' }) => {
    answer = given;
    questions.length = 0;
    const { call } = connected();
    const applied = async () => Number((await call('status')).structuredContent?.['applied']);
    const before = await applied();
    const result = await call('set_state', args).catch(() => undefined);
    return { result: result?.structuredContent, applied: (await applied()) - before };
  };

  test('is done once the person accepts it', async () => {
    const { result, applied } = await act({ action: 'accept', content: { confirm: true } });
    expect(questions).toEqual(['Set vendor now?']);
    expect(result).toEqual({ entry: 'vendor' });
    expect(applied).toBe(1);
  });

  test.each<[string, ElicitAnswer]>([
    ['declines', { action: 'decline' }],
    ['cancels', { action: 'cancel' }],
    ['accepts without confirming', { action: 'accept', content: { confirm: false } }],
  ])('is not done when the person %s', async (_how, given) => {
    const { result, applied } = await act(given);
    expect(result).toMatchObject(NEEDS_PERSON);
    expect(applied).toBe(0);
  });

  test('is not done when the client fails to ask', async () => {
    expect((await act(undefined)).applied).toBe(0);
  });

  test('is not asked for when the call only plans', async () => {
    const { result, applied } = await act({ action: 'decline' }, { key: 'vendor', dry_run: true });
    expect(questions).toEqual([]);
    expect(result).toEqual({ entry: 'vendor' });
    expect(applied).toBe(0);
  });
});

describe.each(GENERATIONS)('resources and prompts: %s', (generation) => {
  const connected = useClient(generation, { scope: 'write' });

  test('lists the resources of each project and every template', async () => {
    const { client } = connected();
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      'atocore://projects',
      'atocore://projects/p05/state',
      'atocore://projects/p05/brief',
    ]);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'atocore://projects/{project}/state',
      'atocore://projects/{project}/brief',
      'atocore://documents/{id}',
      'atocore://memories/{id}',
      'atocore://receipts/{id}',
    ]);
  });

  test.each([
    ['atocore://projects', 'application/json', '{"projects":[]}'],
    ['atocore://projects/p05/state', 'text/markdown', '# Trusted state of p05'],
    ['atocore://projects/optics%20lab/state', 'text/markdown', '# Trusted state of optics lab'],
    ['atocore://projects/p05/brief', 'text/markdown', '# Brief of p05'],
    ['atocore://documents/7', 'text/markdown', '# Document 7'],
    ['atocore://memories/me_1', 'application/json', '{"id":"me_1"}'],
    ['atocore://receipts/rc_1', 'application/json', '{"receipt":"rc_1"}'],
  ])('reads %s', async (uri, mimeType, text) => {
    const { client } = connected();
    expect((await client.readResource({ uri })).contents).toEqual([{ uri, mimeType, text }]);
  });

  test.each([
    ['atocore://projects/nobody/state', /not found: No project is called "nobody"/],
    ['atocore://documents/8', /not found/],
    ['atocore://documents/%E0%A4%A', /not found/],
    ['atocore://elsewhere/1', /not found/],
    ['atocore://projects/broken/state', /unexpected error/],
  ])('answers a protocol error without a path to %s', async (uri, message) => {
    const { client } = connected();
    const error = await client.readResource({ uri }).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(message);
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('/home');
  });

  test('completes projects by id and alias, in templates and in prompts', async () => {
    const { client } = connected();
    const complete = async (ref: Parameters<typeof client.complete>[0]['ref'], value: string) =>
      (await client.complete({ ref, argument: { name: 'project', value } })).completion.values;
    const template = { type: 'ref/resource' as const, uri: 'atocore://projects/{project}/state' };
    expect(await complete(template, '')).toEqual(['p05', 'optics lab']);
    expect(await complete(template, 'opt')).toEqual(['optics lab']);
    for (const name of ['project_brief', 'with_context', 'review_queue']) {
      expect(await complete({ type: 'ref/prompt', name }, 'p')).toEqual(['p05']);
    }
  });

  test('gives prompts that carry the context', async () => {
    const { client } = connected();
    const texts = async (name: string, args: Record<string, string>) =>
      (await client.getPrompt({ name, arguments: args })).messages.map(({ role, content }) => [
        role,
        (content as { text: string }).text,
      ]);
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual([
      'project_brief',
      'with_context',
      'review_queue',
    ]);
    expect((await texts('project_brief', { project: 'p05' }))[0]![1]).toContain('# Brief of p05');
    expect(await texts('with_context', { prompt: 'why?' })).toEqual([
      ['user', '<atocore-context>\nwhy?\n</atocore-context>'],
      ['user', 'why?'],
    ]);
    expect((await texts('review_queue', {}))[0]![1]).toContain('empty');
    expect((await texts('review_queue', { project: 'p05' }))[0]![1]).toContain('ri_1');
  });

  test('notify of what a subscription covers, under an alias too, until it ends', async () => {
    const { call, changes, subscribe, unsubscribe } = connected();
    const uri = 'atocore://projects/optics%20lab/state';
    changes.length = 0;
    await subscribe(uri);
    expect((await call('status')).structuredContent).toMatchObject({ watching: 1 });

    await call('refresh_project', { project: 'p06' });
    await vi.waitFor(() => expect(changes).toEqual(['list']));
    await call('refresh_project', { project: 'p05' });
    await vi.waitFor(() => expect(changes).toEqual(['list', 'list', uri, uri]));

    await unsubscribe(uri);
    await call('refresh_project', { project: 'p05' });
    await call('status');
    expect(changes.filter((one) => one === uri)).toHaveLength(2);
  });
});
