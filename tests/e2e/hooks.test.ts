import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { PROGRAM } from '../support/cli.ts';
import { createHookHome, type HookHome } from '../support/hook-home.ts';

const SILENCE = { code: 0, stdout: '', stderr: '' };
const QUESTION = 'what did we decide about the optics vendor?';

function fresh(): HookHome {
  const home = createHookHome();
  onTestFinished(() => home.remove());
  return home;
}

const promptEvent = (home: HookHome, prompt: string, cwd = home.workspace) => ({
  ...{ hook_event_name: 'UserPromptSubmit', session_id: 's1', prompt_id: 'p1', transcript_path: '/none', cwd, prompt },
});
const sessionEvent = (home: HookHome, source: string) => ({
  ...{ hook_event_name: 'SessionStart', session_id: 's1', transcript_path: '/none', cwd: home.workspace, source },
});
/**
 * The answer to an event that has one. On a machine under load the deadline of the hook may come first, which is silence by design and
 * tested as such; then the event comes once more.
 */
async function answerTo(
  home: HookHome,
  event: object,
  options?: Parameters<HookHome['hook']>[1],
): Promise<Awaited<ReturnType<HookHome['hook']>>> {
  let answer = await home.hook(event, options);
  for (let again = 0; again < 4 && answer.stdout === ''; again += 1) answer = await home.hook(event, options);
  return answer;
}

/** The text that a hook adds to the model's context. */
function injected(stdout: string, event: string): string {
  const { hookSpecificOutput, ...rest } = JSON.parse(stdout) as {
    hookSpecificOutput: { hookEventName: string; additionalContext: string };
  };
  expect(rest).toEqual({});
  expect(Object.keys(hookSpecificOutput)).toEqual(['hookEventName', 'additionalContext']);
  expect(hookSpecificOutput.hookEventName).toBe(event);
  return hookSpecificOutput.additionalContext;
}

let known: HookHome;

beforeAll(async () => {
  known = createHookHome();
  known.write('p05/notes.md', '# Optics vendor\n\nWe decided that Zygo delivers the optics of the interferometer.\n');
  const flags = [
    '--id',
    'p05-interferometer',
    '--alias',
    'p05',
    '--description',
    'Interferometer',
    '--root',
    'vault:p05',
  ];
  await known.ok('project', 'register', ...flags, '--workspace', known.workspace, '--yes');
  await known.ok('project', 'refresh', 'p05');
  await known.ok('state', 'set', 'p05', 'decision', 'optics-vendor', 'Zygo delivers', '--reason', 'said so');
});
afterAll(() => known.remove());

test('a turn that ended is in the spool and nothing is said; the next command has stored it (cases C20, C21)', async () => {
  expect(await known.hook(known.stop('The blanks come from Mainz.', 'Noted.'))).toEqual(SILENCE);
  expect(known.spool()).toHaveLength(1);
  const { interactions } = await known.ok<{ interactions: object[] }>('interaction', 'list');
  const turn = { client: 'claude-code', session_id: 's1', project: 'p05-interferometer', cwd: known.workspace };
  expect(interactions).toMatchObject([{ ...turn, prompt: 'The blanks come from Mainz.', response: 'Noted.' }]);
  expect(known.spool()).toEqual([]);
});

test('a hook that made the agent go on is not answered again, and no turn is captured (case F07)', async () => {
  const home = fresh();
  expect(await home.hook(home.stop('go', 'on', { stop_hook_active: true }))).toEqual(SILENCE);
  expect(home.spool()).toEqual([]);
});

test('commands, machine-made prompts and wholly private ones leave nothing (case C20)', async () => {
  const home = fresh();
  const prompts = [
    '/compact keep it',
    '!ls',
    '<task-notification>done</task-notification>',
    '<private>she is ill</private>',
  ];
  for (const prompt of prompts) expect(await home.hook(home.stop(prompt, 'done'))).toEqual(SILENCE);
  expect(home.spool()).toEqual([]);
});

test('no secret and nothing private reaches the spool, whichever side said it (case F15)', async () => {
  const home = fresh();
  const secrets = [
    `ghp_${'aB3'.repeat(12)}`,
    `AKIA${'QX7P'.repeat(4)}`,
    'correct-horse-7-battery',
    `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ'.repeat(20)}\n-----END PRIVATE KEY-----`,
  ];
  const prompt = `token ${secrets[0]} and ${secrets[1]}. <private>the diagnosis</private>`;
  await home.hook(home.stop(prompt, `password: "${secrets[2]}"\n${secrets[3]}`));
  const [text = ''] = home.spool();
  expect(JSON.parse(text)).toMatchObject({ redactions: 4 });
  for (const secret of [...secrets, 'diagnosis', 'MIIEvQ']) expect(text).not.toContain(secret);
});

test('a key in a document is not in what a prompt gets (case F15)', async () => {
  const home = fresh();
  const secret = `ghp_${'aB3'.repeat(12)}`;
  home.write('p06/deploy.md', `# Deploy runner\n\nThe deploy runner of the camera uses the key ${secret}.\n`);
  const flags = ['--id', 'p06-camera', '--alias', 'p06', '--description', 'Camera', '--root', 'vault:p06'];
  await home.ok('project', 'register', ...flags, '--workspace', home.workspace, '--yes');
  await home.ok('project', 'refresh', 'p06');
  const prompt = 'which key does the deploy runner of the camera use?';
  const text = injected((await answerTo(home, promptEvent(home, prompt))).stdout, 'UserPromptSubmit');
  expect(text).toContain('The deploy runner of the camera uses the key [redacted:github]');
  expect(text).not.toContain(secret);
});

test('a pasted log of megabytes is kept in part, within the deadline', async () => {
  const home = fresh();
  const log = '2026-11-26 12:00:00 INFO worker 7: token bucket refilled, key=none, next run at noon\n'.repeat(30_000);
  expect(await home.hook(home.stop(`why does it stop?\n${log}`, log))).toEqual(SILENCE);
  const { prompt, response } = JSON.parse(home.spool()[0]!) as { prompt: string; response: string };
  expect(prompt).toMatch(/^why does it stop\?/);
  for (const text of [prompt, response]) expect(text).toMatch(/\[cut: \d+ characters\]$/);
});

test('what we injected is never captured again (case F02)', async () => {
  const { stdout } = await answerTo(known, promptEvent(known, QUESTION));
  const pack = injected(stdout, 'UserPromptSubmit');
  const home = fresh();
  await home.hook(home.stop(`${pack}\n${QUESTION}`, `${pack}\nZygo does.`));
  expect(JSON.parse(home.spool()[0]!)).toMatchObject({ prompt: QUESTION, response: 'Zygo does.' });
});

test('a prompt gets the pack of its project from the local home', async () => {
  const { code, stdout, stderr } = await answerTo(known, promptEvent(known, QUESTION));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const text = injected(stdout, 'UserPromptSubmit');
  expect(text).toMatch(/^<atocore-context project="p05-interferometer" [\s\S]*<\/atocore-context>$/);
  expect(text).toContain('optics-vendor: Zygo delivers');
});

test('prompts that ask for nothing, and prompts of no project, get nothing', async () => {
  for (const prompt of ['yes, go on', '/optics vendor', 'ok'])
    expect(await known.hook(promptEvent(known, prompt))).toEqual(SILENCE);
  expect(await known.hook(promptEvent(known, 'rename the css class of the login button', '/'))).toEqual(SILENCE);
});

test('a session gets a brief of the project of its folder and the nudge, a resumed one nothing', async () => {
  await known.ok('state', 'propose', 'p05', 'fact', 'lens', 'f/4', '--reason', 'somebody said so');
  const text = injected((await answerTo(known, sessionEvent(known, 'startup'))).stdout, 'SessionStart');
  expect(text).toMatch(/^<atocore-brief project="p05-interferometer">\n[\s\S]*\n<\/atocore-brief>$/);
  expect(text).toContain('- decision · optics-vendor: Zygo delivers (since');
  expect(text).toMatch(/^Review: 1 proposal waits for the user since .*$/m);
  expect(await known.hook(sessionEvent(known, 'resume'))).toEqual(SILENCE);
});

test('a kill switch in a file that an editor began with a byte order mark holds for hooks and for the program', async () => {
  const home = fresh();
  await home.ok('init');
  mkdirSync(join(home.home, 'config'), { recursive: true });
  writeFileSync(join(home.home, 'config', 'atocore.json'), '\uFEFF{"capture_disabled": true, "budget_tokens": 700}');
  expect(await home.hook(home.stop('Mainz it is', 'ok'))).toEqual(SILENCE);
  expect(home.spool()).toEqual([]);
  const shown = await home.ok<Record<string, { config: Record<string, unknown> }>>('config', 'show');
  expect(JSON.stringify(shown)).toContain('"budget_tokens":{"value":700,"origin":"file"');
  const answer = await home.run(['capture', '--client', 'c', '--session', 's', '--json'], {
    input: '\uFEFF{"prompt": "Mainz it is"}',
  });
  expect(answer.json()).toMatchObject({ skipped: 'capture_disabled' });
});

test('an event behind a byte order mark is an event', async () => {
  const home = fresh();
  expect(await home.hook(`\uFEFF${JSON.stringify(home.stop('Mainz it is', 'ok'))}`)).toEqual(SILENCE);
  expect(home.spool()).toHaveLength(1);
});

test('each kill switch silences its hooks', async () => {
  const env = { ATOCORE_CONTEXT_DISABLED: '1' };
  expect(await known.hook(promptEvent(known, QUESTION), { env })).toEqual(SILENCE);
  expect(await known.hook(sessionEvent(known, 'startup'), { env })).toEqual(SILENCE);
  const home = fresh();
  expect(await home.hook(home.stop('Mainz it is', 'ok'), { env: { ATOCORE_CAPTURE_DISABLED: '1' } })).toEqual(SILENCE);
  mkdirSync(join(home.home, 'config'), { recursive: true });
  writeFileSync(join(home.home, 'config', 'atocore.json'), '{"capture_disabled": true}');
  expect(await home.hook(home.stop('Mainz it is', 'ok'))).toEqual(SILENCE);
  expect(home.spool()).toEqual([]);
});

test('stdin that never closes, broken events and no event at all end by themselves with nothing said', async () => {
  const home = fresh();
  expect(await home.hook(home.stop('Mainz it is', 'ok'), { keepOpen: true })).toEqual(SILENCE);
  expect(home.spool()).toHaveLength(1);
  expect(await home.hook('{"hook_event_name":"Stop","session', { keepOpen: true })).toEqual(SILENCE);
  expect(await home.hook('', { keepOpen: true })).toEqual(SILENCE);
  for (const event of ['', 'null', '{}', '[1]', '{"hook_event_name":"Stop"}', '{"hook_event_name":"PreCompact"}'])
    expect(await home.hook(event)).toEqual(SILENCE);
  const unreadable = home.stop('x', 'y', { transcript_path: home.home });
  expect(await home.hook(unreadable)).toEqual(SILENCE);
});

test('a home that cannot be written costs the turn and nothing else', async () => {
  const home = fresh();
  writeFileSync(join(home.home, 'spool'), 'in the way');
  expect(await home.hook(home.stop('Mainz it is', 'ok'))).toEqual(SILENCE);
});

test.skipIf(process.platform !== 'linux')(
  'a file system that refuses new folders for no reason ends no hook late',
  async () => {
    const home = fresh();
    const nowhere = { ATOCORE_HOME: '/proc/no-home' };
    expect(await home.hook(home.stop('Mainz it is', 'ok'), { env: nowhere })).toEqual(SILENCE);
  },
);

test('a prompt makes no store where there is none', async () => {
  const home = fresh();
  expect(await home.hook(promptEvent(home, QUESTION))).toEqual(SILENCE);
  expect(await home.hook(sessionEvent(home, 'startup'))).toEqual(SILENCE);
  expect(existsSync(join(home.home, 'data'))).toBe(false);
});

test('a hook that was set up wrongly says so and never ends with 2, which would block a prompt', async () => {
  for (const args of [[], ['cursor'], ['claude-code', '--bogus'], ['claude-code', '--home']]) {
    const { code, stdout, stderr } = await known.hook({}, { args });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('usage: atocore hook claude-code');
  }
});

test('a named service that is gone, refuses, or hangs leaves the prompt alone', async () => {
  const answers = [500, 401, 'nonsense', 'hang'] as const;
  for (const answer of answers) {
    const server = createServer((_request, response) => {
      if (answer === 'nonsense') response.end('<html>');
      else if (answer !== 'hang') response.writeHead(answer).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await known.hook(promptEvent(known, QUESTION), { env: { ATOCORE_URL: url } })).toEqual(SILENCE);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    if (answer === 500)
      expect(await known.hook(promptEvent(known, QUESTION), { env: { ATOCORE_URL: url } })).toEqual(SILENCE);
  }
});

test('a running service answers the hooks of its home and stores what they captured (case F12)', async () => {
  const service = spawn(PROGRAM, ['serve', '--port', '0'], { env: known.env, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void service.kill('SIGKILL'));
  const said = createInterface({ input: service.stderr });
  let url = '';
  for await (const line of said) {
    url = /serves at (\S+)/.exec(line)?.[1] ?? url;
    if (url !== '') break;
  }
  const text = injected((await answerTo(known, promptEvent(known, QUESTION))).stdout, 'UserPromptSubmit');
  expect(text).toContain('Zygo delivers');

  // The local home of a client of that service has no store: its turns reach the service by the next command.
  const client = fresh();
  const env = { ATOCORE_URL: url };
  expect(
    injected(
      (await answerTo(client, promptEvent(client, QUESTION, known.workspace), { env })).stdout,
      'UserPromptSubmit',
    ),
  ).toContain('Zygo delivers');
  await client.hook(client.stop('The mirror comes from Jena.', 'Noted.', { session_id: 'remote' }), { env });
  expect(client.spool()).toHaveLength(1);
  expect((await client.run(['status', '--json'], { env })).code).toBe(0);
  expect(client.spool()).toEqual([]);
  expect(existsSync(join(client.home, 'data'))).toBe(false);

  await known.hook(known.stop('The beam is folded twice.', 'Noted.'));
  while (readdirSync(join(known.home, 'spool')).length > 0) await new Promise((next) => setTimeout(next, 50));
  const closed = once(service, 'close');
  service.kill('SIGTERM');
  await closed;
  expect(existsSync(join(known.home, 'data', 'service.json'))).toBe(false);
  const { interactions } = await known.ok<{ interactions: { prompt: string }[] }>('interaction', 'list');
  const prompts = interactions.map(({ prompt }) => prompt);
  expect(prompts).toContain('The mirror comes from Jena.');
  expect(prompts).toContain('The beam is folded twice.');
});

test('the options that help lists are those that a hook takes', async () => {
  const { code, stdout } = await known.run(['hook', 'claude-code', '--help']);
  const listed = [...stdout.matchAll(/^ {2}(?:-h, )?(--[a-z]+)/gm)].map(([, option]) => option);
  expect([code, listed]).toEqual([0, ['--home', '--help']]);
  for (const option of ['--json', '--frobnicate'])
    expect((await known.hook({}, { args: ['claude-code', option] })).code).toBe(1);
  expect(await known.hook({}, { args: ['claude-code', '--home', known.home] })).toEqual(SILENCE);
});
