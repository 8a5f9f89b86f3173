import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInstalledClients } from './installation.ts';
import { createOpenClaw, type OpenClaw, OWN_MEMORY } from './openclaw.ts';
import { must } from './run.ts';
import { createScratch, KNOWN_WORD, PROMPT, ROOT, type Scratch } from './scratch.ts';
import { FINAL_TEXT, type ScriptedModel, type Step, startScriptedModel } from './scripted-model.ts';
import { startService } from './service.ts';

/** In seconds: it probes before it saves, also on a machine that is busy with something else. */
const CONNECT = ['--connect-timeout', '30'];
/** OpenClaw hides most tools behind `tool_call`. */
const call = (id: string, args: Record<string, unknown>): Step => ({ tool: /^tool_call$/, args: { id, args } });

let scratch: Scratch;
let model: ScriptedModel;
let openClaw: OpenClaw;
let memoryBefore: unknown;

async function ownMemory(): Promise<unknown> {
  const { stdout } = await must(openClaw.command('memory', 'search', 'ZEBRA-4471', '--json'));
  const { results } = JSON.parse(stdout) as { results: { path: string; snippet: string }[] };
  return results.map(({ path, snippet }) => ({ path, snippet }));
}

async function probe(): Promise<{ tools: string[]; servers: Record<string, { tools: number }> }> {
  const { stdout } = await must(openClaw.command('mcp', 'probe', '--json'));
  return JSON.parse(stdout);
}

beforeAll(async () => {
  scratch = await createScratch();
  model = await startScriptedModel();
  openClaw = createOpenClaw(findInstalledClients()!, scratch, model.url);
  await must(openClaw.command('memory', 'index', '--force'));
  memoryBefore = await ownMemory();
});

afterAll(async () => {
  await model?.close();
  await scratch?.close();
});

test('a server that is added answers the probe and lists its tools', async () => {
  await must(openClaw.command('mcp', 'add', 'atocore', '--command', 'atocore', '--arg', 'mcp', ...CONNECT));
  const { tools } = await probe();
  const wanted = ['auto_context', 'detect_project', 'register_project', 'add_memory', 'backup', 'restore', 'search'];
  expect(tools).toEqual(expect.arrayContaining(wanted.map((name) => `atocore__${name}`)));
});

test("a turn calls auto_context and OpenClaw's own memory, and the model sees what both answer", async () => {
  model.script(call('atocore__auto_context', { prompt: PROMPT }), call('memory_search', { query: 'ZEBRA-4471' }));
  const turn = await openClaw.turn(PROMPT);
  expect(turn).toMatchObject({ code: 0, texts: [FINAL_TEXT] });
  expect(turn.tools).toEqual(expect.arrayContaining(['atocore__auto_context', 'memory_search']));
  const [pack, memory] = model.sent.at(-1)!.results;
  expect(pack).toContain('<atocore-context project=');
  expect(pack).toContain(KNOWN_WORD);
  expect(memory).toContain('ZEBRA-4471');
});

test("OpenClaw's own memory answers as before, and nothing was written into it", async () => {
  expect(memoryBefore).toMatchObject([{ path: 'MEMORY.md', snippet: expect.stringContaining(OWN_MEMORY) }]);
  expect(await ownMemory()).toEqual(memoryBefore);
  expect(readFileSync(join(openClaw.workspace, 'MEMORY.md'), 'utf8')).toBe(`${OWN_MEMORY}\n`);
  expect(readdirSync(join(openClaw.workspace, 'memory'))).toEqual([]);
});

test('a service is reached over Streamable HTTP and over legacy SSE, also in a turn', async () => {
  const service = await startService(scratch);
  try {
    await openClaw.patch({
      mcp: {
        servers: {
          atocore: null,
          modern: { url: `${service.url}/mcp`, transport: 'streamable-http', connectionTimeoutMs: 30_000 },
          legacy: { url: `${service.url}/sse`, transport: 'sse', connectionTimeoutMs: 30_000 },
        },
      },
    });
    const { servers } = await probe();
    expect(servers['modern']!.tools).toBeGreaterThan(15);
    expect(servers['legacy']!.tools).toBe(servers['modern']!.tools);
    model.script(call('modern__auto_context', { prompt: PROMPT }), call('legacy__auto_context', { prompt: PROMPT }));
    expect(await openClaw.turn(PROMPT)).toMatchObject({ code: 0, texts: [FINAL_TEXT] });
    for (const result of model.sent.at(-1)!.results) expect(result).toContain(KNOWN_WORD);
    expect(model.sent.at(-1)!.results).toHaveLength(2);
  } finally {
    await service.kill();
  }
});

test("Claude Code's plugin installs as a bundle, with its server and its skill and without its hooks", async () => {
  const folder = join(ROOT, 'integrations', 'claude-code');
  await must(openClaw.command('plugins', 'install', folder, '--force', '--accept-capabilities'));
  const { stdout } = await must(openClaw.command('plugins', 'inspect', 'atocore', '--json'));
  expect(JSON.parse(stdout)).toMatchObject({
    plugin: {
      format: 'bundle',
      enabled: true,
      hookCount: 0,
      bundleCapabilities: expect.arrayContaining(['skills', 'mcpServers']),
    },
  });
});
