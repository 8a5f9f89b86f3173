import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foldName } from '../../src/projects/project.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let test: TestHome;
beforeEach(async () => {
  test = await createTestHome();
});
afterEach(() => test.close());

const PROJECTS = [
  { id: 'p05-interferometer', aliases: ['p05', 'Null Test', 'größe'] },
  { id: 'p06', aliases: ['Ήλιος', 'straße'] },
];

interface Fact {
  category: string;
  key: string;
  value: string;
  project: string;
}

/** A name of a project as someone may write it: any letter case, blanks around it and between its words. */
const spelling = (name: string) =>
  fc
    .tuple(
      fc.array(fc.constantFrom('as-is', 'upper', 'lower'), { minLength: name.length, maxLength: name.length }),
      fc.constantFrom('', ' ', '\t'),
    )
    .map(([cases, blank]) => {
      const letters = [...name].map((letter, at) =>
        cases[at] === 'upper' ? letter.toUpperCase() : cases[at] === 'lower' ? letter.toLowerCase() : letter,
      );
      return `${blank}${letters.join('').replace(' ', ` ${blank}`)}${blank}`;
    });
const spelled = (at: number) => fc.oneof(...[PROJECTS[at]!.id, ...PROJECTS[at]!.aliases].map(spelling));

describe('names of a project', () => {
  it('fold to one form in any letter case, for any letters (case C01)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), (name) => {
        expect(foldName(name.toUpperCase())).toBe(foldName(name));
        expect(foldName(name.toLowerCase())).toBe(foldName(name));
        expect(foldName(foldName(name))).toBe(foldName(name));
      }),
      { numRuns: 2_000 },
    );
    expect(foldName('STRASSE')).toBe(foldName('straße'));
  });

  it('mean one project: any interleaving of writes under any of them is found under every one (cases C01 and C02)', async () => {
    for (const { id, aliases } of PROJECTS) await test.register(id, { aliases });
    const step = fc.integer({ min: 0, max: 1 }).chain((project) =>
      fc.record({
        project: fc.constant(project),
        name: spelled(project),
        kind: fc.constantFrom('set', 'remove', 'remember'),
        key: fc.constantFrom('vendor', 'VENDOR', 'due'),
        value: fc.constantFrom('one', 'two', 'three'),
      }),
    );
    const readers = fc.tuple(spelled(0), spelled(1));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), readers, async (steps, names) => {
        round += 1;
        const facts = PROJECTS.map(() => new Map<string, string>());
        const memories = PROJECTS.map(() => new Set<string>());
        for (const { project, name, kind, key, value } of steps) {
          const fact = { project: name, category: 'fact', key: `${key}-${round}`, reason: 'test' };
          const place = fact.key.toLowerCase();
          if (kind === 'set') {
            await test.call('set_state', { ...fact, value });
            facts[project]!.set(place, value);
          } else if (kind === 'remove') {
            const removed = test.call('remove_state', fact);
            if (facts[project]!.delete(place)) await removed;
            else await expect(removed).rejects.toMatchObject({ code: 'NOT_FOUND' });
          } else {
            const content = `Round ${round} keeps ${value}`;
            await test.call('add_memory', { project: name, content, type: 'project' });
            memories[project]!.add(content);
          }
        }
        for (const [at, { id }] of PROJECTS.entries()) {
          const { entries } = await test.call<{ entries: Fact[] }>('list_state', { project: names[at]! });
          const mine = entries.filter((entry) => entry.key.endsWith(`-${round}`));
          expect(new Map(mine.map((entry) => [entry.key.toLowerCase(), entry.value]))).toEqual(facts[at]);
          expect(mine.map((entry) => entry.project)).toEqual(mine.map(() => id));
          const listed = await test.call<{ memories: { content: string; project: string }[] }>('list_memories', {
            project: names[at]!,
            query: `round ${round}`,
            limit: 500,
          });
          const kept = listed.memories.filter((memory) => memory.content.startsWith(`Round ${round} `));
          expect(kept.map((memory) => memory.content).sort()).toEqual([...memories[at]!].sort());
          expect(kept.every((memory) => memory.project === id)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('scope search, context and detection alike; a hint by alias finds no less than the id (cases C01, C07 and C08)', async () => {
    await test.register('p05', { aliases: ['null test'] });
    await test.register('p06');
    test.write('sources/vault/projects/p05/a.md', '# Optics\n\nThe fringe contrast of the null setup is 0.83.');
    test.write('sources/vault/projects/p06/b.md', '# Other\n\nThe fringe contrast of the other bench is 0.51.');
    for (const id of ['p05', 'p06']) await test.refresh(id);
    const query = 'fringe contrast';
    const by = async (project: string) =>
      (await test.call<{ hits: { ref: string; project: string }[] }>('search', { query, project })).hits;
    expect(await by('NULL  Test')).toEqual(await by('p05'));
    expect((await by('P05')).map((hit) => hit.project)).toEqual(['p05']);

    const pack = (input: object) =>
      test.call<{ project: string; context: string }>('auto_context', { prompt: query, ...input });
    for (const project of ['p05', 'Null test', 'P05']) {
      const { project: found, context } = await pack({ project });
      expect(found).toBe('p05');
      expect(context).toContain('0.83');
      expect(context).not.toContain('0.51');
    }
    // Found in the prompt, not named by the caller: it must reach the retriever all the same.
    const detected = await test.call<{ project: string; context: string }>('auto_context', {
      prompt: 'What is the fringe contrast in Null Test?',
    });
    expect(detected.project).toBe('p05');
    expect(detected.context).toContain('0.83');
    expect(detected.context).not.toContain('0.51');
  });
});

describe('a name that no project bears (case C03)', () => {
  beforeEach(() => test.register('p05-interferometer', { aliases: ['p05'] }));
  const write = { content: 'A fact to keep.', type: 'project' };

  it('passes through reads, which find nothing', async () => {
    expect(await test.call('list_state', { project: 'nobody' })).toEqual({ entries: [] });
    expect(await test.call('list_memories', { project: 'nobody' })).toEqual({ memories: [] });
    expect(await test.call('search', { query: 'anything', project: 'nobody' })).toMatchObject({ hits: [] });
    expect(await test.call('auto_context', { prompt: 'anything', project: 'nobody' })).toMatchObject({
      project: null,
      degraded: expect.arrayContaining([{ component: 'project', reason: expect.stringContaining('nobody') }]),
    });
  });

  it('is refused by every write, with the near names', async () => {
    const fact = { category: 'fact', key: 'k', value: 'v', reason: 'r' };
    const calls: [string, object][] = [
      ['add_memory', write],
      ['set_state', fact],
      ['remove_state', { category: 'fact', key: 'k', reason: 'r' }],
      ['refresh_project', {}],
      ['stage_document', { name: 'a.md', content: 'text' }],
      ['update_project', { description: '' }],
    ];
    for (const [operation, input] of calls) {
      await expect(test.call(operation, { ...input, project: 'p05-interferometr' }), operation).rejects.toMatchObject({
        code: 'UNKNOWN_PROJECT',
        hint: 'Did you mean p05-interferometer?',
        details: { near: ['p05-interferometer'] },
      });
    }
  });

  it('is the global scope when it is empty or reserved, for writes and reads alike (case C05)', async () => {
    for (const [at, project] of ['', '  ', 'inbox', 'INBOX'].entries())
      await test.call('add_memory', { ...write, content: `Global fact ${at}.`, project });
    for (const project of ['', ' ', 'Inbox']) {
      const { memories } = await test.call<{ memories: { project: string }[] }>('list_memories', { project });
      expect(memories.map((memory) => memory.project)).toEqual(['', '', '', '']);
    }
  });
});

describe('times (case C23)', () => {
  it('are compared as instants, whatever zone and form they were written in', async () => {
    let now = new Date('2026-03-02T10:00:00Z');
    await test.close();
    test = await createTestHome({ clock: { now: () => now } });
    await test.register('p05');
    const fact = { project: 'p05', category: 'status', key: 'phase', reason: 'r' };
    await test.call('set_state', { ...fact, value: 'design' });
    now = new Date('2026-03-02T12:00:00Z');
    await test.call('set_state', { ...fact, value: 'build' });
    const at = async (as_of: string) =>
      (await test.call<{ entries: Fact[] }>('list_state', { project: 'p05', as_of })).entries.map(
        (entry) => entry.value,
      );
    expect(await at('2026-03-02T13:30:00+02:00')).toEqual(['design']);
    expect(await at('2026-03-02T11:59:59.999Z')).toEqual(['design']);
    expect(await at('2026-03-02T07:00:00-05:00')).toEqual(['build']);
    expect(await at('2026-03-02')).toEqual([]);

    const memory = { content: 'The coating slot is booked.', type: 'project', project: 'p05' };
    await test.call('add_memory', { ...memory, valid_until: '2026-03-02T14:30:00+02:00' });
    const found = async () =>
      (await test.call<{ hits: object[] }>('search', { query: 'coating slot', kinds: ['memory'] })).hits.length;
    expect(await found()).toBe(1);
    now = new Date('2026-03-02T12:30:00Z');
    expect(await found()).toBe(0);
  });
});
