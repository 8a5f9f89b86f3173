import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli, startServe } from '../fixtures/cli/processes.ts';

function makeHome(): { home: string; env: { ATOCORE_HOME: string } } {
  const home = mkdtempSync(join(tmpdir(), 'atocore-serve-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return { home, env: { ATOCORE_HOME: home } };
}

const makeToken = async (env: { ATOCORE_HOME: string }, scope: string, name: string) => {
  const { stdout } = await runCli(['token', 'create', '--scope', scope, '--name', name, '--json'], env);
  return (JSON.parse(stdout) as { token: string }).token;
};

describe('atocore serve', () => {
  test('says where it is ready, logs calls without their arguments, and ends well on SIGTERM (case C43)', async () => {
    const { env } = makeHome();
    const { url, child, ended, says } = await startServe(env);
    const body = JSON.stringify({ query: 'confidential mirror' });
    const answer = await fetch(`${url}/api/v1/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    await says(/"operation":"search"/);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`"url":"${url}"`);
    expect(stderr).toContain('"token":"local"');
    expect(stderr).not.toContain('confidential');
  });

  test('refuses to serve beyond loopback without a token: exit code 2', async () => {
    const { env } = makeHome();
    const { code, stderr } = await runCli(['serve', '--host', '0.0.0.0', '--port', '0'], env);
    expect(code).toBe(2);
    expect(stderr).toContain('atocore token create');
  });

  test('serves beyond loopback with one, and only to those who have it', async () => {
    const { env } = makeHome();
    const token = await makeToken(env, 'read', 'guest');
    const serving = startCli(['serve', '--host', '0.0.0.0', '--port', '0'], env);
    const [, url] = await serving.says(/serves at (http:\S+)/);
    const call = (headers: Record<string, string>) =>
      fetch(`${url}/api/v1/status`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', ...headers },
      });
    expect((await call({})).status).toBe(401);
    expect((await call({ authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test('refreshes with --watch what changes under a root, many changes at once, and survives a root that vanishes', async () => {
    const { home, env } = makeHome();
    const root = join(home, 'sources', 'vault', 'p05');
    const put = (name: string, text: string) => {
      mkdirSync(root, { recursive: true });
      writeFileSync(join(root, name), text);
    };
    put('a.md', 'The albedo is high.');
    const registration = ['--id', 'p05', '--description', 'x', '--root', 'vault:p05', '--yes'];
    expect((await runCli(['project', 'register', ...registration], env)).code).toBe(0);
    const { says, stderr, child, ended } = startCli(['serve', '--watch', '--port', '0'], env);
    const [, url] = await says(/serves at (http:\S+)/);
    await says(/"status":"ingested","added":1,/);

    for (let at = 0; at < 60; at += 1) put(`n${at}.md`, `Note ${at} about the baffle.`);
    const documents = async () => {
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      const answer = (await (await fetch(`${url}/api/v1/list_projects`, post)).json()) as {
        projects: { documents: number }[];
      };
      return answer.projects[0]!.documents;
    };
    await expect.poll(documents, { timeout: 20_000 }).toBe(61);
    expect(stderr().match(/"msg":"refreshed"/g)!.length).toBeLessThan(20);

    rmSync(root, { recursive: true });
    await says(/"status":"nothing_to_ingest"/);
    expect(await documents()).toBe(61);
    put('back.md', 'The coating is new.');
    await says(/"added":1,"changed":0,"unchanged":0,"removed":61,/);
    expect(await documents()).toBe(1);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  test('says that its port is taken', async () => {
    const { env } = makeHome();
    const { url } = await startServe(env);
    const { code, stderr } = await runCli(['serve', '--port', new URL(url).port], makeHome().env);
    expect(code).toBe(1);
    expect(stderr).toContain('EADDRINUSE');
  });
});

describe('atocore token', () => {
  test('shows a token once, lists it without, and revokes it', async () => {
    const { home, env } = makeHome();
    const token = await makeToken(env, 'write', 'laptop');
    expect(statSync(join(home, 'config', 'tokens.json')).mode & 0o777).toBe(0o600);
    const listed = await runCli(['token', 'list', '--json'], env);
    expect(JSON.parse(listed.stdout)).toMatchObject({ tokens: [{ name: 'laptop', scope: 'write' }] });
    expect(listed.stdout + readFileSync(join(home, 'config', 'tokens.json'), 'utf8')).not.toContain(token);
    const args = ['--scope', 'read', '--name', 'laptop'];
    expect((await runCli(['token', 'create', ...args], env)).code).toBe(5);
    expect((await runCli(['token', 'revoke', 'laptop'], env)).code).toBe(0);
    expect((await runCli(['token', 'revoke', 'laptop'], env)).code).toBe(4);
    const audit = readFileSync(join(home, 'logs', 'audit.jsonl'), 'utf8');
    expect(audit.match(/"operation":"token_\w+","outcome":"\w+"/g)).toHaveLength(4);
  });

  test.each([
    ['an unknown scope', ['--scope', 'root', '--name', 'a']],
    ['no scope', ['--name', 'a']],
    ['a name with a path', ['--scope', 'read', '--name', '../a']],
  ])('refuses %s: exit code 2', async (_what, args) => {
    expect((await runCli(['token', 'create', ...args], makeHome().env)).code).toBe(2);
  });
});

describe('the command line with ATOCORE_URL', () => {
  test('works at the service, as the person whose admin token it has', async () => {
    const { home, env } = makeHome();
    mkdirSync(join(home, 'sources', 'vault', 'p05'), { recursive: true });
    writeFileSync(join(home, 'sources', 'vault', 'p05', 'a.md'), '# Mirror\n\nNine weeks.\n');
    const owner = await makeToken(env, 'admin', 'owner');
    const { url } = await startServe(env);
    const far = { ATOCORE_HOME: makeHome().home, ATOCORE_URL: url, ATOCORE_TOKEN: owner };
    const register = ['project', 'register', '--id', 'p05', '--description', 'a', '--root', 'vault:p05', '--yes'];
    expect((await runCli(register, far)).code).toBe(0);
    expect((await runCli(['project', 'refresh', 'p05'], far)).stdout).toContain('1 added');
    expect((await runCli(['project', 'show', 'P05', '--json'], far)).stdout).toContain('"documents": 1');
    const asked = await runCli(['project', 'update', 'p05', '--alias', 'mirror', '--root', 'vault:later'], far);
    expect([asked.code, asked.stdout]).toEqual([6, '']);
    expect(asked.stderr).toMatch(/project p05 \(mirror\)\n {2}root vault:later — does not exist\n/);
    expect((await runCli(['project', 'update', 'p05', '--alias', 'mirror', '--yes'], far)).stdout).toContain('aliases');
    const added = await runCli(['memory', 'add', 'Bench two is damped', '--type', 'episodic', '--json'], far);
    expect(JSON.parse(added.stdout)).toMatchObject({ memory: { status: 'active' } });
    expect((await runCli(['context', 'mirror lead time', '--project', 'p05'], far)).stdout).toContain('Nine weeks');
  });

  test('takes no address that holds a password, and does not repeat it: exit code 2', async () => {
    const far = { ATOCORE_HOME: makeHome().home, ATOCORE_URL: 'http://someone:hunter2@127.0.0.1:8100' };
    for (const command of ['status', 'mcp']) {
      const { code, stdout, stderr } = await runCli([command], far);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('ATOCORE_URL = "http://********@127.0.0.1:8100" (from environment): names a user');
      expect(stderr).not.toContain('hunter2');
    }
  });

  test.each(['nowhere', 'ftp://127.0.0.1', 'http://'])('takes no address like %s: exit code 2', async (address) => {
    const { code, stderr } = await runCli(['status'], { ATOCORE_HOME: makeHome().home, ATOCORE_URL: address });
    expect([code, stderr]).toEqual([2, expect.stringContaining('(from environment): Invalid URL.')]);
  });

  test('passes on the errors of the service with their exit codes, and says when there is none', async () => {
    const { env } = makeHome();
    const reader = await makeToken(env, 'read', 'reader');
    const { url, child, ended } = await startServe(env);
    const far = { ATOCORE_HOME: makeHome().home, ATOCORE_URL: url };
    const add = ['memory', 'add', 'Bench two is damped', '--type', 'episodic'];
    expect((await runCli(add, { ...far, ATOCORE_TOKEN: reader })).code).toBe(6);
    expect((await runCli(['status'], far)).stderr).toContain('valid token');
    expect((await runCli(['receipt', 'show', 'rc_1'], { ...far, ATOCORE_TOKEN: reader })).stderr).toContain(
      'local home',
    );
    child.kill('SIGTERM');
    await ended;
    const gone = await runCli(['status'], { ...far, ATOCORE_TOKEN: reader });
    expect([gone.code, gone.stdout]).toEqual([1, '']);
    expect(gone.stderr).toContain('does not answer');
  });
});

test('the recipes of the guide work as they are written', async () => {
  const { env } = makeHome();
  const guide = readFileSync(new URL('../../docs/guide/service.md', import.meta.url), 'utf8');
  const recipes = [...guide.matchAll(/```sh\n(curl[\s\S]*?)```/g)].map((match) => match[1]!);
  expect(recipes.length).toBeGreaterThanOrEqual(6);
  const token = await makeToken(env, 'write', 'laptop');
  const { url } = await startServe(env);
  for (const recipe of recipes) {
    const { stdout } = await promisify(execFile)('bash', ['-euc', recipe], {
      env: { ...process.env, URL: url, TOKEN: token },
    });
    expect(stdout, recipe).not.toBe('');
  }
});
