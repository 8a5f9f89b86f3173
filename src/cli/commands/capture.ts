import type { Interaction } from '../../capture/interaction.ts';
import { invalidInput } from '../../core/errors.ts';
import { withoutMark } from '../../core/json.ts';
import type { CommandSpec } from '../command.ts';
import { absoluteFolder, readStdin } from '../input.ts';
import { table } from '../output.ts';

interface Captured {
  interaction: { id: string; project: string | null; redactions: number } | null;
  duplicate: boolean;
  skipped?: string;
}

interface Extracted {
  interactions_read: number;
  interactions_left: number;
  candidates: { type: string; project: string | null; content: string; rule: string }[];
  dropped: Record<string, number>;
  reinforced: number;
}

interface Deleted {
  counts: Record<string, number>;
  kept: { ref: string; reason: string }[];
}

const TURN_KEYS = ['prompt', 'response', 'reply', 'turn_id', 'cwd', 'project', 'recorded_at'];

/** The turn on stdin; `reply` is another word for `response`. */
function parseTurn(text: string): Record<string, unknown> {
  let turn: unknown;
  try {
    turn = JSON.parse(withoutMark(text));
  } catch {
    // Its text is not shown: it may be what somebody said.
  }
  if (typeof turn !== 'object' || turn === null || Array.isArray(turn))
    throw invalidInput(
      'capture: stdin does not hold one JSON object.',
      'For example {"prompt": "…", "response": "…"}.',
    );
  const unknown = Object.keys(turn).filter((key) => !TURN_KEYS.includes(key));
  if (unknown.length > 0)
    throw invalidInput(`capture: stdin holds the unknown key "${unknown[0]}".`, `Known: ${TURN_KEYS.join(', ')}.`);
  const { reply, ...rest } = turn as Record<string, unknown>;
  if (typeof rest['cwd'] === 'string') rest['cwd'] = absoluteFolder(rest['cwd']);
  return reply === undefined ? rest : { response: reply, ...rest };
}

function describe({ interaction, duplicate, skipped }: Captured): string {
  if (!interaction) return `not stored: ${skipped}`;
  const { id, project, redactions } = interaction;
  const hidden = redactions > 0 ? `, ${redactions} secret${redactions === 1 ? '' : 's'} left out` : '';
  return `${duplicate ? 'already there' : 'stored'}: ${id} (${project ?? 'no project'}${hidden})`;
}

function showExtracted({ interactions_read, interactions_left, candidates, dropped, reinforced }: Extracted): string {
  const reasons = Object.entries(dropped).map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
  return [
    `${interactions_read} turns read${interactions_left > 0 ? ', more wait' : ''}; ${candidates.length} candidates; ${reinforced} memories reinforced`,
    ...(reasons.length > 0 ? [`left out: ${reasons.join(', ')}`] : []),
    ...(candidates.length > 0
      ? [
          table(
            ['type', 'project', 'rule', 'content'],
            candidates.map((one) => [one.type, one.project ?? '', one.rule, one.content]),
          ),
        ]
      : []),
  ].join('\n');
}

export const captureCommands: readonly CommandSpec[] = [
  {
    usage: 'capture',
    summary: 'Store one turn; prompt and response as one JSON object on stdin',
    options: [
      { flags: '--client <name>', meaning: 'name of the client (required)' },
      { flags: '--session <id>', meaning: 'session of that client (required)' },
      { flags: '--turn <id>', meaning: 'turn of that session; default: made from its words' },
      { flags: '--project <project>', meaning: 'id or alias; default: found by the working folder and the words' },
      { flags: '--cwd <dir>', meaning: 'working folder of the person; default: the present one' },
    ],
    example:
      'echo \'{"prompt": "The blanks come from Mainz.", "response": "Noted."}\' | atocore capture --client notes --session 7',
    exits: { 4: 'no such project' },
    async run(session, _args, options) {
      const result = await session.call<Captured>('capture_interaction', {
        cwd: process.cwd(),
        ...(options['turn'] === undefined ? {} : { turn_id: options['turn'] }),
        ...parseTurn(await readStdin()),
        client: options['client'],
        session_id: options['session'],
        ...(options['project'] === undefined ? {} : { project: options['project'] }),
        ...(options['cwd'] === undefined ? {} : { cwd: absoluteFolder(options['cwd']) }),
      });
      session.output.result(result, describe);
    },
  },
  {
    usage: 'extract',
    summary: 'Look for candidates in captured turns that were not read yet; a service does it by itself',
    options: [
      { flags: '--since <time>', meaning: 'read every turn from that date or time on, also those read before' },
      { flags: '--limit <n>', meaning: 'turns to read at most', integer: true },
    ],
    example: 'atocore extract',
    exits: { 5: 'the review queue is full', 11: 'another process extracts' },
    async run(session, _args, { since, limit }) {
      const result = await session.call<Extracted>('extract_candidates', { since, limit });
      session.output.result(result, showExtracted);
    },
  },
  {
    usage: 'interaction list',
    summary: 'List captured turns, newest first; texts are shortened',
    options: [
      { flags: '--project <project>', meaning: 'id or alias; "" lists those without a project; default: all' },
      { flags: '--limit <n>', meaning: '1 to 500; default 100', integer: true },
    ],
    example: 'atocore interaction list --project p05 --limit 20',
    async run(session, _args, { project, limit }) {
      const { listTurns } = await import('../../app/interactions.ts');
      const result = await listTurns(await session.app(), {
        project: project as string | undefined,
        limit: limit as number | undefined,
      });
      session.output.result(result, ({ interactions }) => showTurns(interactions));
    },
  },
  {
    usage: 'interaction show <id>',
    summary: 'Show one captured turn, whole',
    example: 'atocore interaction show int_0mb2k…',
    exits: { 4: 'no such interaction' },
    async run(session, [id]) {
      const { getInteraction } = await import('../../capture/interaction-store.ts');
      const interaction = await (await session.app()).withStore(async (store) => getInteraction(store.db, id!));
      session.output.result({ interaction }, () => JSON.stringify(interaction, null, 2));
    },
  },
  {
    usage: 'interaction prune',
    summary: 'Remove captured turns before a day, and every copy of them in the database',
    options: [
      { flags: '--before <date>', meaning: 'a date (2026-03-02) or an ISO-8601 time (required)' },
      { flags: '--project <project>', meaning: 'id or alias; "" takes those without a project; default: all' },
    ],
    example: 'atocore interaction prune --before 2026-01-01',
    async run(session, _args, { before, project }) {
      const [{ pruneTurns }, { timeText }] = await Promise.all([
        import('../../app/interactions.ts'),
        import('../../operations/schemas.ts'),
      ]);
      const moment = timeText.safeParse(before);
      if (!moment.success)
        throw invalidInput(
          `interaction prune: --before ${before === undefined ? 'is missing' : `"${String(before).slice(0, 60)}" is no time`}.`,
          'Wanted: a date that exists (2026-03-02) or an ISO-8601 time.',
        );
      const app = await session.app();
      const act = { actor: `person:${session.personName}`, reason: 'pruned', at: app.clock.now().toISOString() };
      const result = await pruneTurns(app, { before: moment.data, project: project as string | undefined }, act);
      session.output.result(
        result,
        ({ removed, scrubbed }) =>
          `removed ${removed} turns${scrubbed ? '' : '; copies in free pages go with the next upkeep'}`,
      );
    },
  },
  {
    usage: 'delete <ref...>',
    summary: 'Erase interactions, memories or documents for good',
    options: [
      { flags: '--reason <text>', meaning: 'why; kept without what was erased (required)' },
      { flags: '--confirm', meaning: 'yes, for good (required)' },
    ],
    example:
      'atocore delete int_0mb2k… mem_0mb2k… vault:projects/p05/offer.md --reason "asked for by the vendor" --confirm',
    exits: { 4: 'nothing has that reference; nothing was erased', 11: 'a refresh of its project is running' },
    async run(session, refs, options) {
      const result = await session.call<Deleted>('delete_data', {
        refs,
        reason: options['reason'] ?? '',
        confirm: options['confirm'] === true,
      });
      session.output.result(result, ({ counts, kept }) =>
        [
          `erased: ${Object.entries(counts)
            .filter(([, count]) => count > 0)
            .map(([store, count]) => `${store.replace('_', ' ')} ${count}`)
            .join(', ')}`,
          ...kept.map(({ ref, reason }) => `kept ${ref}: ${reason}`),
        ].join('\n'),
      );
    },
  },
];

const showTurns = (interactions: readonly Interaction[]) =>
  table(
    ['id', 'project', 'client', 'time', 'prompt'],
    interactions.map((turn) => [
      turn.id,
      turn.project ?? 'unassigned',
      turn.client,
      turn.captured_at.slice(0, 16),
      turn.prompt,
    ]),
  );
