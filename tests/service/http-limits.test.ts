import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTokenStore } from '../../src/config/token-store.ts';
import { type ServiceSetup, startService } from '../../src/http/server.ts';
import { INITIALIZE, MCP_HEADERS, type Sent, sendRaw, sendTo } from '../fixtures/http/test-service.ts';
import { createFixtureApp } from '../fixtures/mcp/fixture-app.ts';
import { operations, seen, views } from '../fixtures/mcp/fixture-operations.ts';
import { litter } from '../support/litter.ts';

/** A service over operations that wait when they are told to. */
async function serve(limits: ServiceSetup['limits'] = {}) {
  const app = createFixtureApp(0);
  const tokens = createTokenStore(app.config.home, join(app.config.home, 'locks'));
  const service = await startService(app, { operations, views, version: '1', tokens, limits });
  onTestFinished(async () => {
    await service.stop();
    rmSync(app.config.home, { recursive: true, force: true });
  });
  const send = (path: string, sent: Sent = {}) => sendTo(service.port, path, sent);
  const search = (query: string) => send('/api/v1/search', { body: { query } });
  const initialize = () => send('/mcp', { body: INITIALIZE, headers: MCP_HEADERS });
  const list = (id: unknown) =>
    send('/mcp', {
      body: { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      headers: { ...MCP_HEADERS, 'mcp-session-id': String(id) },
    });
  return { app, service, tokens, send, search, initialize, list };
}

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const RETRY = {
  status: 429,
  error: { code: 'RATE_LIMITED' },
  headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
};

describe('a service', () => {
  test('ends a connection whose header does not come: 408', async () => {
    const { service } = await serve({ headerWaitMsMax: 100, requestWaitMsMax: 200 });
    const answer = await sendRaw(service.port, 'GET /health HTTP/1.1\r\nHost: 127');
    expect(answer).toContain('408 Request Timeout');
    expect(answer).toContain('{"error":{"code":"TIMEOUT"');
  });

  test('ends a connection whose body does not come: 408', async () => {
    const { service } = await serve({ headerWaitMsMax: 100, requestWaitMsMax: 200 });
    const head = `POST /api/v1/search HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nContent-Type: application/json\r\n`;
    expect(await sendRaw(service.port, `${head}Content-Length: 20\r\n\r\n{"que`)).toMatch(
      /408 Request Timeout[\s\S]*"code":"TIMEOUT"/,
    );
  });

  test('ends a kept connection that is silent', async () => {
    const { service } = await serve({ connectionIdleMsMax: 50 });
    const text = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\n\r\n`;
    expect(await sendRaw(service.port, text)).toContain('200 OK');
  });

  test('counts the calls of each token in a minute: 429 with Retry-After', async () => {
    const { tokens, send } = await serve({ callsPerMinuteMax: 2 });
    const busy = await tokens.create('busy', 'read', '');
    const calm = await tokens.create('calm', 'read', '');
    const call = (token: string) => send('/api/v1/search', { token, body: { query: 'a' } });
    expect([(await call(busy)).status, (await call(busy)).status]).toEqual([200, 200]);
    expect(await call(busy)).toMatchObject(RETRY);
    expect(await send('/mcp', { token: busy, body: INITIALIZE, headers: MCP_HEADERS })).toMatchObject(RETRY);
    expect((await call(calm)).status).toBe(200);
  });

  test('counts every message of a batch, and reads no batch of thousands: 429 and 413', async () => {
    const { tokens, send } = await serve({ callsPerMinuteMax: 8 });
    const token = await tokens.create('batcher', 'read', '');
    const opened = await send('/mcp', { token, body: INITIALIZE, headers: MCP_HEADERS });
    const headers = { ...MCP_HEADERS, 'mcp-session-id': opened.headers['mcp-session-id'] as string };
    const batch = (length: number) =>
      send('/mcp', {
        token,
        headers,
        body: Array.from({ length }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' })),
      });
    expect((await batch(65)).error).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('65') });
    expect((await batch(4)).status).toBe(200);
    expect(await batch(4)).toMatchObject(RETRY);
  });

  test('does so many calls at once and no more: 429 with Retry-After', async () => {
    const { service, search } = await serve({ requestsAtOnceMax: 1, stopWaitMsMax: 10 });
    const body = '{"query":"wait"}';
    const waiting = request({ port: service.port, path: '/api/v1/search', method: 'POST', agent: false });
    waiting.setHeader('content-type', 'application/json').on('error', () => {});
    await new Promise<void>((resolve) => waiting.end(body, resolve));
    await vi.waitFor(async () => expect(await search('b')).toMatchObject(RETRY));
    const before = seen.cancelled;
    waiting.destroy();
    await vi.waitFor(() => expect(seen.cancelled).toBe(before + 1));
    await vi.waitFor(async () => expect((await search('b')).status).toBe(200));
  });

  test('makes room for a session by ending the longest unused one of the same caller', async () => {
    const { initialize, list } = await serve({ sessionsMax: 2 });
    const ids = [];
    for (let at = 0; at < 3; at += 1) ids.push((await initialize()).headers['mcp-session-id']);
    expect((await list(ids[0])).status).toBe(404);
    expect((await list(ids[1])).status).toBe(200);
    expect((await list(ids[2])).status).toBe(200);
  });

  test('never ends the session of another to make room: 429 with Retry-After', async () => {
    const { tokens, send } = await serve({ sessionsMax: 1 });
    const open = async (name: string) => {
      const token = await tokens.create(name, 'read', '');
      return send('/mcp', { token, body: INITIALIZE, headers: MCP_HEADERS });
    };
    expect((await open('first')).status).toBe(200);
    expect(await open('second')).toMatchObject(RETRY);
  });

  test('forgets a session that is unused for long', async () => {
    const { initialize, list, send } = await serve({ sessionIdleMsMax: 40 });
    const id = (await initialize()).headers['mcp-session-id'];
    // Asking the session itself would count as use.
    const open = async () => /atocore_mcp_sessions (\d+)/.exec((await send('/metrics')).text)![1];
    await vi.waitFor(async () => expect(await open()).toBe('0'), { timeout: 10_000 });
    expect((await list(id)).status).toBe(404);
  });

  test('keeps an SSE stream open with comments', async () => {
    const { service } = await serve({ streamKeepAliveMs: 20 });
    const stream = connect(service.port, '127.0.0.1');
    onTestFinished(() => void stream.destroy());
    let received = '';
    stream.on('data', (part) => {
      received += part;
    });
    stream.write(`GET /sse HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\n\r\n`);
    await vi.waitFor(() => expect(received).toContain(': keepalive'));
  });
});

test('a service at rest gives the memory of its busy time back, and says so', async () => {
  const { app } = await serve({ restMsMin: 200 });
  const said: unknown[] = [];
  app.log.info = (_fields: unknown, message?: unknown) => void said.push(message);
  litter();
  await vi.waitFor(() => expect(said).toContain('memory given back'), { timeout: 10_000 });
});

describe('a service that stops', () => {
  test('answers the calls in work, and takes no other', async () => {
    const { service, search } = await serve();
    const slow = search('slow');
    await vi.waitFor(async () => expect((await search('a')).status).toBe(200));
    const stopped = service.stop();
    expect(await slow).toMatchObject({ status: 200, json: { hits: ['slow'] } });
    await stopped;
    await expect(search('a')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each(['a session', 'no session'])('answers a tool that is in work, with %s', async (kind) => {
    const { service, search, send, initialize } = await serve();
    const call = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'search', arguments: { query: 'slow' } },
    };
    const session = { 'mcp-session-id': String((await initialize()).headers['mcp-session-id']) };
    const slow =
      kind === 'a session'
        ? send('/mcp', { body: call, headers: { ...MCP_HEADERS, ...session } })
        : send('/mcp', {
            body: { ...call, params: { ...call.params, _meta: ENVELOPE } },
            headers: {
              ...MCP_HEADERS,
              'mcp-protocol-version': '2026-07-28',
              'mcp-method': call.method,
              'mcp-name': 'search',
            },
          });
    await vi.waitFor(async () => expect((await search('a')).status).toBe(200));
    const stopped = service.stop();
    expect((await slow).text).toContain('"structuredContent":{"hits":["slow"]');
    await stopped;
  });

  test('gives up a call that outlasts the deadline, and tells the call so', async () => {
    const { service, search } = await serve({ stopWaitMsMax: 20 });
    const before = seen.cancelled;
    const waiting = search('wait').catch((error: Error) => error);
    await vi.waitFor(async () => expect((await search('a')).status).toBe(200));
    await service.stop();
    expect(await waiting).toBeInstanceOf(Error);
    await vi.waitFor(() => expect(seen.cancelled).toBe(before + 1));
  });

  test('ends open streams at once', async () => {
    const { service } = await serve();
    const ended = sendRaw(service.port, `GET /sse HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\n\r\n`);
    await vi.waitFor(async () => expect(await sendTo(service.port, '/metrics', {})).toMatchObject({ status: 200 }));
    await service.stop();
    expect(await ended).toContain('event: endpoint');
  });
});
