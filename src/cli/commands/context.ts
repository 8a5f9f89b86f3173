import type { CommandSpec } from '../command.ts';
import { table } from '../output.ts';

interface Pack {
  project: string | null;
  context: string;
  tokens: number;
  budget_tokens: number;
  bands: {
    name: string;
    budget_tokens: number;
    tokens: number;
    entries: { ref: string; uri: string; title: string; tokens: number; score: number; cut: boolean; reason: string }[];
  }[];
  detection: { confidence: number; candidates: { project: string; confidence: number }[] };
  omitted: { ref: string; reason: string }[];
  outranked: { ref: string; by: string; reason: string }[];
  degraded: { component: string; reason: string }[];
  receipt: string;
  duration_ms: number;
}

interface Hit {
  ref: string;
  kind: string;
  project: string | null;
  title: string;
  path: string | null;
  heading_path: string[];
  snippet: string;
  score: number;
}

function explain(pack: Pack): string {
  const rows = pack.bands.flatMap((band) =>
    band.entries.map((entry) => [
      entry.ref,
      band.name,
      entry.score.toFixed(3),
      entry.tokens,
      entry.cut ? 'cut' : '',
      entry.title,
      entry.reason,
    ]),
  );
  return [
    pack.context,
    '',
    `project ${pack.project ?? 'none'} (confidence ${pack.detection.confidence.toFixed(2)}), ${pack.tokens}/${pack.budget_tokens} tokens, ${pack.duration_ms} ms, receipt ${pack.receipt}`,
    table(['ref', 'band', 'score', 'tokens', '', 'title', 'why'], rows),
    ...pack.omitted.map((item) => `omitted ${item.ref}: ${item.reason}`),
    ...pack.outranked.map((item) => `outranked ${item.ref} by ${item.by}: ${item.reason}`),
    ...pack.degraded.map((item) => `degraded ${item.component}: ${item.reason}`),
  ].join('\n');
}

export const contextCommands: readonly CommandSpec[] = [
  {
    usage: 'context <prompt>',
    summary: 'Print the context pack of a prompt',
    options: [
      {
        flags: '--project <project>',
        meaning: 'id or alias; default: detected from the prompt and the working folder',
      },
      { flags: '--budget <tokens>', meaning: '200 to 20000; default ATOCORE_BUDGET_TOKENS', integer: true },
      { flags: '--explain', meaning: 'also where each line comes from, its score, and what was left out' },
    ],
    example: 'atocore context "what did we decide about the optics vendor?" --explain',
    async run(session, [prompt], options) {
      const pack = await session.call<Pack>('auto_context', {
        prompt,
        project: options['project'],
        budget_tokens: options['budget'],
        explain: options['explain'] === true,
      });
      session.output.result(pack, options['explain'] === true ? explain : ({ context }) => context);
    },
  },
  {
    usage: 'search <query>',
    summary: 'Search documents, memories and trusted state',
    options: [
      { flags: '--project <project>', meaning: 'id or alias; default: all' },
      { flags: '--kind <kind>', meaning: 'document, memory or state', repeat: true },
      { flags: '--limit <n>', meaning: '1 to 50; default 10', integer: true },
    ],
    example: 'atocore search "fringe contrast" --project p05 --limit 5',
    async run(session, [query], options) {
      const result = await session.call<{ hits: Hit[]; degraded: Pack['degraded'] }>('search', {
        query,
        project: options['project'],
        kinds: options['kind'],
        limit: options['limit'],
      });
      session.output.result(result, ({ hits, degraded }) =>
        [
          ...hits.map(
            (hit) =>
              `${hit.score.toFixed(3)}  ${hit.kind}  ${hit.project ?? ''}  ${[hit.path ?? hit.title, ...hit.heading_path].join(' › ')}\n       ${hit.snippet.replaceAll(/\s+/g, ' ').slice(0, 160)}`,
          ),
          ...(hits.length === 0 ? ['nothing found'] : []),
          ...degraded.map((item) => `degraded ${item.component}: ${item.reason}`),
        ].join('\n'),
      );
    },
  },
  {
    usage: 'receipt show <receipt>',
    summary: 'Show what a context pack was made of',
    example: 'atocore receipt show rc_0mb2k…',
    exits: { 4: 'no such receipt' },
    async run(session, [id]) {
      const { getReceipt } = await import('../../context/receipts.ts');
      const receipt = await (await session.app()).withStore(async (store) => getReceipt(store, id!));
      session.output.result(receipt, (found) => JSON.stringify(found, null, 2));
    },
  },
  {
    usage: 'receipt replay <receipt>',
    summary: 'Build a context pack again and say what has changed since',
    example: 'atocore receipt replay rc_0mb2k…',
    exits: { 4: 'no such receipt' },
    async run(session, [id]) {
      const { replayReceipt } = await import('../../app/replay-receipt.ts');
      const replay = await replayReceipt(await session.app(), id!);
      session.output.result(replay, (found) =>
        [
          `${found.same ? 'nothing has changed' : 'changed'} since ${found.created_at} (${found.tokens_before} tokens then, ${found.tokens_after} now)`,
          ...found.added.map((entry) => `+ ${entry.title}  ${entry.uri}`),
          ...found.removed.map((entry) => `- ${entry.title}  ${entry.uri}: ${entry.reason}`),
          ...found.changed.map((entry) => `~ ${entry.title}  ${entry.uri}`),
          ...(found.index_changed ? ['the index was made by another embedder then'] : []),
        ].join('\n'),
      );
    },
  },
];
