import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTokenStore } from '../../src/config/token-store.ts';
import { type Service, startService } from '../../src/http/server.ts';
import { createFixtureApp } from '../fixtures/mcp/fixture-app.ts';
import { operations, views } from '../fixtures/mcp/fixture-operations.ts';

const BRIDGE = new URL('../fixtures/mcp/fixture-bridge.ts', import.meta.url).pathname;
const UNAVAILABLE = { isError: true, structuredContent: { code: 'UNAVAILABLE', status: 'unavailable' } };

type Mode = { pin: '2026-07-28' } | 'legacy';
const MODES: [string, Mode][] = [
  ['2026-07-28', { pin: '2026-07-28' }],
  ['2025-11-25', 'legacy'],
];

async function openBridge(url: string, mode: Mode, token = '', scope = 'write'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [BRIDGE, url, token, scope], stderr: 'ignore' }),
  );
  onTestFinished(() => client.close());
  return client;
}

async function serve(port = 0) {
  const app = createFixtureApp(port);
  const tokens = createTokenStore(app.config.home, join(app.config.home, 'locks'));
  const start = () => startService(app, { operations, views, version: '1.2.3', tokens, limits: { stopWaitMsMax: 10 } });
  const service: Service | undefined = await start();
  onTestFinished(() => service?.stop());
  return { url: service.url, port: service.port, tokens, stop: () => service!.stop() };
}

/** An address where nothing listens. */
async function freeUrl(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const search = (client: Client) => client.callTool({ name: 'search', arguments: { query: 'a' } });

describe.each(MODES)('a bridge for a client of %s', (_revision, mode) => {
  test('starts without a service and lists the tools of its own scope', async () => {
    const client = await openBridge(await freeUrl(), mode);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'auto_context',
      'search',
      'list_review',
      'status',
      'refresh_project',
    ]);
    expect(tools.find(({ name }) => name === 'search')).toMatchObject({
      inputSchema: { required: ['query'] },
      annotations: { readOnlyHint: true },
    });
    expect((await client.listResources()).resources).toEqual([]);
    expect((await client.listPrompts()).prompts).toEqual([]);
  });

  test('answers every tool at once when there is no service, and recovers when there is', async () => {
    const { url, port, stop } = await serve();
    await stop();
    const client = await openBridge(url, mode);
    for (const name of ['auto_context', 'search', 'status', 'refresh_project'])
      expect(await client.callTool({ name, arguments: {} })).toMatchObject(UNAVAILABLE);
    await expect(client.readResource({ uri: 'atocore://projects' })).rejects.toThrow('not available');
    await serve(port);
    expect(await search(client)).toMatchObject({ structuredContent: { hits: ['a'] } });
  });

  test('goes on with a service that was restarted', async () => {
    const { url, port, stop } = await serve();
    const client = await openBridge(url, mode);
    expect(await search(client)).toMatchObject({ structuredContent: { hits: ['a'] } });
    await stop();
    expect(await search(client)).toMatchObject(UNAVAILABLE);
    await serve(port);
    expect(await search(client)).toMatchObject({ structuredContent: { hits: ['a'] } });
  });

  test('gives up a service that takes connections and never answers, and then answers without a try', async () => {
    const sockets = new Set<Socket>();
    const silent = createTcpServer((socket) => sockets.add(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const client = await openBridge(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, mode);
    expect(await search(client)).toMatchObject(UNAVAILABLE);
    expect(await search(client)).toMatchObject({
      ...UNAVAILABLE,
      structuredContent: { message: expect.stringContaining('silent a moment ago') },
    });
  });

  test('gives up a call whose service dies in the middle of it', async () => {
    const { url, stop } = await serve();
    const client = await openBridge(url, mode);
    await search(client);
    const waiting = client.callTool({ name: 'search', arguments: { query: 'wait' } });
    expect(await search(client)).toMatchObject({ structuredContent: { hits: ['a'] } });
    await stop();
    expect(await waiting).toMatchObject(UNAVAILABLE);
  });

  test('says that its token is refused, and shows what the scope of a token allows', async () => {
    const { url, tokens } = await serve();
    const token = await tokens.create('reader', 'read', '');
    const refused = await openBridge(url, mode, 'ato_wrong');
    expect(await search(refused)).toMatchObject({ isError: true, structuredContent: { code: 'UNAUTHORIZED' } });
    const reader = await openBridge(url, mode, token);
    const { tools } = await reader.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['auto_context', 'search', 'list_review', 'status']);
    await expect(reader.callTool({ name: 'set_state', arguments: { key: 'a' } })).rejects.toThrow('not found');
  });
});
