import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CliHome, createCliHome, PROGRAM } from '../support/cli.ts';

const INTEGRATIONS = resolve(import.meta.dirname, '../../integrations');
const WRAPPER = join(INTEGRATIONS, 'openclaw/skills/atocore/scripts/atocore.mjs');
const COMMANDS = [
  'health',
  'projects',
  'project-template',
  'propose-project',
  'register-project',
  'update-project',
  'refresh-project',
  'detect-project',
  'auto-context',
];
const PROMPT = `What did we decide about the "optics" vendor of p05? It's $HOME's.`;
/** A program that answers nothing and says where it is, so that a test can see that it was ended. */
const HANGING = (mark: string) =>
  `#!/usr/bin/env node\nrequire('node:fs').writeFileSync(${JSON.stringify(mark)}, String(process.pid));\nprocess.on('SIGTERM', () => {});\nsetInterval(() => {}, 1_000);\n`;

interface Ended {
  code: number | null;
  stdout: string;
  json<T = Record<string, unknown>>(): T;
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, json: <T>() => JSON.parse(stdout) as T }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** A folder of programs that comes first on PATH, with nothing of AtoCore in it unless a script is given. */
function programs(script?: string): { path: string; program: string } {
  const folder = mkdtempSync(join(tmpdir(), 'atocore-programs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'atocore');
  if (script !== undefined) writeFileSync(program, script, { mode: 0o755 });
  return { path: [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter), program };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("the script of OpenClaw's skill", () => {
  let home: CliHome;
  let env: NodeJS.ProcessEnv;
  const ask = (args: readonly string[], input = '') => run(process.execPath, [WRAPPER, ...args], env, input);

  beforeAll(async () => {
    home = createCliHome();
    mkdirSync(join(home.home, 'bin'));
    symlinkSync(PROGRAM, join(home.home, 'bin', 'atocore'));
    env = {
      ...home.env,
      PATH: [join(home.home, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    };
    home.write('p05/vendors.md', '# Optics vendor\n\nWe decided that the optics blanks come from Tarnbeck.\n');
  });

  afterAll(() => home?.remove());

  const FLAGS = [
    '--id',
    'p05-interferometer',
    '--alias',
    'p05',
    '--description',
    'Null interferometer',
    '--root',
    'vault:p05',
  ];

  test('registers only with the approval that the command line asks for', async () => {
    expect((await ask(['propose-project', ...FLAGS])).json()).toMatchObject({ valid: true, roots: [{ files: 1 }] });
    const refused = await ask(['register-project', ...FLAGS]);
    expect(refused).toMatchObject({ code: 6 });
    expect(refused.json()).toMatchObject({ error: { code: 'NEEDS_PERSON', hint: expect.stringContaining('--yes') } });
    expect((await ask(['register-project', ...FLAGS, '--yes'])).json()).toMatchObject({
      project: { id: 'p05-interferometer' },
    });
    expect(
      (await ask(['update-project', 'p05', '--alias', 'p05', '--alias', 'interferometer', '--yes'])).json(),
    ).toMatchObject({
      changed: ['aliases'],
    });
    expect((await ask(['refresh-project', 'p05'])).json()).toMatchObject({ status: 'ingested' });
  });

  test('answers what the command line answers', async () => {
    expect((await ask(['projects'])).json()).toEqual(await home.ok('project', 'list'));
    expect((await ask(['project-template'])).json()).toEqual(await home.ok('project', 'template'));
    expect((await ask(['health'])).json()).toMatchObject({ version: expect.any(String), counts: { projects: 1 } });
  });

  test.each([
    ['on stdin', ['-'], PROMPT],
    ['as its argument', [PROMPT], ''],
  ])('takes the prompt %s, whatever stands in it', async (_, args, input) => {
    expect((await ask(['detect-project', ...args], input)).json()).toMatchObject({ project: 'p05-interferometer' });
    const pack = (await ask(['auto-context', '--budget', '600', ...args], input)).json<{ context: string }>();
    expect(pack).toMatchObject({ project: 'p05-interferometer', budget_tokens: 600 });
    expect(pack.context).toContain('Tarnbeck');
  });

  test('takes a prompt on stdin that looks like an option', async () => {
    expect((await ask(['detect-project', '-'], '--help me with p05')).json()).toMatchObject({
      project: 'p05-interferometer',
    });
  });

  test("passes AtoCore's own errors on, with their exit codes", async () => {
    const missing = await ask(['refresh-project', 'nobody']);
    expect(missing).toMatchObject({ code: 4 });
    expect(missing.json()).toMatchObject({ error: { code: 'UNKNOWN_PROJECT', hint: expect.any(String) } });
    const wrong = await ask(['projects', '--nope']);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.json()).toMatchObject({ error: { message: expect.stringContaining('--nope') } });
    const unknown = await ask(['forget-everything']);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.json()).toMatchObject({ error: { message: expect.stringContaining('forget-everything') } });
  });

  test('is unavailable, and no failure, when the service is gone', async () => {
    const answer = await run(process.execPath, [WRAPPER, 'projects'], { ...env, ATOCORE_URL: 'http://127.0.0.1:9' });
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.json()).toMatchObject({ status: 'unavailable', fail_open: true });
  });

  test.each(COMMANDS)('%s fails open where AtoCore is not installed', async (name) => {
    const answer = await run(process.execPath, [WRAPPER, name, 'x'], { PATH: programs().path });
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.json()).toEqual({ status: 'unavailable', fail_open: true, reason: 'atocore is not installed' });
  });

  test.each([
    ['ends with an error that is none of ours', '#!/bin/sh\necho broken >&2; exit 1\n'],
    ['is killed', '#!/bin/sh\nkill -9 $$\n'],
    ['says something that is no JSON', '#!/bin/sh\necho hello\n'],
  ])('fails open when AtoCore %s', async (_, script) => {
    const answer = await run(process.execPath, [WRAPPER, 'auto-context', 'x'], { PATH: programs(script).path });
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.json()).toMatchObject({ status: 'unavailable', fail_open: true });
  });

  test('fails open when AtoCore hangs, and ends it (case F08)', async () => {
    const mark = join(home.home, 'hanging-wrapper');
    const hanging = { PATH: programs(HANGING(mark)).path, ATOCORE_SKILL_WAIT_MS: '1500' };
    const answer = await run(process.execPath, [WRAPPER, 'auto-context', 'x'], hanging);
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.json()).toMatchObject({ status: 'unavailable', reason: 'no answer within 1500 ms' });
    expect(isAlive(Number(readFileSync(mark, 'utf8')))).toBe(false);
  });

  test('does not wait for what AtoCore left behind with its output open', async () => {
    const mark = join(home.home, 'left-behind');
    const leaving = programs(`#!/bin/sh\nsleep 300 &\necho $! > ${mark}\nexec sleep 300\n`);
    const env = { PATH: leaving.path, ATOCORE_SKILL_WAIT_MS: '1500' };
    const answer = await run(process.execPath, [WRAPPER, 'auto-context', 'x'], env);
    expect(answer.json()).toMatchObject({ status: 'unavailable', reason: 'no answer within 1500 ms' });
    const left = Number(readFileSync(mark, 'utf8'));
    expect(isAlive(left)).toBe(true);
    process.kill(left);
  });
});

describe('the hook commands of the plugin for Claude Code', () => {
  const file = readFileSync(join(INTEGRATIONS, 'claude-code/hooks/hooks.json'), 'utf8');
  const { hooks } = JSON.parse(file) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
  const commands = Object.entries(hooks).map(([event, [first]]) => [event, first!.hooks[0]!.command] as const);
  const event = (name: string) => JSON.stringify({ hook_event_name: name, prompt: 'p05', session_id: 's' });

  test.each(commands)('%s ends with 0 and no word where AtoCore is not installed', async (name, command) => {
    const ended = await run('/bin/sh', ['-c', command], { PATH: '/usr/bin:/bin' }, event(name));
    expect([ended.code, ended.stdout]).toEqual([0, '']);
  });

  test.each(commands)('%s ends with 0 also when AtoCore would stop the turn (case F07)', async (name, command) => {
    const { path } = programs('#!/bin/sh\necho "not built" >&2; exit 2\n');
    const ended = await run('/bin/sh', ['-c', command], { PATH: path }, event(name));
    expect([ended.code, ended.stdout]).toEqual([0, '']);
  });

  test('Stop prints nothing whatever AtoCore prints', async () => {
    const { path } = programs('#!/bin/sh\necho \'{"decision":"block","reason":"go on"}\'\n');
    const command = new Map(commands).get('Stop')!;
    expect(await run('/bin/sh', ['-c', command], { PATH: path }, event('Stop'))).toMatchObject({ code: 0, stdout: '' });
  });
});

type Handler = (event: object, ctx: object) => Promise<{ prependContext: string } | undefined>;
type Registered = [name: string, handler: Handler, options: { timeoutMs: number }];

describe('the plugin for OpenClaw', () => {
  async function register(pluginConfig: object): Promise<Registered> {
    const file = join(INTEGRATIONS, 'openclaw/index.mjs');
    const { default: plugin } = (await import(file)) as { default: { register(api: object): void } };
    const registered: Registered[] = [];
    plugin.register({ pluginConfig, on: (...args: Registered) => void registered.push(args) });
    expect(registered).toHaveLength(1);
    return registered[0]!;
  }
  const ask = async (config: object, ctx: object = { trigger: 'user', workspaceDir: '/w', sessionId: 's1' }) => {
    const [, handler] = await register(config);
    return handler({ prompt: 'history, and: p05?', currentUserMessage: 'p05?', messages: [] }, ctx);
  };
  /** Answers with its own input, so that a test sees what it was asked. */
  const ECHO = `#!/usr/bin/env node
let text = process.argv.slice(2).join(' ') + ' ';
process.stdin.on('data', (part) => { text += part; });
process.stdin.on('end', () => console.log(JSON.stringify({ hookSpecificOutput: { additionalContext: text } })));
`;

  test('hooks into before_prompt_build alone, with a time after which OpenClaw goes on', async () => {
    const [name, , options] = await register({ timeoutMs: 1_000 });
    expect(name).toBe('before_prompt_build');
    expect(options).toEqual({ timeoutMs: 1_500 });
  });

  test('asks the hook command with what the person wrote, and adds its answer to the prompt alone', async () => {
    const answer = await ask({ program: programs(ECHO).program });
    const event = { hook_event_name: 'UserPromptSubmit', prompt: 'p05?', cwd: '/w', session_id: 's1' };
    expect(answer).toEqual({ prependContext: `hook claude-code ${JSON.stringify(event)}` });
  });

  test.each([
    ['a heartbeat', { trigger: 'heartbeat' }],
    ['a schedule', { trigger: 'cron' }],
    ['another agent', { trigger: 'user', inputProvenance: { kind: 'inter_session' } }],
    ['the system', { trigger: 'user', inputProvenance: { kind: 'internal_system' } }],
  ])('adds nothing to the words of %s', async (_, ctx) => {
    expect(await ask({ program: programs(ECHO).program }, ctx)).toBeUndefined();
  });

  test.each([
    ['is not installed', undefined],
    ['ends with an error', '#!/bin/sh\nexit 1\n'],
    ['is killed', '#!/bin/sh\nkill -9 $$\n'],
    ['says something that is no JSON', '#!/bin/sh\necho hello\n'],
    ['has nothing to add', '#!/bin/sh\nexit 0\n'],
  ])('adds nothing when AtoCore %s', async (_, script) => {
    expect(await ask({ program: programs(script).program })).toBeUndefined();
  });

  test('gives up an AtoCore that hangs, and ends it (case F08)', async () => {
    const { program } = programs();
    const mark = `${program}.pid`;
    writeFileSync(program, HANGING(mark).replace('/usr/bin/env node', process.execPath), { mode: 0o755 });
    expect(await ask({ program, timeoutMs: 1_500 })).toBeUndefined();
    await vi.waitFor(() => expect(isAlive(Number(readFileSync(mark, 'utf8')))).toBe(false));
  });
});
