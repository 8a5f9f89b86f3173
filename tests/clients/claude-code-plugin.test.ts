import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ClaudeCode, createClaudeCode } from './claude-code.ts';
import { findInstalledClients } from './installation.ts';
import { must } from './run.ts';
import { createScratch, KNOWN_WORD, PROMPT, ROOT, type Scratch } from './scratch.ts';
import { FINAL_TEXT, type ScriptedModel, startScriptedModel } from './scripted-model.ts';

const PLUGIN = 'atocore@atocore';
/** The next process of AtoCore stores what waits in the spool, beside its own work. */
const DRAINED = { timeout: 60_000, interval: 500 };
const PLUGIN_FOLDER = join(ROOT, 'integrations', 'claude-code');

interface Interaction {
  session_id: string;
  project: string | null;
  prompt: string;
  response: string;
}

let scratch: Scratch;
let model: ScriptedModel;
let claude: ClaudeCode;

const interactions = async () =>
  (await scratch.atocore<{ interactions: Interaction[] }>('interaction', 'list')).interactions;
const spooled = () =>
  readdirSync(join(scratch.home, '.atocore'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^spool.*\.json$/.test(path),
  );
const configure = (value: object) =>
  writeFileSync(join(scratch.home, '.atocore', 'config', 'atocore.json'), JSON.stringify(value));

beforeAll(async () => {
  scratch = await createScratch();
  model = await startScriptedModel();
  claude = createClaudeCode(findInstalledClients()!, scratch, model.url);
  await must(claude.command('plugin', 'marketplace', 'add', ROOT));
  await must(claude.command('plugin', 'install', PLUGIN));
});

afterAll(async () => {
  await model?.close();
  await scratch?.close();
});

test.each([
  ['the plugin', PLUGIN_FOLDER],
  ['the marketplace', ROOT],
])('%s passes the strict validation of Claude Code', async (_, path) => {
  const { code, stdout } = await claude.command('plugin', 'validate', '--strict', path);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Validation passed')]);
});

test('the installed plugin is enabled and its server connects', async () => {
  const listed = await must(claude.command('plugin', 'list', '--json'));
  expect(JSON.parse(listed.stdout)).toMatchObject([{ id: PLUGIN, enabled: true }]);
  expect((await claude.command('mcp', 'list')).stdout).toMatch(/^plugin:atocore:atocore: .* Connected$/m);
});

// On a machine that is too busy the hook gives up after three seconds, as it should; so this one may be tried again.
test('the prompt hook puts the pack before the model', { retry: 2 }, async () => {
  model.script();
  await claude.turn(PROMPT);
  expect(model.sent[0]!.text).toMatch(/<atocore-context project="p05-interferometer"/);
  expect(model.sent[0]!.text).toContain(KNOWN_WORD);
});

test('Stop hands over what was said and answered, without what the hook added, once, and asks for nothing (cases C20, F07)', async () => {
  model.script();
  const { answer } = await claude.turn(PROMPT);
  expect(answer).toMatchObject({ is_error: false, result: FINAL_TEXT });
  expect(model.sent).toHaveLength(1);
  const [turn] = await vi.waitFor(async () => {
    const stored = (await interactions()).filter(({ session_id }) => session_id === answer.session_id);
    expect(stored).toHaveLength(1);
    return stored;
  }, DRAINED);
  expect(turn).toMatchObject({ project: 'p05-interferometer', prompt: PROMPT, response: FINAL_TEXT });
});

test('the tools of the plugin answer in a turn, and the skill says when to ask', async () => {
  model.script({ tool: /auto_context$/, args: { prompt: PROMPT } });
  await claude.turn('thanks');
  expect(model.sent[0]!.tools).toContain('mcp__plugin_atocore_atocore__auto_context');
  expect(model.sent[0]!.text).toContain('atocore:atocore');
  expect(model.sent.at(-1)!.results[0]).toContain(KNOWN_WORD);
});

test('a session begins with what is trusted for the project of its folder', async () => {
  await scratch.atocore('state', 'set', 'p05', 'decision', 'mount', 'The mount is made in house', '--reason', 'review');
  model.script();
  await claude.turn('thanks');
  expect(model.sent[0]!.text).toContain('<atocore-brief project="p05-interferometer">');
  expect(model.sent[0]!.text).toContain('The mount is made in house');
  expect(model.sent[0]!.text).not.toContain('<atocore-context');
});

test('each kill switch stops its hook and not the turn', async () => {
  const before = spooled();
  configure({ context_disabled: true, capture_disabled: true });
  model.script();
  const { answer } = await claude.turn(PROMPT);
  expect(answer.result).toBe(FINAL_TEXT);
  expect(model.sent[0]!.text).not.toMatch(/<atocore-(context|brief)/);
  expect(spooled().filter((path) => !before.includes(path))).toEqual([]);
  configure({});
  expect((await interactions()).filter(({ session_id }) => session_id === answer.session_id)).toEqual([]);
});

test('without the plugin everything that AtoCore keeps is still there', async () => {
  const before = await interactions();
  await must(claude.command('plugin', 'uninstall', PLUGIN));
  model.script();
  await claude.turn(PROMPT);
  expect(model.sent[0]!.text).not.toContain('<atocore-');
  expect(before.length).toBeGreaterThan(0);
  expect(await interactions()).toEqual(before);
});
