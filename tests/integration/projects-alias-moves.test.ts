import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateHistory } from '../../src/state/state-store.ts';
import { sql } from '../../src/storage/database.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let test: TestHome;
beforeEach(async () => {
  test = await createTestHome();
  await test.register('p05');
});
afterEach(() => test.close());

type Row = Record<string, unknown>;
const rows = (text: string, ...values: unknown[]) =>
  test.app.withStore(async ({ db }) => sql(db, text).all(...values) as Row[]);
const run = (text: string, ...values: unknown[]) =>
  test.app.withStore(async ({ db }) => void sql(db, text).run(...values));

let count = 0;
const putState = (project: string, status: string, value: string, key = 'vendor') => {
  count += 1;
  return run(
    `INSERT INTO state_entries (id, project, category, key, value, status, reason, approved_by, since, until)
     VALUES (?, ?, 'fact', ?, ?, ?, 'r', 'person:ada', '2026-01-01T00:00:00.000Z', ?)`,
    `st_${count}`,
    project,
    key,
    value,
    status,
    status === 'active' ? null : '2026-01-02T00:00:00.000Z',
  );
};
const putMemory = (project: string, status: string, content: string) => {
  count += 1;
  return run(
    `INSERT INTO memories (id, project, type, status, content, normalized, confidence, created_at, updated_at)
     VALUES (?, ?, 'project', ?, ?, lower(?), 0.5, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`,
    `mem_${count}`,
    project,
    status,
    content,
    content,
  );
};

interface Preview {
  valid: boolean;
  errors: string[];
  warnings: string[];
  alias_moves: { table: string; rows: number }[];
  digest: string;
}
const change = { project: 'p05', aliases: ['legacy'] };
const preview = async () => {
  const { previewUpdate } = await import('../../src/operations/projects.ts');
  return (await previewUpdate(test.app, 'p05', { aliases: ['legacy'] })) as Preview;
};
const agree = async () => test.call('update_project', { ...change, digest: (await preview()).digest });

describe('rows stored under a name that becomes an alias (case C04)', () => {
  it('are counted by the preview, which moves none, and then move in one transaction with one history row', async () => {
    await putState('Legacy', 'active', 'Acme');
    await putMemory('legacy', 'active', 'the mirror is wide');
    await putMemory('LEGACY', 'candidate', 'the mount is stiff');
    await run(
      `INSERT INTO interactions (id, project, client, session_id, turn_id, prompt, response, captured_at) VALUES ('int_1', 'legacy', 'c', 's', 't', '', '', '')`,
    );
    await run(
      `INSERT INTO review_items (id, kind, project, subject, payload, status, created_at) VALUES ('rev_1', 'memory_candidate', 'legacy', 's', '{}', 'pending', '')`,
    );
    await putMemory('legacy-two', 'active', 'another project altogether');
    const shown = await preview();
    expect(shown.alias_moves).toEqual([
      { table: 'state_entries', rows: 1 },
      { table: 'memories', rows: 2 },
      { table: 'interactions', rows: 1 },
      { table: 'review_items', rows: 1 },
    ]);
    expect(shown.warnings.join()).toContain('2 of memories');
    expect(await rows(`SELECT project FROM memories WHERE project = 'p05'`)).toEqual([]);

    await agree();
    for (const table of ['state_entries', 'memories', 'interactions', 'review_items'])
      expect(await rows(`SELECT DISTINCT project FROM ${table} WHERE lower(project) = 'legacy'`), table).toEqual([]);
    expect(await rows('SELECT project FROM memories ORDER BY project')).toMatchObject([
      { project: 'legacy-two' },
      { project: 'p05' },
      { project: 'p05' },
    ]);
    expect(await rows(`SELECT actor FROM history WHERE action = 'aliases moved'`)).toEqual([{ actor: 'person:ada' }]);
    const { entries } = await test.call<{ entries: Row[] }>('list_state', { project: 'legacy' });
    expect(entries).toMatchObject([{ project: 'p05', value: 'Acme' }]);
  });

  it('keep their history and their open proposals, under the name of the project', async () => {
    await test.register('legacy');
    const fact = { project: 'legacy', category: 'fact', key: 'Vendor', reason: 'r' };
    await test.call('set_state', { ...fact, value: 'Acme' });
    await test.call('set_state', { ...fact, value: 'Bolt' });
    const { item } = await test.call<{ item: { id: string } }>('propose_state', { ...fact, value: 'Crux' }, 'agent');
    const path = test.app.registry.path;
    const { projects } = JSON.parse(readFileSync(path, 'utf8')) as { projects: { id: string }[] };
    writeFileSync(path, JSON.stringify({ projects: projects.filter(({ id }) => id !== 'legacy') }));
    await agree();

    const history = await test.app.withStore(async ({ db }) => stateHistory(db, 'p05', 'vendor'));
    expect(history.map((row) => [row.project, row.action])).toEqual([
      ['p05', 'set'],
      ['p05', 'superseded'],
    ]);
    expect(await rows(`SELECT subject FROM history WHERE subject LIKE 'state:legacy/%'`)).toEqual([]);
    // The same proposal again is the one that already waits.
    const again = await test.call<{ item: { id: string } }>(
      'propose_state',
      { ...fact, project: 'p05', value: 'Crux' },
      'agent',
    );
    expect(again.item.id).toBe(item.id);
  });

  it('are moved by a first registration too', async () => {
    await putState('six', 'active', 'Acme');
    await test.register('p06', { aliases: ['six'] });
    expect(await rows('SELECT project FROM state_entries')).toEqual([{ project: 'p06' }]);
  });

  /** Status and value of the fact under the alias, of its twin under the id, and both afterwards; undefined: refused. */
  it.each([
    { alias: ['active', 'A'], id: undefined, after: [['active', 'A']] },
    {
      alias: ['active', 'A'],
      id: ['active', 'A'],
      after: [
        ['superseded', 'A'],
        ['active', 'A'],
      ],
    },
    { alias: ['active', 'A'], id: ['active', 'B'], after: undefined },
    {
      alias: ['active', 'A'],
      id: ['superseded', 'B'],
      after: [
        ['active', 'A'],
        ['superseded', 'B'],
      ],
    },
    {
      alias: ['active', 'A'],
      id: ['invalid', 'B'],
      after: [
        ['active', 'A'],
        ['invalid', 'B'],
      ],
    },
    {
      alias: ['superseded', 'A'],
      id: ['active', 'B'],
      after: [
        ['superseded', 'A'],
        ['active', 'B'],
      ],
    },
    {
      alias: ['invalid', 'A'],
      id: ['active', 'B'],
      after: [
        ['invalid', 'A'],
        ['active', 'B'],
      ],
    },
    {
      alias: ['superseded', 'A'],
      id: ['superseded', 'A'],
      after: [
        ['superseded', 'A'],
        ['superseded', 'A'],
      ],
    },
    {
      alias: ['invalid', 'A'],
      id: ['superseded', 'B'],
      after: [
        ['invalid', 'A'],
        ['superseded', 'B'],
      ],
    },
  ])('twins of trusted state: alias $alias, id $id -> $after', async ({ alias, id, after }) => {
    await putState('legacy', alias[0]!, alias[1]!, 'Vendor');
    if (id) await putState('p05', id[0]!, id[1]!);
    if (after === undefined) {
      const shown = await preview();
      expect(shown.valid).toBe(false);
      expect(shown.errors.join()).toMatch(/"B" and "A"/);
      await expect(agree()).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await rows('SELECT project FROM state_entries ORDER BY rowid')).toEqual([
        { project: 'legacy' },
        { project: 'p05' },
      ]);
      return;
    }
    await agree();
    const stored = await rows('SELECT project, status, value, until FROM state_entries ORDER BY rowid');
    expect(stored.map((row) => [row['status'], row['value']])).toEqual(after);
    expect(
      stored.every((row) => row['project'] === 'p05' && (row['status'] === 'active') === (row['until'] === null)),
    ).toBe(true);
  });

  it('twins under two spellings of the alias that differ are refused too', async () => {
    await putState('legacy', 'active', 'A');
    await putState('LEGACY', 'active', 'B');
    await expect(agree()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('keys that the store tells apart are no twins', async () => {
    await putState('p05', 'active', 'A', 'größe-É');
    await putState('p05', 'active', 'B', 'größe-é');
    expect(await preview()).toMatchObject({ valid: true });
  });

  it.each([
    { alias: 'active', id: 'active', after: ['superseded', 'active'] },
    { alias: 'active', id: 'candidate', after: ['active', 'candidate'] },
    { alias: 'candidate', id: 'active', after: ['candidate', 'active'] },
    { alias: 'superseded', id: 'active', after: ['superseded', 'active'] },
    { alias: 'invalid', id: 'active', after: ['invalid', 'active'] },
  ])('twins of memories: alias $alias, id $id -> $after', async ({ alias, id, after }) => {
    await putMemory('legacy', alias, 'the mirror is wide');
    await putMemory('p05', id, 'the mirror is wide');
    await agree();
    expect(await rows('SELECT project, status FROM memories ORDER BY rowid')).toEqual(
      after.map((status) => ({ project: 'p05', status })),
    );
  });

  it('a person wrote into the file: they move at the next refresh, unless twins contradict each other', async () => {
    const path = test.app.registry.path;
    const addAlias = (alias: string) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace('"aliases": [', `"aliases": ["${alias}"`));
    await putMemory('legacy', 'active', 'the mirror is wide');
    addAlias('legacy');
    await test.refresh('p05');
    expect(await rows('SELECT project FROM memories')).toEqual([{ project: 'p05' }]);

    await putState('legacy', 'active', 'A');
    await putState('p05', 'active', 'B');
    await test.refresh('p05');
    expect(await rows('SELECT project FROM state_entries ORDER BY rowid')).toEqual([
      { project: 'legacy' },
      { project: 'p05' },
    ]);
  });

  it('as documents of a project that was renamed are taken over by the next refresh', async () => {
    test.write('sources/vault/projects/p05/a.md', '# One\n\nThe fringe contrast is 0.83.');
    test.write('sources/vault/projects/elsewhere/b.md', '# Two\n\nThe second fringe.');
    await test.register('elsewhere');
    await test.refresh('p05');
    await test.refresh('elsewhere');
    writeFileSync(
      test.app.registry.path,
      JSON.stringify({
        projects: [
          { id: 'p05-b', aliases: ['P05', 'elsewhere'], ingest_roots: [{ source: 'vault', subpath: 'projects/p05' }] },
        ],
      }),
    );
    expect(await test.refresh('p05')).toMatchObject({
      status: 'ingested',
      documents: { added: 1, removed: 1, failed: [] },
    });
    expect(await rows('SELECT project, path FROM documents')).toEqual([
      { project: 'p05-b', path: 'projects/p05/a.md' },
    ]);
    expect(await test.refresh('p05-b')).toMatchObject({ status: 'unchanged' });
  });
});
