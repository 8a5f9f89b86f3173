import type { CommandSpec } from '../command.ts';
import { table } from '../output.ts';

interface Memory {
  id: string;
  project: string;
  type: string;
  status: string;
  content: string;
  confidence: number;
}

const show = (memories: readonly Memory[]) =>
  table(
    ['id', 'project', 'type', 'status', 'conf', 'content'],
    memories.map((memory) => [
      memory.id,
      memory.project,
      memory.type,
      memory.status,
      memory.confidence.toFixed(2),
      memory.content,
    ]),
  );

export const memoryCommands: readonly CommandSpec[] = [
  {
    usage: 'memory add <content>',
    summary: 'Add a memory; from this command line it is active at once',
    options: [
      {
        flags: '--type <type>',
        meaning: 'identity, preference, project, episodic, knowledge or adaptation (required)',
      },
      { flags: '--project <project>', meaning: 'id or alias; default: the global scope' },
      { flags: '--tag <tag>', meaning: 'one word', repeat: true },
      { flags: '--valid-until <date>', meaning: 'after this instant it is never shown' },
      { flags: '--source <reference>', meaning: 'where it comes from' },
    ],
    example: 'atocore memory add "The optics lead prefers Zerodur over ULE" --type preference --project p05',
    exits: { 4: 'no such project' },
    async run(session, [content], options) {
      const input = {
        content,
        type: options['type'],
        project: options['project'],
        tags: options['tag'],
        valid_until: options['validUntil'],
        source: options['source'],
      };
      const result = await session.call<{ memory: Memory; duplicate_of?: string }>('add_memory', input);
      session.output.result(result, ({ memory, duplicate_of }) =>
        duplicate_of ? `already there: ${duplicate_of}` : `added ${memory.id} (${memory.status})`,
      );
    },
  },
  {
    usage: 'memory list',
    summary: 'List memories',
    options: [
      { flags: '--project <project>', meaning: 'id or alias; default: all scopes' },
      { flags: '--type <type>', meaning: 'only one type' },
      { flags: '--status <status>', meaning: 'candidate, active, superseded or invalid' },
      { flags: '--tag <tag>', meaning: 'only those with this whole tag' },
      { flags: '--query <words>', meaning: 'only those that share a word' },
      { flags: '--limit <n>', meaning: '1 to 500; default 100', integer: true },
    ],
    example: 'atocore memory list --project p05 --status active',
    async run(session, _args, options) {
      const { project, type, status, tag, query, limit } = options;
      const result = await session.call<{ memories: Memory[] }>('list_memories', {
        project,
        type,
        status,
        tag,
        query,
        limit,
      });
      session.output.result(result, ({ memories }) => show(memories));
    },
  },
  {
    usage: 'memory show <id>',
    summary: 'Show one memory, and in how many sessions and on how many days it was used',
    example: 'atocore memory show mem_0mb2k…',
    exits: { 4: 'no such memory' },
    async run(session, [id]) {
      const [{ getMemory }, { countUses }] = await Promise.all([
        import('../../memory/memory-store.ts'),
        import('../../memory/memory-uses.ts'),
      ]);
      const shown = await (await session.app()).withStore(async ({ db }) => ({
        memory: getMemory(db, id!),
        uses: countUses(db, id!),
      }));
      session.output.result(shown, (both) => JSON.stringify(both, null, 2));
    },
  },
  {
    usage: 'memory history <id>',
    summary: 'Show every change of one memory',
    example: 'atocore memory history mem_0mb2k…',
    exits: { 4: 'no such memory' },
    async run(session, [id]) {
      const { memoryHistory } = await import('../../memory/memory-store.ts');
      const history = await (await session.app()).withStore(async (store) => memoryHistory(store.db, id!));
      session.output.result({ history }, () =>
        table(
          ['at', 'action', 'by', 'reason'],
          history.map((row) => [row.at, row.action, row.actor, row.reason]),
        ),
      );
    },
  },
  {
    usage: 'memory revise <id>',
    summary: 'Supersede, invalidate or expire a memory; nothing is deleted',
    options: [
      { flags: '--action <action>', meaning: 'supersede, invalidate or expire (required)' },
      { flags: '--content <text>', meaning: 'what replaces it, for supersede' },
      { flags: '--reason <text>', meaning: 'why; kept in the history (required)' },
    ],
    example:
      'atocore memory revise mem_0mb2k… --action supersede --content "The blanks come from the Mainz offer" --reason "vendor changed"',
    exits: { 4: 'no such memory', 5: 'it is no longer active' },
    async run(session, [id], options) {
      const result = await session.call<{ memory: Memory; successor?: Memory }>('revise_memory', {
        id,
        action: options['action'],
        content: options['content'],
        reason: options['reason'] ?? '',
      });
      session.output.result(result, ({ memory, successor }) => show(successor ? [memory, successor] : [memory]));
    },
  },
];
