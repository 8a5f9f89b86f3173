import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClaudeCode, createClaudeCode } from './claude-code.ts';
import { findInstalledClients } from './installation.ts';
import { must } from './run.ts';
import { createScratch, KNOWN_WORD, PROMPT, type Scratch } from './scratch.ts';
import { FINAL_TEXT, type ScriptedModel, startScriptedModel } from './scripted-model.ts';
import { type RunningService, startService } from './service.ts';

const ASK = { tool: /auto_context$/, args: { prompt: PROMPT } };

let scratch: Scratch;
let model: ScriptedModel;
let claude: ClaudeCode;

beforeAll(async () => {
  scratch = await createScratch();
  model = await startScriptedModel();
  claude = createClaudeCode(findInstalledClients()!, scratch, model.url);
});

afterAll(async () => {
  await model?.close();
  await scratch?.close();
});

/** The whole turn went through, and the model saw the pack as the result of its call. */
async function expectPackInTurn(): Promise<void> {
  model.script(ASK);
  const turn = await claude.turn(PROMPT);
  expect(turn.answer).toMatchObject({ type: 'result', is_error: false, result: FINAL_TEXT });
  expect(model.sent).toHaveLength(2);
  expect(model.sent[0]!.user).not.toContain(KNOWN_WORD);
  expect(model.sent[1]!.results[0]).toMatch(/^<atocore-context project="p05-interferometer"/);
  expect(model.sent[1]!.results[0]).toContain(KNOWN_WORD);
}

describe('Claude Code with the server that was added on stdio', () => {
  beforeAll(async () => {
    await must(claude.command('mcp', 'add', 'atocore', '--', 'atocore', 'mcp'));
  });

  afterAll(async () => {
    await must(claude.command('mcp', 'remove', 'atocore'));
  });

  test('connects', async () => {
    expect((await claude.command('mcp', 'list')).stdout).toMatch(/^atocore: .* Connected$/m);
  });

  test('calls auto_context in a turn, and the pack reaches the model', () => expectPackInTurn());

  test('offers auto_context at once and the other tools when it looks for them', async () => {
    const wanted = ['search', 'detect_project', 'register_project', 'add_memory', 'backup', 'restore', 'status'];
    const names = wanted.map((name) => `mcp__atocore__${name}`);
    model.script({ tool: /^ToolSearch$/, args: { query: `select:${names.join(',')}` } });
    await claude.turn('hello');
    const [first, second] = model.sent;
    expect(first!.tools).toContain('mcp__atocore__auto_context');
    expect(first!.tools).not.toContain('mcp__atocore__search');
    expect(second!.tools).toEqual(expect.arrayContaining(names));
  });
});

describe('Claude Code with a service', () => {
  let service: RunningService;

  beforeAll(async () => {
    service = await startService(scratch);
  });

  afterAll(() => service?.kill());

  test.each([
    ['http', 'mcp'],
    ['sse', 'sse'],
  ])('connects over %s and sees the pack', async (transport, path) => {
    await must(claude.command('mcp', 'add', '--transport', transport, 'atocore', `${service.url}/${path}`));
    try {
      expect((await claude.command('mcp', 'list')).stdout).toMatch(/^atocore: .* Connected$/m);
      await expectPackInTurn();
    } finally {
      await must(claude.command('mcp', 'remove', 'atocore'));
    }
  });

  test('sees the pack through the bridge', async () => {
    await must(claude.command('mcp', 'add', 'atocore', '-e', `ATOCORE_URL=${service.url}`, '--', 'atocore', 'mcp'));
    try {
      await expectPackInTurn();
    } finally {
      await must(claude.command('mcp', 'remove', 'atocore'));
    }
  });
});
