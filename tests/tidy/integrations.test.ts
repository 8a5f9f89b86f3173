import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { CONFIG_FIELDS } from '../../src/config/schema.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { ROOT, readText, repositoryFiles } from './repository-files.ts';

const CLAUDE_CODE = 'integrations/claude-code';
const OPENCLAW = 'integrations/openclaw';
const SKILLS = [`${CLAUDE_CODE}/skills/atocore/SKILL.md`, `${OPENCLAW}/skills/atocore/SKILL.md`];
const WRAPPER = `${OPENCLAW}/skills/atocore/scripts/atocore.mjs`;

const json = <T>(path: string) => JSON.parse(readText(path)) as T;
const { version } = json<{ version: string }>('package.json');

interface Handler {
  type: string;
  command: string;
  timeout: number;
}

test.each([
  `${CLAUDE_CODE}/.claude-plugin/plugin.json`,
  `${OPENCLAW}/openclaw.plugin.json`,
  `${OPENCLAW}/package.json`,
])('%s has the version of the program', (path) => {
  expect(json<{ version: string }>(path).version).toBe(version);
});

test.each(['mcp.json', `${CLAUDE_CODE}/.mcp.json`, `${OPENCLAW}/openclaw.plugin.json`])(
  '%s starts the server by its public command',
  (path) => {
    const { mcpServers } = json<{ mcpServers: Record<string, { command: string; args: string[] }> }>(path);
    expect(Object.keys(mcpServers)).toEqual(['atocore']);
    expect(mcpServers['atocore']).toMatchObject({
      command: expect.stringMatching(/^(\.\/bin\/)?atocore$/),
      args: ['mcp'],
    });
  },
);

describe('the plugin for Claude Code', () => {
  test('is what the marketplace of the repository offers', () => {
    const { plugins } = json<{ plugins: { name: string; source: string }[] }>('.claude-plugin/marketplace.json');
    expect(plugins).toMatchObject([{ name: 'atocore', source: `./${CLAUDE_CODE}` }]);
    expect(json<{ name: string }>(`${CLAUDE_CODE}/.claude-plugin/plugin.json`).name).toBe('atocore');
  });

  test('hooks into the three events, each with a time after which Claude Code goes on', () => {
    const { hooks } = json<{ hooks: Record<string, { hooks: Handler[] }[]> }>(`${CLAUDE_CODE}/hooks/hooks.json`);
    expect(Object.keys(hooks)).toEqual(['SessionStart', 'UserPromptSubmit', 'Stop']);
    for (const [{ hooks: handlers }] of Object.values(hooks) as [{ hooks: Handler[] }][]) {
      expect(handlers).toHaveLength(1);
      expect(handlers[0]).toMatchObject({ type: 'command', timeout: expect.any(Number) });
      expect(handlers[0]!.command).toMatch(/atocore hook claude-code .*\|\| exit 0$/);
      // A hook that runs behind the turn would lose it where the client ends with the turn.
      expect(handlers[0]).not.toHaveProperty('async');
    }
  });

  test('keeps nothing in the folder that goes with the plugin (CLAUDE_PLUGIN_DATA)', () => {
    const files = repositoryFiles().filter((path) => path.startsWith(`${CLAUDE_CODE}/`));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => readText(path).includes('PLUGIN_DATA'))).toEqual([]);
  });
});

describe('the plugin for OpenClaw', () => {
  const files = repositoryFiles().filter((path) => path.startsWith(`${OPENCLAW}/`));

  test('is neither a memory nor a context engine, and takes no slot', () => {
    const manifest = json<Record<string, unknown>>(`${OPENCLAW}/openclaw.plugin.json`);
    expect(Object.keys(manifest).filter((key) => /kind|slot|memory|engine|contracts/i.test(key))).toEqual([]);
    expect(files.filter((path) => /plugins\.slots|registerContextEngine|registerMemory/.test(readText(path)))).toEqual(
      [],
    );
  });

  test('ships the skill and the server that its manifest names', () => {
    const { skills, configSchema } = json<{ skills: string[]; configSchema: object }>(
      `${OPENCLAW}/openclaw.plugin.json`,
    );
    expect(skills.map((folder) => readdirSync(join(ROOT, OPENCLAW, folder)))).toEqual([['atocore']]);
    expect(configSchema).toMatchObject({ type: 'object', additionalProperties: false });
  });
});

describe.each(SKILLS)('%s', (path) => {
  const [, front = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(readText(path)) ?? [];

  test('has a name and a description that say when to use it', () => {
    expect(front).toMatch(/^name: atocore$/m);
    expect(/^description: (.+)$/m.exec(front)?.[1]?.length).toBeGreaterThan(40);
  });

  test('names only tools and commands that exist', () => {
    const marked = [...body.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name]) => name!);
    // Fields of answers, and the client's own tools.
    const others = new Set(['needs_person', 'memory_search']);
    const known = new Set(OPERATIONS.map(({ name }) => name));
    expect(marked.filter((name) => !known.has(name) && !others.has(name))).toEqual([]);
  });
});

describe("the script of OpenClaw's skill", () => {
  const text = readText(WRAPPER);
  const table = [...text.matchAll(/^ {2}'?([a-z-]+)'?: \[([^\]]+)\],$/gm)];

  test('has the nine commands, each one of the public command line', () => {
    expect(table.map(([, name]) => name).sort()).toEqual(
      [
        'auto-context',
        'detect-project',
        'health',
        'project-template',
        'projects',
        'propose-project',
        'refresh-project',
        'register-project',
        'update-project',
      ].sort(),
    );
    const usages = COMMANDS.map(({ usage }) => usage.replace(/ [<[].*$/, ''));
    const words = table.map(([, , list]) => list!.replaceAll(/[',]/g, ''));
    expect(words.filter((usage) => !usages.includes(usage))).toEqual([]);
  });

  test('decides nothing itself: it starts the command line, and opens no store and no connection', () => {
    const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
    expect(imports).toEqual(['node:child_process']);
    expect(text).not.toMatch(/\bfetch\(|\bimport\(|\brequire\(/);
  });

  test('stands in the skill with all of its commands, and behind the gate on its programs', () => {
    const skill = readText(SKILLS[1]!);
    expect(table.filter(([, name]) => !skill.includes(`\`${name}`))).toEqual([]);
    expect(skill).toContain('"requires": { "bins": ["atocore", "node"] }');
  });
});

test('the kill switches that the guide names are configuration', () => {
  const named = [...readText('docs/guide/clients.md').matchAll(/`(?:ATOCORE_)([A-Z_]+)(?:=\w+)?`/g)];
  expect(named.length).toBeGreaterThan(5);
  expect(named.map(([, name]) => name!.toLowerCase()).filter((key) => !(key in CONFIG_FIELDS))).toEqual([]);
});
