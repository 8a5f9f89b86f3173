import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FixtureService, startFixtureService } from '../fixtures/mcp/clients.ts';
import { type Inspected, inspect, installInspector } from './inspector.ts';

const SERVER = new URL('../fixtures/mcp/fixture-server.ts', import.meta.url).pathname;
const CONNECTIONS = [
  ['stdio', 'legacy'],
  ['stdio', 'modern'],
  ['http', 'legacy'],
  ['http', 'modern'],
  ['http', 'auto'],
  ['sse', 'legacy'],
] as const;

let program: string;
let home: string;
let service: FixtureService;
beforeAll(async () => {
  program = await installInspector();
  home = mkdtempSync(join(tmpdir(), 'atocore-inspector-'));
  service = await startFixtureService();
}, 600_000);
afterAll(() => {
  service?.kill();
  rmSync(home, { recursive: true, force: true });
});

describe.each(CONNECTIONS)('Inspector over %s, %s', (wire, era) => {
  const run = (method: string, ...args: string[]): Promise<Inspected> => {
    const path = wire === 'sse' ? 'sse' : 'mcp';
    const target =
      wire === 'stdio'
        ? [process.execPath, SERVER, 'admin']
        : ['--server-url', `${service.url}/${path}`, '--header', `Authorization: Bearer ${service.token}`];
    return inspect(program, home, [...target, '--protocol-era', era, '--method', method, ...args]);
  };

  test('lists tools whose schemas every client takes, and the greeting', async () => {
    const [tools, greeting] = await Promise.all([run('tools/list', '--strict'), run('initialize')]);
    expect(tools).toMatchObject({ code: 0, result: { tools: expect.arrayContaining([]) } });
    expect((tools.result['tools'] as { name: string }[]).map(({ name }) => name)).toContain('auto_context');
    expect(greeting.result).toMatchObject({
      serverInfo: { name: 'atocore' },
      protocolVersion: era === 'legacy' ? '2025-11-25' : '2026-07-28',
    });
  });

  test('shows structure, text, and typed errors of tools', async () => {
    const call = (name: string, ...args: string[]) =>
      run('tools/call', '--tool-name', name, ...args.flatMap((arg) => ['--tool-arg', arg]));
    const [found, missing, context] = await Promise.all([
      call('search', 'query=mirror', 'limit=3'),
      call('search', 'query=missing'),
      call('auto_context', 'prompt=why?'),
    ]);
    expect(found).toMatchObject({ code: 0, result: { structuredContent: { hits: ['mirror'], limit: 3 } } });
    expect(missing.code).toBe(5);
    expect(missing.result).toMatchObject({ isError: true, structuredContent: { code: 'UNKNOWN_PROJECT' } });
    expect(context.result['content']).toEqual([{ type: 'text', text: '<atocore-context>\nwhy?\n</atocore-context>' }]);
  });

  test('reads resources and templates, and gets prompts', async () => {
    const [listed, templates, read, prompts, prompt] = await Promise.all([
      run('resources/list'),
      run('resources/templates/list'),
      run('resources/read', '--uri', 'atocore://projects/optics%20lab/state'),
      run('prompts/list'),
      run('prompts/get', '--prompt-name', 'with_context', '--prompt-args', 'prompt=why?'),
    ]);
    expect(listed.result['resources']).toHaveLength(3);
    expect(templates.result['resourceTemplates']).toHaveLength(5);
    expect(read.result).toMatchObject({ contents: [{ text: '# Trusted state of optics lab' }] });
    expect(prompts.result['prompts']).toHaveLength(3);
    expect(prompt.result).toMatchObject({ messages: [{ role: 'user' }, { content: { text: 'why?' } }] });
  });
});
