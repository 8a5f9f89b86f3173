import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Captured, captureInteraction } from '../../src/app/capture-interaction.ts';
import { listTurns } from '../../src/app/interactions.ts';
import type { Interaction } from '../../src/capture/interaction.ts';
import { getInteraction } from '../../src/capture/interaction-store.ts';
import { setArchived, setCapture } from '../../src/projects/lifecycle.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';
import { secretSamples } from '../unit/capture/secret-samples.ts';

let home: TestHome;
beforeEach(async () => {
  home = await createTestHome({ clock: fixedClock('2026-03-02T12:00:00Z') });
  await home.register('p05', { aliases: ['interferometer'], workspaces: [join(home.home, 'work', 'p05')] });
  await home.register('p06', { workspaces: [join(home.home, 'work', 'p06')] });
});
afterEach(() => home.close());

let turns = 0;
const capture = (more: object) => {
  turns += 1;
  return home.call<Captured>('capture_interaction', {
    ...{ client: 'claude-code', session_id: 's1', turn_id: `t${turns}`, prompt: 'The lamp is green.' },
    ...more,
  });
};
const stored = (id: string) => home.app.withStore(async (store) => getInteraction(store.db, id));
const kept = async (more: object) => stored((await capture(more)).interaction!.id);

describe('what is stored of a turn (case C20)', () => {
  test("are the person's own words beside the reply, without anything that was injected (case F02)", async () => {
    const turn = await kept({
      prompt:
        '<system-reminder>be terse</system-reminder>The lamp is green.\n<atocore-context>\n- the lamp is red\n</atocore-context>',
      response: 'Noted: green.\n<tool_result>exit 0</tool_result>',
    });
    expect(turn).toMatchObject({ prompt: 'The lamp is green.', response: 'Noted: green.', extracted_by: null });
  });

  test.each([
    ['/compact now', 'slash_command'],
    ['<system-reminder>only this</system-reminder>', 'empty'],
    ['<private>The contract is worth 80 k.</private>', 'private'],
    ['[Request interrupted by user]', 'machine_made'],
  ])('is nothing of %j, which is no error', async (prompt, skipped) => {
    expect(await capture({ prompt, response: 'Done.' })).toEqual({ interaction: null, duplicate: false, skipped });
    expect((await listTurns(home.app, {})).interactions).toEqual([]);
  });

  test('is nothing between private marks, on either side', async () => {
    const turn = await kept({
      prompt: 'The lamp is green. <private>Her salary is 4711.</private> It is cooled.',
      response: 'Green, and <private>4711',
    });
    expect(turn.prompt).toBe('The lamp is green.  It is cooled.');
    expect(turn.response).toBe('Green, and');
    expect(turn.private_passages).toBe(2);
  });

  test('is cut where it is too long, which is said', async () => {
    const turn = await kept({ prompt: 'The lamp is green. '.repeat(20_000) });
    expect(turn.prompt.length).toBeLessThanOrEqual(100_000);
    expect(turn.prompt).toMatch(/\[cut: \d+ characters\]$/);
  });
});

describe('secrets (case F15)', () => {
  const samples = secretSamples();

  test(`none of ${samples.length} of ${new Set(samples.map(({ kind }) => kind)).size} kinds reaches a file of the home`, async () => {
    expect(samples.length).toBeGreaterThanOrEqual(60);
    expect(new Set(samples.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(20);
    for (const { text } of samples) {
      const { interaction } = await capture({ prompt: `Look at this: ${text}`, response: `I see ${text}\n` });
      expect(interaction!.redactions, text).toBeGreaterThanOrEqual(2);
      await home.call('auto_context', { prompt: `Look at this: ${text}` });
    }
    const files = ['atocore.db', 'atocore.db-wal'].map((name) =>
      readFileSync(join(home.home, 'data', 'db', name)).toString('latin1'),
    );
    // A secret of several lines is stored line by line.
    const lines = samples.flatMap(({ kind, secret }) => secret.split('\n').map((line) => ({ kind, line })));
    const long = lines.filter(({ line }) => line.length >= 8 && !/^-{5}/.test(line));
    expect(long.length).toBeGreaterThanOrEqual(60);
    expect(long.filter(({ line }) => files.some((text) => text.includes(line))).map(({ kind }) => kind)).toEqual([]);
  });

  test('that a client has replaced already are counted', async () => {
    expect(await kept({ prompt: 'the key is [redacted:github], and it works' })).toMatchObject({
      redactions: 1,
      redacted_kinds: ['github'],
    });
  });

  test('that a cut would halve are replaced before', async () => {
    const { secret } = samples.find(({ kind }) => kind === 'github')!;
    const { prompt } = await kept({ prompt: `${'x '.repeat(49_980)}${secret} and more ${'y '.repeat(100)}` });
    expect(prompt).not.toContain(secret.slice(0, 12));
  });

  test('are sought without touching more than 1% of ordinary text', async () => {
    const ordinary = readFileSync(join(import.meta.dirname, '../fixtures/redact/ordinary.txt'), 'utf8')
      .trim()
      .split('\n');
    const touched: string[] = [];
    for (const line of ordinary) {
      const { interaction } = await capture({ prompt: `On the bench: ${line}` });
      if (interaction!.redactions > 0) touched.push(line);
    }
    expect(touched.length, touched.join('\n')).toBeLessThanOrEqual(Math.floor(ordinary.length / 100));
  });
});

describe('one turn', () => {
  const turn = { client: 'claude-code', session_id: 's1', turn_id: 'one', prompt: 'The lamp is green.' };

  test('is one interaction, however often it is delivered and at the same moment', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => captureInteraction(home.app, turn)));
    expect(new Set(many.map(({ interaction }) => interaction!.id)).size).toBe(1);
    expect(many.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    for (const other of [{ client: 'openclaw' }, { session_id: 's2' }, { turn_id: 'two' }])
      expect((await captureInteraction(home.app, { ...turn, ...other })).duplicate).toBe(false);
  });

  test('without an id is told by its words and its moment', async () => {
    const { turn_id: _, ...rest } = turn;
    const at = (recorded_at: string) => captureInteraction(home.app, { ...rest, recorded_at });
    expect((await at('2026-03-01T10:00:00Z')).duplicate).toBe(false);
    expect((await at('2026-03-01T10:00:00Z')).duplicate).toBe(true);
    expect((await at('2026-03-01T10:05:00Z')).duplicate).toBe(false);
  });

  test('keeps the moment at which it happened, in UTC; the future is now (case C23)', async () => {
    expect((await kept({ recorded_at: '2026-03-01T23:30:00-02:00' })).captured_at).toBe('2026-03-02T01:30:00.000Z');
    expect((await kept({ recorded_at: '2027-01-01' })).captured_at).toBe('2026-03-02T12:00:00.000Z');
  });

  test('is stored when the call answers', async () => {
    const { interaction } = await capture({});
    const other = await createSecondApp();
    expect(await other.withStore(async (store) => getInteraction(store.db, interaction!.id).prompt)).toBe(
      'The lamp is green.',
    );
    await other.close();
  });

  async function createSecondApp() {
    const { createAtoCore } = await import('../../src/app/atocore.ts');
    const { loadConfig } = await import('../../src/config/load.ts');
    return createAtoCore(
      loadConfig({}, { ATOCORE_HOME: home.home, ATOCORE_LOG_LEVEL: 'fatal', ATOCORE_EMBEDDER: 'none' }),
    );
  }
});

describe('the project of a turn', () => {
  const projectOf = async (more: object) => (await capture(more)).interaction!.project;

  test('is the one whose folder the person works in, whatever the words name', async () => {
    expect(await projectOf({ cwd: join(home.home, 'work', 'p05', 'src') })).toBe('p05');
    expect(await projectOf({ cwd: join(home.home, 'work', 'p05'), prompt: 'how did we do it in p06?' })).toBe('p05');
    expect(await projectOf({ prompt: 'what is the lamp of p06?' })).toBe('p06');
  });

  test('is not one that only an injected block or a private passage names (case F02)', async () => {
    const prompt =
      '<atocore-context project="p06">\n- the lamp of p06\n</atocore-context>The lamp is green.<private>p06</private>';
    expect(await projectOf({ prompt })).toBeNull();
  });

  test('is the one that the client names, by any alias (cases C01 and C02)', async () => {
    expect(await projectOf({ project: 'INTERFEROMETER', cwd: join(home.home, 'work', 'p06') })).toBe('p05');
    await capture({ project: 'p05' });
    const of = async (project: string) => (await listTurns(home.app, { project })).interactions.length;
    expect([await of('p05'), await of('Interferometer'), await of('p06'), await of('nobody')]).toEqual([2, 2, 0, 0]);
  });

  test('is refused when no project bears the name, with the near ones (case C03)', async () => {
    await expect(capture({ project: 'interferometre' })).rejects.toMatchObject({
      code: 'UNKNOWN_PROJECT',
      details: { near: ['p05'] },
    });
  });

  test('is none when two have an equal claim; the turn is kept and shows both (case F05)', async () => {
    await home.register('p07', { workspaces: [join(home.home, 'work', 'p05')] });
    const turn = await kept({ cwd: join(home.home, 'work', 'p05') });
    expect(turn.project).toBeNull();
    expect(turn.routing.candidates!.map(({ project }) => project).sort()).toEqual(['p05', 'p07']);
    expect((await listTurns(home.app, { project: '' })).interactions.map(({ id }) => id)).toEqual([turn.id]);
  });

  test('moves with its name when that becomes an alias (case C04)', async () => {
    const { id } = await kept({ project: 'p06' });
    await home.app.withStore(async ({ db }) => db.prepare(`UPDATE interactions SET project = 'bench'`).run());
    const change = { project: 'p05', aliases: ['bench'] };
    const { previewUpdate } = await import('../../src/operations/projects.ts');
    const preview = await previewUpdate(home.app, 'p05', { aliases: ['bench'] });
    expect(preview.alias_moves).toEqual([{ table: 'interactions', rows: 1 }]);
    await home.call('update_project', { ...change, digest: preview.digest });
    expect((await stored(id)).project).toBe('p05');
  });

  test('may want nothing captured: then no way of telling it leaves anything behind', async () => {
    await setCapture(home.app.registry, 'p05', false);
    await home.register('p07', { workspaces: [join(home.home, 'work', 'p05')] });
    for (const more of [
      { project: 'interferometer' },
      { prompt: 'the lamp of p05' },
      { cwd: join(home.home, 'work', 'p05') },
      { cwd: join(home.home, 'work', 'p05'), project: 'p06' },
      { cwd: join(home.home, 'work', 'p05', 'src'), project: '' },
      { cwd: join(home.home, 'work', 'p06'), project: 'p05' },
      { cwd: join(home.home, 'work', 'p05'), prompt: 'the lamp of p06' },
    ])
      expect(await capture(more)).toMatchObject({ interaction: null, skipped: 'opted_out' });
    expect(await projectOf({ project: 'p06' })).toBe('p06');
    expect(await projectOf({ project: '', cwd: join(home.home, 'work', 'p06') })).toBeNull();
    await setArchived(home.app.registry, 'p05', true);
    expect(await capture({ cwd: join(home.home, 'work', 'p05') })).toMatchObject({ skipped: 'opted_out' });
    await setArchived(home.app.registry, 'p05', false);
    await setCapture(home.app.registry, 'p05', true);
    expect(await projectOf({ project: 'p05' })).toBe('p05');
  });

  test('opting out survives an update of the project and is in the file that people read', async () => {
    await setCapture(home.app.registry, 'p05', false);
    const { previewUpdate } = await import('../../src/operations/projects.ts');
    const { digest } = await previewUpdate(home.app, 'p05', { description: 'new' });
    await home.call('update_project', { project: 'p05', description: 'new', digest });
    expect(readFileSync(home.app.registry.path, 'utf8')).toContain('"capture": false');
    expect(await capture({ project: 'p05' })).toMatchObject({ skipped: 'opted_out' });
  });

  test('cannot be told while the registry is broken: the turn is refused, to be delivered again', async () => {
    home.write('config/project-registry.json', '{ broken');
    await expect(capture({})).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
  });
});

test('a caller that may only read cannot capture', async () => {
  const reader = { kind: 'agent', name: 'reader', scope: 'read' } as const;
  const turn = { client: 'c', session_id: 's', prompt: 'The lamp is green.' };
  await expect(home.call('capture_interaction', turn, reader)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await home.call<Captured>('capture_interaction', turn, 'agent')).toMatchObject({ duplicate: false });
});

test('ATOCORE_CAPTURE_DISABLED switches capture off', async () => {
  const app = { ...home.app, config: { ...home.app.config, capture_disabled: true } };
  expect(await captureInteraction(app, { client: 'c', session_id: 's', prompt: 'The lamp is green.' })).toMatchObject({
    skipped: 'capture_disabled',
  });
});

test.each([
  [{ client: '' }, 'client'],
  [{ client: 'a\nb' }, 'client'],
  [{ session_id: '' }, 'session_id'],
  [{ turn_id: 'a\0b' }, 'turn_id'],
  [{ prompt: 7 }, 'prompt'],
  [{ recorded_at: 'yesterday' }, 'recorded_at'],
  [{ cwd: 'work/p05' }, 'cwd'],
  [{ cwd: '.' }, 'cwd'],
])('bad input %j is named', async (more, name) => {
  await expect(capture(more)).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { arguments: [name] } });
});

test('lists are newest first with shortened texts', async () => {
  await capture({ prompt: `The first. ${'More of it. '.repeat(100)}`, recorded_at: '2026-03-01' });
  await capture({ prompt: 'The second.', recorded_at: '2026-03-02' });
  const { interactions } = (await listTurns(home.app, {})) as { interactions: Interaction[] };
  expect(interactions[0]!.prompt).toBe('The second.');
  expect(interactions[1]!.prompt.length).toBeLessThanOrEqual(400);
  expect((await listTurns(home.app, { limit: 1 })).interactions).toHaveLength(1);
  await expect(listTurns(home.app, { limit: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
