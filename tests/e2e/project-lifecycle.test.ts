import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliHome, createCliHome, PROGRAM } from '../support/cli.ts';

let home: CliHome;
beforeEach(async () => {
  home = createCliHome();
  home.write('p05/a.md', '# Optics\n\nThe fringe contrast is 0.83.\n');
});
afterEach(() => home.remove());

const registryPath = () => join(home.home, 'config', 'project-registry.json');
const register = (...more: string[]) =>
  home.ok(
    ...['project', 'register', '--id', 'p05-interferometer', '--alias', 'p05', '--description', 'Null test'],
    ...['--root', 'vault:p05', '--yes', ...more],
  );
const failing = async (...args: string[]) => {
  const answer = await home.run([...args, '--json'], { input: 'Some text.' });
  expect(answer.stdout).toBe('');
  return { code: answer.code, error: answer.error() };
};

describe('from the command line, a project', () => {
  it('is proposed, registered once, updated, archived and restored', async () => {
    const proposed = await home.ok<{ valid: boolean; digest: string; roots: object[] }>(
      ...['project', 'propose', '--id', 'p05-interferometer', '--description', 'x', '--root', 'vault:p05'],
    );
    expect(proposed).toMatchObject({ valid: true, roots: [{ exists: true, files: 1 }] });
    expect(await home.ok('project', 'list')).toEqual({ projects: [] });
    await register();
    const again = await failing(...['project', 'register', '--id', 'p05', '--description', 'x', '--yes']);
    expect(again).toMatchObject({ code: 5, error: { code: 'CONFLICT', message: expect.stringContaining('update') } });
    expect((await failing('project', 'update', 'p05', '--description', 'y')).error.code).toBe('NEEDS_PERSON');
    expect(await home.ok('project', 'update', 'P05', '--description', 'y', '--yes')).toMatchObject({
      project: { id: 'p05-interferometer', description: 'y', aliases: ['p05'] },
      changed: ['description'],
    });
    await home.ok('project', 'archive', 'p05');
    expect(await home.ok('project', 'list')).toEqual({ projects: [] });
    await home.ok('project', 'archive', 'p05', '--restore');
    expect(await home.ok('project', 'list')).toMatchObject({ projects: [{ id: 'p05-interferometer' }] });
  });

  it('that is misspelt is answered with the near names, on every command', async () => {
    await register();
    const near = { code: 4, error: { code: 'UNKNOWN_PROJECT', hint: 'Did you mean p05-interferometer?' } };
    for (const args of [['show'], ['archive'], ['refresh'], ['update'], ['stage']]) {
      const more = args[0] === 'stage' ? ['a.md'] : [];
      expect(await failing('project', ...args, 'p05-interferometr', ...more), args[0]).toMatchObject(near);
    }
  });

  it('is found from a folder given as the shell shows it, and by a workspace given so', async () => {
    for (const folder of ['code/sub', 'p05-interferometer']) mkdirSync(join(home.home, folder), { recursive: true });
    await register('--workspace', './code');
    const detect = async (cwd: string) =>
      (await home.ok<{ project: string | null }>('project', 'detect', 'how is it going', '--cwd', cwd)).project;
    expect(await detect('code/sub')).toBe('p05-interferometer');
    expect(await detect('./p05-interferometer')).toBeNull();
    const git = (...args: string[]) => execFileSync('git', args, { cwd: join(home.home, 'code'), stdio: 'pipe' });
    git('init', '-q');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-q', '--allow-empty', '-m', 'first');
    git('worktree', 'add', '-q', '../tree');
    expect(await detect('tree')).toBe('p05-interferometer');
  });

  it('with a workspace that nothing can match is warned of', async () => {
    const { valid, warnings } = await home.ok<{ valid: boolean; warnings: string[] }>(
      ...['project', 'propose', '--id', 'p05', '--description', 'x', '--workspace', 'interferometer'],
    );
    expect(valid).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('"interferometer" is no absolute folder and no git remote')]);
  });

  it('is neither "unknown" nor "none" while the registry is broken', async () => {
    await register();
    const broken = readFileSync(registryPath(), 'utf8').replace('"aliases": [', '"aliases": [,');
    writeFileSync(registryPath(), broken);
    for (const args of [
      ['show', 'p05'],
      ['refresh', '--all'],
      ['refresh', 'p05'],
      ['archive', 'p05'],
    ]) {
      expect(await failing('project', ...args), args.join(' ')).toMatchObject({
        code: 13,
        error: { code: 'REGISTRY_INVALID', message: expect.stringContaining('config/project-registry.json, line 6') },
      });
    }
    expect(await home.ok('project', 'list')).toMatchObject({ projects: [], degraded: [{ component: 'registry' }] });
    expect(readFileSync(registryPath(), 'utf8')).toBe(broken);
  });
});

describe('a running server', () => {
  it('follows a hand edit of the registry, keeps the last good reading of a broken one, and previews an update', async () => {
    await register();
    await home.ok('project', 'refresh', 'p05');
    const client = new Client({ name: 'test', version: '1.0.0' });
    const env = home.env as Record<string, string>;
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'mcp'], env, cwd: home.home }),
    );
    try {
      const call = async (name: string, args: object) =>
        (await client.callTool({ name, arguments: args as Record<string, unknown> })) as {
          isError?: boolean;
          structuredContent: Record<string, unknown>;
        };
      const detect = async (prompt: string) => (await call('detect_project', { prompt })).structuredContent;
      expect(await detect('ask fizeau')).toMatchObject({ project: null });
      const good = readFileSync(registryPath(), 'utf8');
      writeFileSync(registryPath(), good.replace('"p05"\n', '"p05",\n        "fizeau"\n'));
      expect(await detect('ask fizeau')).toMatchObject({ project: 'p05-interferometer' });

      writeFileSync(registryPath(), good.slice(0, -4));
      expect(await detect('ask fizeau')).toMatchObject({
        project: 'p05-interferometer',
        degraded: [{ component: 'registry' }],
      });
      const refused = await call('refresh_project', { project: 'p05' });
      expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'REGISTRY_INVALID' } });

      writeFileSync(registryPath(), good);
      const change = { project: 'p05', aliases: ['p05', 'inbox'] };
      expect((await call('update_project', change)).structuredContent).toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('reserved'),
      });
      const preview = (await call('update_project', { project: 'p05', aliases: ['null'] })).structuredContent;
      expect(preview).toMatchObject({
        code: 'DIGEST_MISMATCH',
        preview: { normalized: { id: 'p05-interferometer', aliases: ['null'] }, alias_moves: [] },
      });
      const updated = await call('update_project', { project: 'p05', aliases: ['null'], digest: preview['digest'] });
      expect(updated.structuredContent).toMatchObject({ changed: ['aliases'] });
      expect(await detect('p05?')).toMatchObject({ project: null });
    } finally {
      await client.close();
    }
  });
});
