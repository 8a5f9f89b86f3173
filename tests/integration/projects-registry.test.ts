import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAtoCore } from '../../src/app/atocore.ts';
import { searchAll } from '../../src/app/search-all.ts';
import { loadConfig } from '../../src/config/load.ts';
import { getOperation } from '../../src/operations/index.ts';
import { invoke } from '../../src/operations/invoke.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let test: TestHome;
beforeEach(async () => {
  test = await createTestHome();
});
afterEach(() => test.close());

const path = () => join(test.home, 'config', 'project-registry.json');
const read = () => readFileSync(path(), 'utf8');
const edit = (text: string) => {
  mkdirSync(dirname(path()), { recursive: true });
  writeFileSync(path(), text);
};
const names = async () =>
  (await test.call<{ projects: { id: string }[] }>('list_projects')).projects.map((project) => project.id);

describe('the registry file', () => {
  it('reads well: two spaces, one order of keys, a line end', async () => {
    await test.register('p05', { aliases: ['five'], description: 'Optics' });
    expect(read()).toBe(`{
  "version": 1,
  "projects": [
    {
      "id": "p05",
      "aliases": [
        "five"
      ],
      "description": "Optics",
      "ingest_roots": [
        {
          "source": "vault",
          "subpath": "projects/p05"
        }
      ],
      "workspaces": []
    }
  ]
}
`);
  });

  it('is picked up by a running app when a person edits it, in place or by replacing it', async () => {
    await test.register('p05');
    expect(await names()).toEqual(['p05']);
    edit(read().replace('"p05"', '"p06"'));
    expect(await names()).toEqual(['p06']);
    writeFileSync(`${path()}.new`, '\uFEFF{ "projects": [ { "id": "p07" } ] }');
    renameSync(`${path()}.new`, path());
    expect(await names()).toEqual(['p07']);
  });

  it('keeps what a person wrote when the program adds a project', async () => {
    edit('{"projects": [{"id": "by-hand", "aliases": ["BH"], "description": "mine"}]}');
    await test.register('p05');
    expect(test.app.registry.load().get('bh')).toMatchObject({ id: 'by-hand', description: 'mine' });
    expect(await names()).toEqual(['by-hand', 'p05']);
  });

  it('may be a link to a file that people keep elsewhere, and stays one', async () => {
    const kept = test.write('dotfiles/registry.json', '{}');
    mkdirSync(dirname(path()), { recursive: true });
    symlinkSync(kept, path());
    await test.register('p05');
    expect(readFileSync(kept, 'utf8')).toContain('"p05"');
  });

  it('is never seen half written by another process', async () => {
    await test.register('p05', { description: 'x'.repeat(1_500) });
    const reader = spawn(
      process.execPath,
      [
        '-e',
        `const { readFileSync } = require('node:fs');
         let seen = 0;
         process.stdin.on('data', () => { console.log(seen); process.exit(0); });
         console.log('ready');
         (function look() { JSON.parse(readFileSync(${JSON.stringify(path())}, 'utf8')).projects[0].id.at(0); seen += 1; setImmediate(look); })();`,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    await once(reader.stdout, 'data');
    for (let round = 0; round < 60; round += 1) {
      await test.app.registry.update(({ projects }) =>
        projects.map((project) => ({ ...project, description: 'y'.repeat(round * 20) })),
      );
    }
    const counted = once(reader.stdout, 'data');
    reader.stdin.write('stop');
    const closed = once(reader, 'close');
    expect(Number(String(await counted))).toBeGreaterThan(60);
    expect(await closed).toEqual([0, null]);
  });

  it('gets every change when several processes and calls write at once', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => test.register(`project-${id}`)));
    expect((await names()).sort()).toEqual(['project-a', 'project-b', 'project-c', 'project-d']);
  });

  it('moves no rows when it cannot be written', async () => {
    await test.register('p05');
    const { memory } = await test.call<{ memory: { id: string } }>('add_memory', {
      content: 'The mirror is 1.2 m wide.',
      type: 'project',
      project: 'p05',
    });
    // A place where nobody can make a file, not even root.
    const env = { ...test.env, ATOCORE_REGISTRY_PATH: '/proc/atocore-registry.json' };
    const app = createAtoCore(loadConfig({}, env));
    const call = (operation: string, input: object) =>
      invoke(getOperation(operation), { app, principal: { kind: 'person', name: 'ada', scope: 'admin' } }, input);
    try {
      const registration = { id: 'p06', aliases: ['p05'], description: '', ingest_roots: [] };
      const shown = (await call('propose_project', registration)) as { digest: string; alias_moves: object[] };
      expect(shown.alias_moves).toEqual([{ table: 'memories', rows: 1 }]);
      await expect(call('register_project', { ...registration, digest: shown.digest })).rejects.toThrow();
    } finally {
      await app.close();
    }
    const { memories } = await test.call<{ memories: { id: string; project: string }[] }>('list_memories');
    expect(memories).toMatchObject([{ id: memory.id, project: 'p05' }]);
  });
});

describe('a broken registry file', () => {
  const lines = (...text: string[]) => text.join('\n');
  it.each([
    ['is no JSON', lines('{', '  "projects": [', '    { "id": "p05", }', '  ]', '}'), 3, /not valid JSON/],
    ['is cut off', lines('{', '  "projects": [', '    { "id": "p05" }'), 3, /not valid JSON/],
    ['is empty', '', 1, /not valid JSON/],
    ['has a comment', lines('{', '  // mine', '  "projects": []', '}'), 2, /not valid JSON/],
    [
      'has an unknown key',
      lines('{', '  "projects": [', '    {', '      "id": "p05",', '      "alias": ["x"]', '    }', '  ]', '}'),
      5,
      /alias/,
    ],
    [
      'has a wrong type',
      lines('{', '  "projects": [', '    { "id": "p05",', '      "aliases": [', '        "a",', '        7', '  ]}]}'),
      6,
      /projects\.0\.aliases\.1/,
    ],
    ['has a wrong id', lines('{ "projects": [', '  { "id": "p05" },', '  { "id": "P 06" } ] }'), 3, /kebab-case/],
    ['misses an id', lines('{ "projects": [', '  { "id": "p05" },', '  { "aliases": [] } ] }'), 3, /projects\.1\.id/],
    [
      'has one name twice',
      lines(
        '{ "projects": [',
        '  { "id": "p05", "aliases": ["x"] },',
        '  { "id": "p06",',
        '    "aliases": ["y",',
        '      "X"] } ] }',
      ),
      5,
      /Both p05 and p06/,
    ],
    [
      'uses a reserved name (case C05)',
      lines('{ "projects": [', '  { "id": "p05",', '    "aliases": ["Inbox"] } ] }'),
      3,
      /reserved/,
    ],
    ['holds a list', '[]', 1, /the file/],
    ['is nested without end', '['.repeat(200_000), undefined, /nested too deeply|not valid JSON/],
  ])('that %s is an error that names the line', async (_what, text, line, message) => {
    edit(text);
    const { error } = test.app.registry.loadOrLast();
    expect(error?.code).toBe('REGISTRY_INVALID');
    expect(error?.message).toMatch(message);
    if (line !== undefined) expect(error?.details).toMatchObject({ line });
  });

  it('degrades reads by name, refuses writes and is never overwritten (case C08)', async () => {
    await test.register('p05', { aliases: ['five'] });
    test.write('sources/vault/projects/p05/a.md', 'The fringe contrast is 0.83.');
    await test.refresh('p05');
    const broken = `${read()}oops`;
    edit(broken);
    const named = { component: 'registry', reason: expect.stringMatching(/line 20/) };

    expect(await test.call('search', { query: 'fringe contrast', project: 'FIVE' })).toMatchObject({
      hits: [{ project: 'p05' }],
      degraded: expect.arrayContaining([named]),
    });
    expect(await test.call('auto_context', { prompt: 'What is the fringe contrast of five?' })).toMatchObject({
      project: 'p05',
      degraded: expect.arrayContaining([named]),
    });
    expect(await test.call('status')).toMatchObject({ degraded: expect.arrayContaining([named]) });
    expect(await test.call('list_projects')).toMatchObject({ projects: [{ id: 'p05' }], degraded: [named] });
    expect(await test.call('detect_project', { prompt: 'five' })).toMatchObject({ project: 'p05', degraded: [named] });

    const refused = { code: 'REGISTRY_INVALID' };
    const fact = { project: 'p05', category: 'fact', key: 'k', value: 'v', reason: 'r' };
    await expect(test.call('set_state', fact)).rejects.toMatchObject(refused);
    await expect(test.refresh('p05')).rejects.toMatchObject(refused);
    await expect(
      test.call('add_memory', { content: 'A fact to keep.', type: 'project', project: 'p05' }),
    ).rejects.toMatchObject(refused);
    await expect(test.call('update_project', { project: 'p05', description: 'x' })).rejects.toMatchObject(refused);
    await expect(test.register('p06')).rejects.toMatchObject(refused);
    expect(read()).toBe(broken);
  });

  it('of a process that never saw a good one does not hide what is stored', async () => {
    await test.register('p05');
    test.write('sources/vault/projects/p05/a.md', 'The fringe contrast is 0.83.');
    await test.refresh('p05');
    edit('{');
    const fresh = createAtoCore(test.app.config);
    try {
      const found = await searchAll(fresh, { query: 'fringe contrast', limit: 5 });
      expect(found.hits).toHaveLength(1);
      expect(found.degraded.map((entry) => entry.component)).toContain('registry');
    } finally {
      await fresh.close();
    }
  });
});
