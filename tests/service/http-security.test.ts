import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { OPERATIONS } from '../../src/operations/index.ts';
import { INITIALIZE, MCP_HEADERS, openService, useService } from '../fixtures/http/test-service.ts';

const ROUTES: [string, string][] = [
  ['GET', '/'],
  ['GET', '/health'],
  ['GET', '/ready'],
  ['GET', '/metrics'],
  ['GET', '/sse'],
  ['POST', '/messages?sessionId=1'],
  ['POST', '/mcp'],
  ['GET', '/api/v1/openapi.json'],
  ['POST', '/api/v1/status'],
  ['GET', '/nothing'],
];

const callTool = (name: string, args: object = {}, id = 2) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

describe('a request from elsewhere', () => {
  const running = useService();

  test.each(ROUTES)('%s %s with a rebound Host is refused before anything else: 403', async (method, path) => {
    const answer = await running().send(path, { method, headers: { host: 'rebound.example:8100' } });
    expect(answer.status).toBe(403);
  });

  test.each(ROUTES)('%s %s from a foreign page is refused before anything else: 403', async (method, path) => {
    const answer = await running().send(path, { method, headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each([
    ['the opaque origin of a sandboxed frame', { origin: 'null' }],
    ['a look-alike of loopback', { origin: 'http://localhost.evil.example' }],
    ['the right name with another port', { host: '127.0.0.1:1' }],
    ['the address of all interfaces', { host: '0.0.0.0:8100' }],
    ['a forwarded host instead of its own', { host: 'evil.example', 'x-forwarded-host': 'localhost' }],
  ])('with %s is refused: 403', async (_what, headers) => {
    expect((await running().send('/health', { headers })).status).toBe(403);
  });

  test('gets no preflight answered when no origin is configured: 405 without CORS headers', async () => {
    const { send } = running();
    const { status, headers } = await send('/api/v1/status', {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(405);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'as a form that needs no preflight (%s) is not read: 415',
    async (type) => {
      const { send } = running();
      const body = '{"content":"planted by a page","type":"preference"}';
      expect((await send('/api/v1/add_memory', { body, headers: { 'content-type': type } })).status).toBe(415);
    },
  );
});

describe('CORS', () => {
  const running = useService({ env: { ATOCORE_ALLOWED_ORIGINS: 'https://page.example' } });

  test('is there for a configured origin and for no other', async () => {
    const { send } = running();
    const allowed = await send('/api/v1/status', { body: {}, headers: { origin: 'https://page.example' } });
    expect(allowed).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://page.example' } });
    const preflight = await send('/mcp', { method: 'OPTIONS', headers: { origin: 'https://page.example' } });
    expect(preflight).toMatchObject({ status: 204, headers: { 'access-control-allow-methods': 'GET, POST, DELETE' } });
    expect((await send('/api/v1/status', { body: {}, headers: { origin: 'https://other.example' } })).status).toBe(403);
  });
});

describe('a malformed request', () => {
  const running = useService();
  const host = () => `Host: 127.0.0.1:${running().service.port}\r\n`;
  const first = (text: string) => text.split('\r\n', 1)[0];

  test.each([
    ['no Host', () => 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', /403/],
    ['no Host in HTTP/1.0', () => 'GET /health HTTP/1.0\r\n\r\n', /403/],
    ['two Hosts', () => `GET /health HTTP/1.1\r\n${host()}Host: evil.example\r\nConnection: close\r\n\r\n`, /403/],
    [
      'another host in its target',
      () => `GET http://evil.example/health HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`,
      /400/,
    ],
    [
      'a length and a transfer coding (smuggling)',
      () =>
        `POST /api/v1/status HTTP/1.1\r\n${host()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n${host()}\r\n`,
      /400/,
    ],
    [
      'two different lengths (smuggling)',
      () => `POST /api/v1/status HTTP/1.1\r\n${host()}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}`,
      /400/,
    ],
    ['a line break inside a header', () => `GET /health HTTP/1.1\r\n${host()}X-A: b\rc\r\n\r\n`, /400/],
    ['a space before the colon', () => `GET /health HTTP/1.1\r\n${host()}Origin : http://evil.example\r\n\r\n`, /400/],
    ['20 KiB of headers', () => `GET /health HTTP/1.1\r\n${host()}X-A: ${'a'.repeat(20_000)}\r\n\r\n`, /431/],
    ['no HTTP at all', () => '\u0016\u0003\u0001\u0002\u0000\r\n\r\n', /400/],
  ])('with %s is refused and its connection ends', async (_what, text, status) => {
    const answer = await running().raw(text());
    expect(first(answer)).toMatch(status);
    expect(answer).toMatch(/\{"error":\{"code":"[A-Z_]+","message":"[^"]+","hint":"[^"]+"\}\}/);
  });

  test.each([
    ['/api/v1/../../etc/passwd', 400],
    ['/api/v1/..%2f..%2fetc%2fpasswd', 400],
    ['/%0d%0aSet-Cookie:%20a=b', 400],
    ['/api/v1/status%00', 400],
    ['//evil.example/', 400],
    ['/api/v1/', 404],
    ['/.git/config', 404],
    ['/config/tokens.json', 404],
  ])('for the path %s gets %d', async (path, status) => {
    const { send } = running();
    const answer = await send(path, { method: 'POST', body: {} });
    // A client that resolves dots by itself asks for a page that does not exist.
    expect([status, 404]).toContain(answer.status);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])('of the method %s is refused: 405', async (method) => {
    expect((await running().send('/api/v1/status', { method })).status).toBe(405);
  });

  test.each([
    ['is not JSON', 'not json {', {}, 400],
    ['is compressed (a bomb unpacks elsewhere)', '{}', { 'content-encoding': 'gzip' }, 415],
    ['is nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, {}, 413],
    ['opens 1,000,000 objects', '{"a":'.repeat(300_000), {}, 413],
    ['is larger than 2 MiB', `{"prompt":"${'a'.repeat(2 * 1024 * 1024)}"}`, {}, 413],
  ])('whose body %s is refused', async (_what, body, headers, status) => {
    const { send } = running();
    expect((await send('/api/v1/auto_context', { body, headers })).status).toBe(status);
    expect((await send('/mcp', { body, headers: { ...headers, ...MCP_HEADERS } })).status).toBe(status);
  });

  test('whose body grows beyond 2 MiB without a length is refused: 413', async () => {
    const chunk = `${(65_536).toString(16)}\r\n${'a'.repeat(65_536)}\r\n`;
    const head = `POST /api/v1/status HTTP/1.1\r\n${host()}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(first(await running().raw(`${head}${chunk.repeat(40)}0\r\n\r\n`))).toMatch(/413/);
  });

  test('whose body is not UTF-8 is refused: 400', async () => {
    const head = `POST /api/v1/search HTTP/1.1\r\n${host()}Content-Type: application/json\r\nConnection: close\r\n`;
    const body = Buffer.from('{"query":"\u00ff"}', 'latin1');
    const request = Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
    expect(first(await running().raw(request))).toMatch(/400/);
  });

  test('with prototype keys changes no prototype: unknown arguments are refused or ignored', async () => {
    const { send, call } = running();
    for (const body of [
      '{"query":"a","__proto__":{"polluted":true}}',
      '{"query":"a","constructor":{"prototype":{"polluted":true}}}',
      '{"__proto__":{"query":"a"}}',
    ]) {
      expect((await send('/api/v1/search', { body })).status).toBeLessThan(500);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect((await call(name)).status).toBe(404);
  });
});

describe('arguments that look like paths', () => {
  const running = useService();
  const register = async () => {
    const registration = { id: 'p05', ingest_roots: [{ source: 'vault', subpath: 'projects/p05' }], description: 'a' };
    const { json } = await running().call('propose_project', registration);
    await running().call('register_project', { ...registration, digest: json['digest'] });
  };

  test.each(['../../../evil.md', '/etc/cron.d/evil.md', 'a/b.md', '..\\evil.md', 'evil.md\u0000.md', '..', '.ssh'])(
    'stage_document writes nothing to %j',
    async (name) => {
      await register();
      const { call, home } = running();
      const { status, error } = await call('stage_document', { project: 'p05', name, content: '# planted' });
      expect([status, error.code]).toEqual([400, 'INVALID_INPUT']);
      expect(readdirSync(home).filter((file) => file.includes('evil'))).toEqual([]);
      expect(existsSync('/etc/cron.d/evil.md')).toBe(false);
    },
  );

  test.each(['../../..', '/etc', '~/.ssh', 'a/../../../etc', 'C:\\Windows', 'x\u0000y'])(
    'a root at %j is not registered',
    async (subpath) => {
      const { call } = running();
      const bad = { id: 'p99', description: 'a', ingest_roots: [{ source: 'vault', subpath }] };
      const proposal = await call('propose_project', bad);
      // `~/.ssh` is a plain, missing folder below the source: allowed, and nothing outside is read.
      if (proposal.json['valid'] === true) expect(subpath).toBe('~/.ssh');
      else expect((await call('register_project', { ...bad, digest: 'x' })).status).toBeGreaterThanOrEqual(400);
    },
  );

  test.each([
    'atocore://documents/../../../etc/passwd',
    'atocore://documents/%2e%2e%2f%2e%2e',
    'file:///etc/passwd',
    'atocore://projects/..%2f..%2fconfig/state',
    'http://169.254.169.254/latest',
  ])('the resource %s reads no file', async (uri) => {
    const { send } = running();
    const opened = await send('/mcp', { body: INITIALIZE, headers: MCP_HEADERS });
    const session = { ...MCP_HEADERS, 'mcp-session-id': opened.headers['mcp-session-id'] as string };
    const { text } = await send('/mcp', {
      body: { jsonrpc: '2.0', id: 3, method: 'resources/read', params: { uri } },
      headers: session,
    });
    expect(text).toContain('"error"');
    expect(text).not.toContain('root:');
  });

  test.each([`'; DROP TABLE memories; --`, '" OR 1=1 --', 'NEAR((((', '* AND "', `a'b"c*d^e:f(g`])(
    'the query %j is words and nothing else',
    async (query) => {
      const { call } = running();
      expect((await call('search', { query })).status).toBe(200);
      expect((await call('list_memories', { query })).status).toBe(200);
    },
  );

  test('a prompt of 300,000 characters is refused by name: 400', async () => {
    const { error } = await running().call('auto_context', { prompt: 'a'.repeat(300_000) });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('prompt') });
  });
});

describe('a caller with a token', () => {
  const running = useService({ tokens: { reader: 'read', writer: 'write', owner: 'admin' } });
  const token = (name: string) => ({ authorization: `Bearer ${running().tokens[name]}` });

  const openSession = async (name: string) => {
    const headers = { ...MCP_HEADERS, ...token(name) };
    const opened = await running().send('/mcp', { body: INITIALIZE, headers });
    return { ...headers, 'mcp-session-id': opened.headers['mcp-session-id'] as string };
  };

  test.each([
    '/mcp?token=TOKEN',
    '/api/v1/status?access_token=TOKEN',
    '/sse?api_key=TOKEN',
    '/health?authorization=TOKEN',
  ])('in the address %s is refused: 400', async (path) => {
    const { send, tokens } = running();
    expect((await send(path.replace('TOKEN', tokens['owner']!))).status).toBe(400);
  });

  test.each<[string, (token: string) => string]>([
    ['another scheme', (text) => `Basic ${text}`],
    ['its letters in upper case', (text) => `Bearer ${text.toUpperCase()}`],
    ['its hash', () => `Bearer ${JSON.parse(running().file('config/tokens.json')).tokens[0].hash}`],
    ['one character less', (text) => `Bearer ${text.slice(0, -1)}`],
    ['two tokens', (text) => `Bearer ${text}, Bearer ${text}`],
    ['nothing', () => ''],
  ])('that presents %s is nobody: 401', async (_what, authorization) => {
    const { send, tokens } = running();
    const headers = { authorization: authorization(tokens['owner']!) };
    expect((await send('/api/v1/status', { body: {}, headers })).status).toBe(401);
    expect((await send('/mcp', { body: INITIALIZE, headers: { ...MCP_HEADERS, ...headers } })).status).toBe(401);
    expect((await send('/sse', { headers })).status).toBe(401);
  });

  test('cannot use the session of another, nor end it, nor use it without its token', async () => {
    const { send } = running();
    const session = await openSession('owner');
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    expect((await send('/mcp', { body: list, headers: { ...session, ...token('reader') } })).status).toBe(404);
    expect((await send('/mcp', { method: 'GET', headers: { ...session, ...token('reader') } })).status).toBe(404);
    expect((await send('/mcp', { method: 'DELETE', headers: { ...session, ...token('reader') } })).status).toBe(404);
    const { authorization: _gone, ...anonymous } = session;
    expect((await send('/mcp', { body: list, headers: anonymous })).status).toBe(401);
    expect((await send('/mcp', { body: list, headers: session })).status).toBe(200);
  });

  test('cannot post into the SSE session of another, nor into one that does not exist: 404', async () => {
    const { send, service } = running();
    const stream = connect(service.port, '127.0.0.1');
    onTestFinished(() => void stream.destroy());
    stream.write(
      `GET /sse HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nAuthorization: ${token('owner').authorization}\r\n\r\n`,
    );
    let received = '';
    stream.on('data', (part) => {
      received += part;
    });
    await vi.waitFor(() => expect(received).toContain('sessionId='));
    const address = /data: (\/messages\?sessionId=[\w-]+)/.exec(received)![1]!;
    expect((await send(address, { body: INITIALIZE, headers: token('reader') })).status).toBe(404);
    expect((await send('/messages?sessionId=1', { body: INITIALIZE, headers: token('owner') })).status).toBe(404);
    expect((await send(address, { body: INITIALIZE, headers: token('owner') })).status).toBe(202);
    expect((await send(address, { body: { not: 'a message' }, headers: token('owner') })).status).toBe(400);
  });

  test.each(['set_state', 'register_project', 'add_memory', 'SET_STATE', ' set_state', 'set_state\u0000', '__proto__'])(
    'of read scope cannot call %j over MCP: there is no such tool',
    async (name) => {
      const { send } = running();
      const { text } = await send('/mcp', { body: callTool(name), headers: await openSession('reader') });
      expect(text).toMatch(/not found|disabled/);
    },
  );

  test('of read scope is listed read tools alone, in sessions and without', async () => {
    const { send } = running();
    const body = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    const { text } = await send('/mcp', { body, headers: await openSession('reader') });
    const listed = [...text.matchAll(/"name":"(\w+)","title"/g)].map((match) => match[1]);
    expect(listed.sort()).toEqual(
      OPERATIONS.filter(({ scope }) => scope === 'read')
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('of admin scope is an agent over MCP: trust does not change without a person', async () => {
    const { send, call, tokens } = running();
    const project = { id: 'p05', description: 'a', ingest_roots: [{ source: 'vault', subpath: 'projects/p05' }] };
    const { json } = await call('propose_project', project, tokens['owner']);
    await call('register_project', { ...project, digest: json['digest'] }, tokens['owner']);
    const state = { project: 'p05', category: 'fact', key: 'a', value: 'b', reason: 'c' };
    const { text } = await send('/mcp', { body: callTool('set_state', state), headers: await openSession('owner') });
    expect(text).toContain('NEEDS_PERSON');
    expect((await call('list_state', { project: 'p05' }, tokens['owner'])).json['entries']).toEqual([]);
  });

  test('that is revoked loses its open stream and its session', async () => {
    const { send, store, service } = running();
    const text = await store.create('leaver', 'read', '2026-03-02T00:00:00.000Z');
    const stream = connect(service.port, '127.0.0.1').resume();
    stream.write(`GET /sse HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nAuthorization: Bearer ${text}\r\n\r\n`);
    await once(stream, 'data');
    const ended = once(stream, 'close');
    await store.revoke('leaver');
    await ended;
    expect((await send('/api/v1/status', { body: {}, token: text })).status).toBe(401);
  });
});

describe('a service', () => {
  test('without any token does not start beyond loopback: CONFIG_INVALID', async () => {
    await expect(openService({ env: { ATOCORE_HOST: '0.0.0.0' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('whose token file is broken serves nobody rather than everybody', async () => {
    const { send, home, service, app } = await openService({});
    expect((await send('/api/v1/status', { body: {} })).status).toBe(200);
    mkdirSync(join(home, 'config'), { recursive: true });
    writeFileSync(join(home, 'config', 'tokens.json'), '{"tokens": [');
    const { status, text } = await send('/api/v1/status', { body: {} });
    expect(status).toBe(500);
    expect(text).not.toContain(home);
    await service.stop();
    await app.close();
  });
});

describe('10,000 random calls, half over the API and half as tools', () => {
  const running = useService({ limits: { callsPerMinuteMax: 1_000_000 } });

  test('answer a result or a typed error each, name no path, and leave the service well', {
    timeout: 180_000,
  }, async () => {
    const { call, home, send } = running();
    const random = createRandom(20261122);
    const names = OPERATIONS.map(({ name }) => name).filter((name) => name !== 'status');
    const problems: string[] = [];
    const opened = await send('/mcp', { body: INITIALIZE, headers: MCP_HEADERS });
    const headers = { ...MCP_HEADERS, 'mcp-session-id': opened.headers['mcp-session-id'] as string };
    let sent = 0;
    const one = async () => {
      const operation = names[random(names.length)]!;
      const input = randomInput(operation, random);
      sent += 1;
      const asTool = sent % 2 === 0;
      const { status, text, error } = asTool
        ? await send('/mcp', { body: callTool(operation, input, sent), headers })
        : await call(operation, input);
      const code = asTool ? /"code":"([A-Z_]+)"/.exec(text)?.[1] : error.code;
      const typed = (status === 200 && (!asTool || text.includes('"result"'))) || typeof code === 'string';
      if (!typed || code === 'INTERNAL' || text.includes(home) || /\bat .*:\d+:\d+/.test(text))
        problems.push(`${operation} ${text.slice(0, 300)}`);
    };
    for (let done = 0; done < 10_000; done += 50) await Promise.all(Array.from({ length: 50 }, one));
    expect(problems.slice(0, 5)).toEqual([]);
    expect((await send('/health')).status).toBe(200);
  });
});

/** Numbers below `n`, the same in every run (mulberry32). */
function createRandom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

const ODD = [
  '',
  'p05',
  '../x',
  '\u0000',
  '💥'.repeat(30),
  '%00',
  'a'.repeat(3_000),
  '__proto__',
  '-1',
  "' OR 1=1",
  '<script>',
];

function randomInput(operation: string, random: (n: number) => number): object {
  const { shape } = OPERATIONS.find(({ name }) => name === operation)!.input as unknown as { shape?: object };
  const fields = [...Object.keys(shape ?? {}), 'colour', 'constructor'];
  const value = (depth: number): unknown => {
    const kind = random(7);
    if (kind === 0) return random(1_000) - 500;
    if (kind === 1) return null;
    if (kind === 2) return random(2) === 0;
    if (kind === 3 && depth < 3) return [value(depth + 1), value(depth + 1)];
    if (kind === 4 && depth < 3) return { [ODD[random(ODD.length)]!]: value(depth + 1) };
    return ODD[random(ODD.length)];
  };
  return Object.fromEntries(fields.filter(() => random(3) > 0).map((field) => [field, value(0)]));
}
