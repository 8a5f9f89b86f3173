import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from './repository-files.ts';

const PROGRAM = join(ROOT, 'bin', 'atocore');
/** Each costs 45 ms or more to load, or megabytes, and most calls need none of them. */
const HEAVY = ['@lancedb/lancedb', 'apache-arrow', 'gpt-tokenizer', 'markdown-it', 'cli-progress'];

interface Scratch {
  home: string;
  env: Record<string, string>;
  /** The packages of every module that processes with `env` ran: V8 itself writes them down when they end. */
  loadedPackages: () => string[];
}

function scratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'atocore-lazy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [home, coverage] = [join(folder, 'home'), join(folder, 'coverage')];
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ATOCORE_HOME: home, NODE_V8_COVERAGE: coverage };
  return { home, env, loadedPackages: () => packagesIn(coverage) };
}

function packagesIn(coverage: string): string[] {
  const urls = readdirSync(coverage).flatMap((name) => {
    const report = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] };
    return report.result.map(({ url }) => url);
  });
  expect(urls.some((url) => url.endsWith('/dist/cli.js'))).toBe(true);
  return [...new Set(urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))];
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
    return true;
  }
}

test('help loads nothing but the program itself, and touches nothing', () => {
  const { home, env, loadedPackages } = scratch();
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, '--help'], { env, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: atocore');
  // What it needs lies in the bundle; the next test shows that a package outside would be seen.
  expect(loadedPackages()).toEqual([]);
  expect(isEmpty(home)).toBe(true);
});

test('a server that was asked for its lists only has loaded no heavy package and touched nothing', async () => {
  const { home, env, loadedPackages } = scratch();
  const client = new Client({ name: 'tidy', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'mcp'], env }));
  const { tools } = await client.listTools();
  await client.listPrompts();
  expect(tools.length).toBeGreaterThan(10);
  expect(isEmpty(home)).toBe(true);
  await client.close();
  const loaded = loadedPackages();
  expect(loaded).toContain('@modelcontextprotocol/server');
  expect(loaded.filter((name) => HEAVY.includes(name))).toEqual([]);
});

test('the measure sees a heavy package when a call loads one', () => {
  const { env, loadedPackages } = scratch();
  const args = [PROGRAM, 'context', 'anything', '--json'];
  expect(spawnSync(process.execPath, args, { env: { ...env, ATOCORE_EMBEDDER: 'none' } }).status).toBe(0);
  expect(loadedPackages()).toContain('gpt-tokenizer');
});
