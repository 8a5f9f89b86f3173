import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROKEN } from './broken-atocore.ts';
import { findInstalledClients } from './installation.ts';
import { createOpenClaw, type OpenClaw } from './openclaw.ts';
import { expectNoProcesses } from './processes.ts';
import { must } from './run.ts';
import { createScratch, KNOWN_WORD, PROMPT, ROOT, type Scratch } from './scratch.ts';
import { FINAL_TEXT, type ScriptedModel, startScriptedModel } from './scripted-model.ts';

const ASK = { tool: /^tool_call$/, args: { id: 'atocore__auto_context', args: { prompt: PROMPT } } };

/** Where OpenClaw puts the skills of plugins. */
const SCRIPT = '~/.openclaw/plugin-skills/atocore/scripts/atocore.mjs';
const EXEC = { tool: /^exec$/, args: { command: `echo '${PROMPT}' | node ${SCRIPT} auto-context -` } };

let scratch: Scratch;
let model: ScriptedModel;
let openClaw: OpenClaw;

beforeAll(async () => {
  scratch = await createScratch();
  model = await startScriptedModel();
  openClaw = createOpenClaw(findInstalledClients()!, scratch, model.url);
  await must(
    openClaw.command('plugins', 'install', join(ROOT, 'integrations', 'openclaw'), '--force', '--accept-capabilities'),
  );
  const permission = 'plugins.entries.atocore.hooks.allowConversationAccess';
  await must(openClaw.command('config', 'set', permission, 'true'));
});

afterAll(async () => {
  await model?.close();
  await scratch?.close();
});

test('the installed plugin has one hook, the server, and no kind or slot', async () => {
  const { stdout } = await must(openClaw.command('plugins', 'inspect', 'atocore', '--runtime', '--json'));
  const { plugin, ...rest } = JSON.parse(stdout) as { plugin: Record<string, unknown> };
  expect(plugin).toMatchObject({
    id: 'atocore',
    status: 'loaded',
    hookCount: 1,
    contextEngineIds: [],
    toolNames: [],
    mcpServers: { atocore: { command: 'atocore', args: ['mcp'] } },
  });
  expect(plugin['kind']).toBeUndefined();
  expect(JSON.stringify(rest)).toContain('before_prompt_build');
});

// On a machine that is too busy the hook gives up after three seconds, as it should; so this one may be tried again.
test('a turn has the pack in its prompt, the tools, and the skill with its script', { retry: 2 }, async () => {
  model.script(ASK, EXEC);
  const turn = await openClaw.turn(PROMPT);
  expect(turn).toMatchObject({ code: 0, texts: [FINAL_TEXT] });
  expect(turn.tools).toContain('atocore__auto_context');
  expect(model.sent[0]!.user).toContain('<atocore-context project="p05-interferometer"');
  expect(model.sent[0]!.user).toContain(KNOWN_WORD);
  expect(model.sent[0]!.text).toMatch(/<name>atocore<\/name>/);
  expect(model.sent.at(-1)!.results).toEqual([
    expect.stringContaining(KNOWN_WORD),
    expect.stringContaining('"project": "p05-interferometer"'),
  ]);
  expect(readdirSync(join(openClaw.workspace, 'memory'))).toEqual([]);
});

describe('a turn is whole and leaves no process when AtoCore', () => {
  test.each(['crashing', 'hanging', 'dead'] as const)('is %s', async (kind) => {
    scratch.replaceAtocore(BROKEN[kind](scratch));
    model.script(ASK);
    expect(await openClaw.turn(PROMPT)).toMatchObject({ code: 0, texts: [FINAL_TEXT] });
    expect(model.sent[0]!.user).not.toContain('<atocore-context');
    await expectNoProcesses(scratch.home);
  });
});
