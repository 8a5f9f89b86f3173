import type { CommandSpec, OptionSpec } from '../command.ts';
import { table } from '../output.ts';
import { type Queue, undo } from '../review-items.ts';
import type { CliSession } from '../session.ts';

interface Answer {
  outcome: { item: string; decision: string; status: string; merged_into?: string };
}

const REASON: OptionSpec = { flags: '--reason <text>', meaning: 'why; kept in the history' };
const CONTENT: OptionSpec = { flags: '--content <text>', meaning: 'the new text' };
const FILTER: readonly OptionSpec[] = [
  { flags: '--project <project>', meaning: 'id or alias; default: all' },
  { flags: '--kind <kind>', meaning: 'memory_candidate, state_proposal, conflict or decayed_memory' },
];
const EXITS = { 4: 'no such item', 5: 'it is resolved already, or what it was about has changed' };

const describeOutcome = ({ outcome }: Answer) =>
  `${outcome.item} ${outcome.status}${outcome.merged_into ? ` into ${outcome.merged_into}` : ''}`;

function decision(name: string, summary: string, options: readonly OptionSpec[], example: string): CommandSpec {
  return {
    usage: `review ${name} <item>`,
    summary,
    options,
    example,
    exits: EXITS,
    async run(session, [item], { content, reason }) {
      const answer = await session.call<Answer>('resolve_review', { item, decision: name, content, reason });
      session.output.result(answer, describeOutcome);
    },
  };
}

async function listQueue(session: CliSession, options: Record<string, unknown>): Promise<Queue> {
  const { project, kind, limit } = options;
  return session.call<Queue>('list_review', { project, kind, limit });
}

function showQueue({ items, pending, oldest }: Queue): string {
  const rows = items.map((item) => [
    item.id,
    item.kind,
    item.project,
    item.created_at.slice(0, 10),
    item.content,
    item.stale ?? '',
  ]);
  const head = pending === 0 ? 'Nothing waits.' : `${pending} waiting, the oldest since ${oldest?.slice(0, 10)}`;
  return `${head}\n${pending === 0 ? '' : table(['item', 'kind', 'project', 'since', 'content', 'look twice'], rows)}`;
}

export const reviewCommands: readonly CommandSpec[] = [
  {
    usage: 'review',
    summary: 'Go through what waits for you, one key a decision',
    options: FILTER,
    example: 'atocore review --project p05',
    async run(session, _args, options) {
      if (session.output.json || !process.stdin.isTTY || !process.stdout.isTTY) {
        session.output.result(await listQueue(session, options), showQueue);
        return;
      }
      const { reviewAtTerminal } = await import('../review-terminal.ts');
      await reviewAtTerminal(session, await listQueue(session, { ...options, limit: 500 }));
    },
  },
  {
    usage: 'review list',
    summary: 'List what waits for a person, oldest first',
    options: [...FILTER, { flags: '--limit <n>', meaning: '1 to 500; default 100', integer: true }],
    example: 'atocore review list --kind conflict',
    async run(session, _args, options) {
      session.output.result(await listQueue(session, options), showQueue);
    },
  },
  decision('accept', 'Accept an item: it becomes true', [REASON], 'atocore review accept rev_0mb2k…'),
  decision('reject', 'Reject an item', [REASON], 'atocore review reject rev_0mb2k… --reason "that was only an idea"'),
  decision(
    'edit',
    'Accept an item in your own words',
    [CONTENT, REASON],
    'atocore review edit rev_0mb2k… --content "The blanks come from the Mainz offer"',
  ),
  decision(
    'merge',
    'Merge a candidate with the memory that says nearly the same, or replace both sides of a conflict',
    [CONTENT, REASON],
    'atocore review merge rev_0mb2k…',
  ),
  {
    usage: 'review undo <item>',
    summary: 'Take a decision back: what it changed is as it was, and the item waits again',
    options: [REASON],
    example: 'atocore review undo rev_0mb2k…',
    exits: EXITS,
    async run(session, [id], { reason }) {
      const item = await undo(session, id!, reason);
      session.output.result({ item }, () => `${item.id} waits again`);
    },
  },
];
