import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Captured } from '../../src/app/capture-interaction.ts';
import { type ExtractReport, extractInteractions } from '../../src/app/extract-interactions.ts';
import { readStatus } from '../../src/app/status.ts';
import { lastRun } from '../../src/capture/extraction-runs.ts';
import { getInteraction } from '../../src/capture/interaction-store.ts';
import type { Memory } from '../../src/memory/memory.ts';
import { getMemory } from '../../src/memory/memory-store.ts';
import { sql } from '../../src/storage/database.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

interface Item {
  id: string;
  kind: string;
  project: string;
  content: string;
  evidence: string;
  quote: string | null;
  proposal: Record<string, unknown>;
}

let home: TestHome;
let clock: ReturnType<typeof fixedClock>;
beforeEach(async () => {
  clock = fixedClock('2026-03-02T12:00:00Z');
  home = await createTestHome({ clock });
  await home.register('p05', { aliases: ['interferometer'] });
  await home.register('p06');
});
afterEach(() => home.close());

let turns = 0;
const capture = async (prompt: string, more: object = {}) => {
  turns += 1;
  const turn = {
    client: 'claude-code',
    session_id: 's1',
    turn_id: `t${turns}`,
    project: 'p05',
    prompt,
    response: 'Noted.',
  };
  return (await home.call<Captured>('capture_interaction', { ...turn, ...more })).interaction!.id;
};
const extract = (input: object = {}) => home.call<ExtractReport>('extract_candidates', input);
const review = async () => (await home.call<{ items: Item[] }>('list_review')).items;
const memory = (id: string): Promise<Memory> => home.app.withStore(async (store) => getMemory(store.db, id));
const addActive = async (content: string, more: object = {}) =>
  (await home.call<{ memory: Memory }>('add_memory', { content, type: 'project', project: 'p05', ...more })).memory;

describe('a candidate (case C27)', () => {
  test('waits for a person with rule, version, source and the words of the turn', async () => {
    const id = await capture('We decided to buy the blanks from Mainz. What is the lead time?');
    const { candidates, interactions_read, dropped } = await extract();
    expect(interactions_read).toBe(1);
    expect(dropped).toMatchObject({ question: 1 });
    expect(candidates).toMatchObject([
      {
        content: 'We decided to buy the blanks from Mainz.',
        ...{ type: 'project', project: 'p05', rule: 'decision', interaction: id, speaker: 'person' },
        quote: 'We decided to buy the blanks from Mainz.',
      },
    ]);
    const stored = await memory(candidates[0]!.memory);
    expect(stored).toMatchObject({
      status: 'candidate',
      source: `atocore://interactions/${id}`,
      provenance: { interaction: id, rule: 'decision', extractor: candidates[0]!.extractor, speaker: 'person' },
    });
    const [item] = await review();
    expect(item).toMatchObject({ id: candidates[0]!.review_item, kind: 'memory_candidate', project: 'p05' });
    expect(item!.quote).toBe('We decided to buy the blanks from Mainz.');
    expect(item!.evidence).toContain('rule decision');
  });

  test('is never active, nor trusted state, without an act of a person (case C29)', async () => {
    await capture('We decided to buy the blanks from Mainz.');
    await extract();
    expect((await home.call<{ memories: unknown[] }>('list_memories', { status: 'active' })).memories).toEqual([]);
    expect((await home.call<{ entries: unknown[] }>('list_state', { project: 'p05' })).entries).toEqual([]);
    const { context } = await home.call<{ context: string }>('auto_context', {
      prompt: 'blanks from Mainz',
      project: 'p05',
    });
    expect(context).not.toContain('Mainz');
    const [item] = await review();
    await home.call('resolve_review', { item: item!.id, decision: 'accept' });
    expect((await home.call<{ memories: unknown[] }>('list_memories', { status: 'active' })).memories).toHaveLength(1);
  });

  test('is dropped and counted when an active memory, trusted state, a document or an instruction file says it (case F01)', async () => {
    await addActive('The blanks are bought from the Mainz foundry.');
    await home.call('set_state', {
      project: 'p05',
      category: 'fact',
      key: 'lamp colour',
      value: 'The lamp must be green',
      reason: 'r',
    });
    home.write(
      'sources/vault/projects/p05/oven.md',
      '# Oven\n\nBackground. The oven of the lab must never be hotter than\n480 degrees, by contract.\n',
    );
    await home.refresh('p05');
    const cwd = join(home.home, 'work');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'AGENTS.md'), '# Rules\n\n- All reports must be written in French.\n');
    await capture('We decided that the blanks are bought from the Mainz foundry.', { cwd });
    await capture('The lamp must be green.', { cwd });
    await capture('The oven must never be hotter than 480 degrees.', { cwd });
    await capture('All reports must be written in French.', { cwd });
    const { candidates, dropped } = await extract();
    expect(candidates).toEqual([]);
    expect(dropped['restatement']).toBe(4);
  });

  test('with another number than what is known is none of these', async () => {
    home.write('sources/vault/projects/p05/oven.md', '# Oven\n\nThe oven must never be hotter than 480 degrees.\n');
    await home.refresh('p05');
    await capture('The oven must never be hotter than 520 degrees.');
    expect((await extract()).candidates).toHaveLength(1);
  });

  test('is proposed once: not while it waits, and not after it was turned down', async () => {
    await capture('We decided to buy the blanks from Mainz.');
    await extract();
    await capture('We decided to buy the blanks from Mainz.', { session_id: 's2' });
    expect((await extract()).dropped).toMatchObject({ waits_already: 1 });
    expect((await extract({ since: '2026-01-01' })).dropped).toMatchObject({ waits_already: 2 });
    const [item] = await review();
    expect(item!.proposal['seen']).toBe(2);
    await home.call('resolve_review', { item: item!.id, decision: 'reject' });
    await capture('We decided to buy the blanks from Mainz.', { session_id: 's3' });
    expect(await extract()).toMatchObject({ candidates: [], dropped: { turned_down_before: 1 } });
  });

  test('may stand beside an active twin of another scope, and merges when accepted (case C26)', async () => {
    await capture('We decided to buy the blanks from Mainz.');
    const { candidates } = await extract();
    const twin = await addActive('We decided to buy the blanks from Mainz.');
    const outcome = await home.call<{ outcome: object }>('resolve_review', {
      item: candidates[0]!.review_item,
      decision: 'accept',
    });
    expect(outcome.outcome).toMatchObject({ status: 'merged', merged_into: twin.id });
    expect((await memory(twin.id)).confidence).toBeCloseTo(twin.confidence + 0.02);
  });

  test('that a person erased is not proposed again from a turn that is left (case F13)', async () => {
    await capture('We decided to buy the blanks from Mainz.');
    const { candidates } = await extract();
    await home.call('delete_data', { refs: [candidates[0]!.memory], reason: 'r', confirm: true });
    expect(await extract({ since: '2026-01-01' })).toMatchObject({ candidates: [], dropped: { erased: 1 } });
  });

  test('of one session are bounded', async () => {
    for (let at = 0; at < 30; at += 1)
      await capture(`We decided to give the bench number ${at} to the group of unit ${at}.`);
    const { candidates, dropped } = await extract();
    expect(candidates).toHaveLength(24);
    expect(dropped['session_cap']).toBe(6);
    await capture('We decided to give the lamp to nobody.', { session_id: 's2' });
    expect((await extract()).candidates).toHaveLength(1);
  });
});

describe('a run (case C22)', () => {
  test('reads what no run has read, and all from a moment on when that is named (case C23)', async () => {
    const at = (prompt: string, recorded_at: string) => capture(prompt, { recorded_at });
    await at('We decided to buy the blanks from Mainz.', '2026-03-01T23:30:00-02:00');
    expect((await extract()).interactions_read).toBe(1);
    expect(await extract()).toMatchObject({ interactions_read: 0, candidates: [] });
    await at('We decided to keep the lamp for ten years.', '2026-02-01T00:00:00Z');
    expect((await extract()).interactions_read).toBe(1);
    expect((await extract({ since: '2026-03-02T01:30:00Z' })).interactions_read).toBe(1);
    expect((await extract({ since: '2026-03-02T02:30:00+01:00' })).interactions_read).toBe(1);
    expect((await extract({ since: '2026-03-02T01:30:00.001Z' })).interactions_read).toBe(0);
    expect((await extract({ since: '2026-01-01' })).interactions_read).toBe(2);
    expect(await review()).toHaveLength(2);
  });

  test('of a part says what is left, and the next one goes on there', async () => {
    for (let at = 0; at < 5; at += 1) await capture(`We decided to keep lamp number ${at}.`);
    expect(await extract({ limit: 2 })).toMatchObject({ interactions_read: 2, interactions_left: 3 });
    expect(await extract()).toMatchObject({ interactions_read: 3, interactions_left: 0 });
    expect(await review()).toHaveLength(5);
  });

  test('never happens while a turn is captured', async () => {
    const id = await capture('We decided to buy the blanks from Mainz.');
    expect(await review()).toEqual([]);
    expect(await home.app.withStore(async (store) => getInteraction(store.db, id).extracted_by)).toBeNull();
  });

  test('that is killed at any moment loses no turn and doubles no candidate', async () => {
    for (let at = 0; at < 60; at += 1)
      await capture(`We decided to give bench number ${at} to the group of unit ${at}.`, { session_id: `s${at}` });
    const script = `const { createAtoCore } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/app/atocore.ts'))});
      const { loadConfig } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/config/load.ts'))});
      const { extractInteractions } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/app/extract-interactions.ts'))});
      await extractInteractions(createAtoCore(loadConfig()), { progress: (done) => process.stdout.write(done + '\\n') });`;
    for (const after of [1, 7, 20]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        env: home.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((done) => child.on('exit', done));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (text.split('\n').some((line) => Number(line) >= after)) child.kill('SIGKILL');
      });
      await ended;
    }
    await extract();
    const rows = await home.app.withStore(
      async ({ db }) => sql(db, 'SELECT content FROM memories').all() as { content: string }[],
    );
    expect(rows).toHaveLength(60);
    expect(new Set(rows.map(({ content }) => content)).size).toBe(60);
    expect(
      await home.app.withStore(async ({ db }) =>
        sql(db, 'SELECT count(*) AS n FROM interactions WHERE extracted_by IS NULL').get(),
      ),
    ).toEqual({ n: 0 });
  });

  test('runs behind a process that lives long, after a turn was captured', async () => {
    await home.close();
    home = await createTestHome({ longLived: true });
    await home.register('p05');
    const queued = new Promise<void>((done) => {
      const stop = home.app.watch((change) => {
        if (change.kind !== 'memories') return;
        stop();
        done();
      });
    });
    await capture('We decided to buy the blanks from Mainz.');
    await queued;
    expect(await review()).toHaveLength(1);
  });

  test('is kept with its counts', async () => {
    await capture('We decided to buy the blanks from Mainz. Are they paid?');
    await extract();
    expect(await home.app.withStore(async ({ db }) => lastRun(db))).toMatchObject({
      ...{ interactions: 1, candidates: 1, dropped: { question: 1 }, error: null },
      started_at: '2026-03-02T12:00:00.000Z',
    });
  });

  test('shows in status: what waits, what the last one did, and why none works', async () => {
    await capture('We decided to buy the blanks from Mainz.');
    const status = (app = home.app) => readStatus(app);
    expect((await status()).extraction).toEqual({ extractor: 'rules', waiting: 1, last: null });
    const broken = { ...home.app, config: { ...home.app.config, extractor: 'model' as const } };
    expect((await status(broken)).degraded).toContainEqual({
      component: 'extractor',
      reason: '1 turns wait: extractor = model lacks extractor_url.',
    });
    await extract();
    expect(await status()).toMatchObject({
      counts: { interactions: 1 },
      extraction: { waiting: 0, last: { interactions: 1, candidates: 1, error: null } },
    });
    expect((await status(broken)).degraded.map(({ component }) => component)).not.toContain('extractor');
  });

  test.each([
    [{ extractor: 'none' }, 'ATOCORE_EXTRACTOR=rules'],
    [{ extractor: 'model' }, 'ATOCORE_EXTRACTOR_URL'],
    [{ extractor: 'model', extractor_url: 'http://127.0.0.1:1/v1' }, 'ATOCORE_EXTRACTOR_MODEL'],
  ] as const)(
    'without an extractor (%j) is an error with the way out, and the turns wait (case C25)',
    async (config, hint) => {
      const id = await capture('We decided to buy the blanks from Mainz.');
      const app = { ...home.app, config: { ...home.app.config, ...config } };
      await expect(extractInteractions(app)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining(hint),
      });
      expect(await home.app.withStore(async (store) => getInteraction(store.db, id).extracted_by)).toBeNull();
      expect((await extract()).candidates).toHaveLength(1);
    },
  );

  test('of which two start at once is one', async () => {
    for (let at = 0; at < 10; at += 1) await capture(`We decided to keep lamp number ${at}.`);
    const both = await Promise.all([extract(), extract()]);
    expect(both.map(({ interactions_read }) => interactions_read).sort()).toEqual([0, 10]);
  });
});

describe('the project of a candidate (case C06)', () => {
  test('is the one of its turn, and its id when that was named by an alias', async () => {
    await capture('We decided to buy the blanks from Mainz.', { project: 'Interferometer' });
    expect((await extract()).candidates).toMatchObject([{ project: 'p05' }]);
  });

  test('is none when the registry does not know it any more; none is made', async () => {
    const id = await capture('We decided to buy the blanks from Mainz.');
    await home.app.withStore(async ({ db }) =>
      db.prepare(`UPDATE interactions SET project = 'gone' WHERE id = ?`).run(id),
    );
    expect((await extract()).candidates).toMatchObject([{ project: null }]);
    expect((await home.call<{ projects: { id: string }[] }>('list_projects')).projects.map((one) => one.id)).toEqual([
      'p05',
      'p06',
    ]);
  });
});

describe('a correction by the person', () => {
  test('puts the memory up for review at once; accepted it takes its place, and the undo brings it back (case F04)', async () => {
    const old = await addActive('The mirror of the bench is 300 mm wide.');
    clock.addDays(1);
    await capture('No, the mirror of the bench is 312 mm wide.');
    const { candidates } = await extract();
    expect(candidates).toMatchObject([{ corrects: `atocore://memories/${old.id}` }]);
    const [item] = await review();
    expect(item!.proposal['supersedes']).toBe(`atocore://memories/${old.id}`);
    expect(item!.evidence).toContain(old.content);
    expect((await memory(old.id)).status).toBe('active');

    await home.call('resolve_review', { item: item!.id, decision: 'accept' });
    expect((await memory(old.id)).status).toBe('superseded');
    const context = async () =>
      (
        await home.call<{ context: string }>('auto_context', {
          prompt: 'how wide is the mirror of the bench?',
          project: 'p05',
        })
      ).context;
    expect(await context()).toContain('312');
    expect(await context()).not.toContain('300');
    const { undoDecision } = await import('../../src/app/review.ts');
    await undoDecision(home.app, item!.id, { actor: 'person:ada', reason: 'r', at: '2026-03-03T12:00:00.000Z' });
    expect((await memory(old.id)).status).toBe('active');
    await home.call('resolve_review', { item: item!.id, decision: 'reject' });
    expect((await memory(old.id)).status).toBe('active');
  });

  test('is none of what is known already when it takes a word away from a memory', async () => {
    const old = await addActive('The window of bench sixty is made of coated quartz glass.');
    await capture('No, the window of bench sixty is made of quartz glass.');
    const { candidates } = await extract();
    expect(candidates).toMatchObject([{ rule: 'correction', corrects: `atocore://memories/${old.id}` }]);
  });

  test.each([
    ['The lamp of the bench is green.', 'No, the lamp of the bench is red.'],
    [
      'We use Zerodur for the blanks of the bench.',
      'We decided that we do not use Zerodur for the blanks of the bench.',
    ],
  ])('is seen in words too: %j against %j', async (content, prompt) => {
    const old = await addActive(content);
    await capture(prompt);
    expect((await extract()).candidates).toMatchObject([{ corrects: `atocore://memories/${old.id}` }]);
  });

  test('is none when it is about something else', async () => {
    await addActive('The mirror of the bench is 300 mm wide.');
    await capture('No, the oven of the lab is 312 mm high.');
    const { candidates } = await extract();
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).not.toHaveProperty('corrects');
  });

  test('still waits when the memory that it contradicts is erased, and does not repeat its words', async () => {
    const old = await addActive('The mirror of the bench is 300 mm wide.');
    await capture('No, the mirror of the bench is 312 mm wide.');
    await extract();
    await home.call('delete_data', { refs: [old.id], reason: 'r', confirm: true });
    const [item] = await review();
    expect(item!.evidence).not.toContain('300');
    expect(item!.proposal['supersedes']).toBeNull();
    await home.call('resolve_review', { item: item!.id, decision: 'accept' });
    expect((await home.call<{ memories: unknown[] }>('list_memories', { status: 'active' })).memories).toHaveLength(1);
  });

  test('keeps the reply that repeats the old value from confirming it', async () => {
    const old = await addActive('The mirror of the bench is 300 mm wide.');
    clock.addDays(1);
    await capture('No, the mirror of the bench is 312 mm wide.', {
      response: 'You are right: I said that the mirror of the bench is 300 mm wide.',
    });
    expect((await extract()).reinforced).toBe(0);
    expect((await memory(old.id)).confidence).toBe(old.confidence);
  });
});
