import { makeFolder } from '../../core/files.ts';
import type { CommandSpec } from '../command.ts';
import { table } from '../output.ts';

interface StatusAnswer {
  version: string;
  home: string;
  counts: Record<string, number>;
  embedder: { name: string };
  vectors: { rows: number; pending: number; drift: number };
  queue: { pending: number };
  capture: { waiting: number };
  extraction: { waiting: number };
  backup: { last: string | null };
  degraded: { component: string; reason: string }[];
}

function describeStatus(status: StatusAnswer): string {
  const { counts, vectors } = status;
  return [
    `AtoCore ${status.version} at ${status.home}`,
    `${counts['projects']} projects, ${counts['documents']} documents, ${counts['chunks']} chunks, ${counts['memories']} memories, ${counts['state_entries']} facts of trusted state`,
    `vectors: ${vectors.rows} stored, ${vectors.pending} pending, ${vectors.drift} drifted (embedder ${status.embedder.name})`,
    `captured turns: ${counts['interactions']} stored (${counts['unassigned_interactions']} without a project), ${status.capture.waiting} in the spool, ${status.extraction.waiting} not read by an extractor`,
    `review queue: ${status.queue.pending} waiting; last snapshot: ${status.backup.last ?? 'never'}`,
    ...status.degraded.map((item) => `degraded ${item.component}: ${item.reason}`),
  ].join('\n');
}

export const serverCommands: readonly CommandSpec[] = [
  {
    usage: 'init',
    summary: 'Make the home folder, its source folders and an empty store',
    example: 'atocore init',
    async run(session) {
      for (const name of ['vault', 'drive']) makeFolder(session.config.sources[name]!);
      const status = await session.call<StatusAnswer>('status', {});
      session.output.result(
        status,
        ({ home }) =>
          `ready at ${home}\nnext: put notes under ${home}/sources/vault and run \`atocore project register\``,
      );
    },
  },
  {
    usage: 'mcp',
    summary: 'Serve the Model Context Protocol over stdin and stdout; with ATOCORE_URL as a bridge to that service',
    example: 'atocore mcp',
    async run(session) {
      if (session.remote) {
        const { runBridge } = await import('../run-bridge.ts');
        return runBridge(session.config);
      }
      const { runStdioServer } = await import('../run-servers.ts');
      await runStdioServer(session.config);
    },
  },
  {
    usage: 'serve',
    summary: 'Serve HTTP: MCP, the API, health and metrics',
    options: [
      {
        flags: '--host <address>',
        meaning: 'bind address; beyond loopback a token is needed first. Default 127.0.0.1',
      },
      { flags: '--port <number>', meaning: 'port, 0 for a free one. Default 8100', integer: true },
      { flags: '--watch', meaning: 'refresh projects as their files change' },
    ],
    example: 'atocore serve --port 8100',
    exits: { 2: 'also: an address beyond loopback without any token' },
    async run(session, _args, options) {
      const { runService } = await import('../run-service.ts');
      await runService(session.config, { watch: options['watch'] === true });
    },
  },
  {
    usage: 'status',
    summary: 'Version, counts, index, review queue, backups and what is degraded',
    example: 'atocore status --json',
    async run(session) {
      session.output.result(await session.call<StatusAnswer>('status', {}), describeStatus);
    },
  },
  {
    usage: 'config show',
    summary: 'Print every configuration value and where it came from',
    example: 'atocore config show',
    async run(session) {
      const { describeConfig } = await import('../../config/load.ts');
      const values = describeConfig(session.config);
      session.output.result({ values }, () =>
        table(
          ['key', 'value', 'from'],
          Object.entries(values).map(([key, item]) => [
            key,
            typeof item.value === 'string' ? item.value : JSON.stringify(item.value),
            item.origin,
          ]),
        ),
      );
    },
  },
];
