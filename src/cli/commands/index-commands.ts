import type { CommandSpec } from '../command.ts';
import { fillHere } from '../fill-vectors.ts';

export const indexCommands: readonly CommandSpec[] = [
  {
    usage: 'index status',
    summary: 'Compare the vector index with the stored chunks, id by id',
    example: 'atocore index status --json',
    exits: { 14: 'the embedder is switched off' },
    async run(session) {
      const { measureDrift } = await import('../../search/vector-index.ts');
      const drift = await (await session.app()).withStore((store) => measureDrift(store));
      session.output.result(
        drift,
        ({ rows, pending, orphans, missing }) =>
          `${rows} vectors, ${pending} pending, ${orphans} orphans, ${missing} missing`,
      );
    },
  },
  {
    usage: 'index rebuild',
    summary: 'Drop the vector index and make it anew from the database',
    example: 'atocore index rebuild',
    exits: { 14: 'the embedder is switched off' },
    async run(session) {
      const { measureDrift, resetIndex } = await import('../../search/vector-index.ts');
      const app = await session.app();
      await app.withStore((store) => resetIndex(store));
      await fillHere(session);
      const drift = await app.withStore((store) => measureDrift(store));
      session.output.result(drift, ({ rows }) => `rebuilt: ${rows} vectors`);
    },
  },
  {
    usage: 'index fill',
    summary: 'Fill in pending vectors, then end',
    example: 'atocore index fill',
    hidden: true,
    async run(session) {
      await fillHere(session);
      session.output.result({ done: true }, () => 'done');
    },
  },
];
