import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, createCliHome } from '../support/cli.ts';

interface Captured {
  interaction: { id: string; project: string | null; redactions: number } | null;
  duplicate: boolean;
}

let home: CliHome;
beforeAll(async () => {
  home = createCliHome();
  await home.ok('init');
  const project = ['--id', 'p05', '--alias', 'interferometer', '--description', 'd', '--root', 'vault:p05'];
  await home.ok('project', 'register', ...project, '--yes');
});
afterAll(() => home.remove());

const capture = (turn: unknown, ...more: string[]) =>
  home.run(['capture', '--client', 'notes', '--session', 's', ...more, '--json'], { input: JSON.stringify(turn) });

test('eight processes that deliver one turn at once store it once (case F10)', async () => {
  const turn = { prompt: 'The lamp is green.', reply: 'Noted.', turn_id: 'same', project: 'interferometer' };
  const answers = await Promise.all(Array.from({ length: 8 }, () => capture(turn)));
  expect(answers.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
  const captured = answers.map((answer) => answer.json<Captured>());
  expect(captured.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(captured.map(({ interaction }) => interaction!.id)).size).toBe(1);
  expect(captured[0]).toEqual({
    interaction: { id: captured[0]!.interaction!.id, project: 'p05', redactions: 0 },
    duplicate: expect.any(Boolean),
  });
});

test('a turn goes from stdin to the review queue, and out again for good (cases C22, C27 and F13)', async () => {
  const { interaction } = (
    await capture({ prompt: 'We decided to buy the blanks from Mainz.' }, '--project', 'p05')
  ).json<Captured>();
  const { interactions } = await home.ok<{ interactions: { id: string; prompt: string; response: string }[] }>(
    ...['interaction', 'list', '--project', 'Interferometer', '--limit', '1'],
  );
  expect(interactions).toMatchObject([
    { id: interaction!.id, prompt: 'We decided to buy the blanks from Mainz.', response: '' },
  ]);
  const shown = await home.ok<{ interaction: { id: string } }>('interaction', 'show', interaction!.id);
  expect(shown.interaction.id).toBe(interaction!.id);

  const report = await home.ok<{
    interactions_read: number;
    candidates: { review_item: string; quote: string }[];
    dropped: object;
  }>('extract');
  expect(report).toMatchObject({
    interactions_read: 2,
    candidates: [{ quote: 'We decided to buy the blanks from Mainz.' }],
    dropped: expect.any(Object),
  });
  const { items } = await home.ok<{ items: { id: string; quote: string }[] }>('review', 'list');
  expect(items).toMatchObject([{ id: report.candidates[0]!.review_item, quote: report.candidates[0]!.quote }]);

  const deleted = await home.ok<{ counts: object }>('delete', interaction!.id, '--reason', 'asked', '--confirm');
  expect(deleted).toMatchObject({ counts: { interactions: 1, memories: 1, review_items: 1 }, scrubbed: true });
  expect((await home.ok<{ items: object[] }>('review', 'list')).items).toEqual([]);
  expect(await home.ok<{ removed: number }>('interaction', 'prune', '--before', '2099-01-01')).toMatchObject({
    removed: 1,
  });
  expect(await home.ok<{ counts: object }>('status')).toMatchObject({
    counts: { interactions: 0 },
    extraction: { waiting: 0 },
  });
});

test('a relative folder is one below where the command runs, on its line and in its input', async () => {
  const workspace = join(home.home, 'ws', 'p06');
  const project = ['--id', 'p06', '--description', 'd', '--root', 'vault:p06', '--workspace', workspace];
  await home.ok('project', 'register', ...project, '--yes');
  const placed = [
    await capture({ prompt: 'The lamp is red.' }, '--cwd', 'ws/p06'),
    await capture({ prompt: 'The lamp is new.', cwd: './ws/p06/src' }),
  ];
  for (const answer of placed) {
    const { interaction } = answer.json<Captured>();
    const shown = await home.ok<{ interaction: object }>('interaction', 'show', interaction!.id);
    expect(shown.interaction).toMatchObject({ project: 'p06', cwd: expect.stringContaining(workspace) });
  }
  await home.ok('project', 'capture', 'p06', '--off');
  const secret = await capture({ prompt: 'The lamp is blue.' }, '--cwd', 'ws/p06');
  expect(secret.json()).toMatchObject({ interaction: null, skipped: 'opted_out' });
});

test.each([
  [['interaction', 'show', 'int_none'], 4, 'NOT_FOUND'],
  [['interaction', 'list', '--limit', '501'], 2, 'INVALID_INPUT'],
  [['interaction', 'prune'], 2, 'INVALID_INPUT'],
  [['interaction', 'prune', '--before', 'soon'], 2, 'INVALID_INPUT'],
  [['interaction', 'prune', '--before', '2025-02-30'], 2, 'INVALID_INPUT'],
  [['extract', '--since', 'soon'], 2, 'INVALID_INPUT'],
  [['delete', 'mem_none', '--reason', 'r', '--confirm'], 4, 'NOT_FOUND'],
  [['delete', 'vault:none.md', '--reason', 'r', '--confirm'], 4, 'NOT_FOUND'],
  [['delete', 'p05', '--reason', 'r', '--confirm'], 2, 'INVALID_INPUT'],
  [['delete', 'mem_none', '--reason', 'r'], 2, 'INVALID_INPUT'],
  [['delete', 'mem_none', '--confirm'], 2, 'INVALID_INPUT'],
] as const)('%j ends with %i, and stdout stays empty', async (args, exit, code) => {
  const answer = await home.run([...args, '--json']);
  expect([answer.code, answer.stdout, answer.error().code]).toEqual([exit, '', code]);
});

test.each([
  ['no JSON', 'The lamp is green.', 2, 'INVALID_INPUT'],
  ['a list', '[]', 2, 'INVALID_INPUT'],
  ['an unknown key', '{"prompt":"a","answer":"b"}', 2, 'INVALID_INPUT'],
  ['no prompt', '{"reply":"b"}', 2, 'INVALID_INPUT'],
  ['an unknown project', '{"prompt":"The lamp is green.","project":"p99"}', 4, 'UNKNOWN_PROJECT'],
])('capture of %s is refused by name', async (_what, input, exit, code) => {
  const answer = await home.run(['capture', '--client', 'c', '--session', 's', '--json'], { input });
  expect([answer.code, answer.stdout, answer.error().code]).toEqual([exit, '', code]);
});

test('without an extractor the command is an error with the way out (case C25)', async () => {
  const answer = await home.run(['extract', '--json'], { env: { ATOCORE_EXTRACTOR: 'none' } });
  expect([answer.code, answer.stdout]).toEqual([2, '']);
  expect(answer.error()).toMatchObject({ code: 'CONFIG_INVALID', hint: expect.stringContaining('ATOCORE_EXTRACTOR') });
});
