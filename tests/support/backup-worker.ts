import { createInterface } from 'node:readline';
import { createSnapshot } from '../../src/backup/create.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { toAtoError } from '../../src/core/errors.ts';
import { addFact, factIds, fillStore, openHome } from './backup-home.ts';

/*
 * Another process on a home. One command a line on stdin, one JSON answer a line on stdout. `loop` goes on adding facts and documents
 * with vectors, and says each one after it is stored, until stdin ends. `restore` may name a step at which it stops for ever.
 */
const [home = '', prefix = 'w'] = process.argv.slice(2);
const host = openHome(home);
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

interface Command {
  do: 'facts' | 'add' | 'vectors' | 'loop' | 'restore' | 'snapshot';
  id?: string;
  stopAt?: string;
}

async function loop(): Promise<void> {
  for (let at = 0; ; at += 1) {
    await addFact(host, `${prefix}${at}`);
    say({ stored: `${prefix}${at}` });
    if (at % 5 === 0) await fillStore(host, 3, `${prefix}doc${at}`);
  }
}

async function obey(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'facts':
      return factIds(host);
    case 'add':
      await addFact(host, command.id!);
      return command.id;
    case 'vectors':
      await fillStore(host, 2, command.id);
      return host.withStore(async (store) => ({
        rows: await store.vectors!.count(),
        chunks: (store.db.prepare('SELECT count(*) AS n FROM chunks').get() as { n: number }).n,
      }));
    case 'snapshot':
      return (await createSnapshot(host)).snapshot.id;
    case 'restore':
      return restoreSnapshot(host, {
        snapshot: command.id!,
        confirm: command.id,
        dryRun: false,
        onStep: async (name) => {
          say({ step: name });
          if (name === command.stopAt) await new Promise((never) => setTimeout(never, 1e9));
        },
      });
    case 'loop':
      void loop().catch((error: Error) => {
        say({ error: error.message });
        process.exit(1);
      });
      return 'started';
  }
}

const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  try {
    say({ answer: await obey(JSON.parse(line) as Command) });
  } catch (error) {
    const { code, message } = toAtoError(error);
    say({ error: message, code });
  }
}
process.exit(0);
