import { createAtoCore } from '../../src/app/atocore.ts';
import { spoolFolder, writeTurn } from '../../src/capture/spool.ts';
import { loadConfig } from '../../src/config/load.ts';
import { numberedTurn } from './spool-turns.ts';

/*
 * Works on the spool of a home until it is killed or done: `write <home> <from> <to>` writes turns and says each number once it is
 * written; `drain <home>` drains until nothing waits.
 */
const [job, home = '', from = '0', to = '0'] = process.argv.slice(2);

if (job === 'write') {
  for (let number = Number(from); number < Number(to); number += 1) {
    writeTurn(spoolFolder(home), numberedTurn(number));
    process.stdout.write(`${number}\n`);
    // Slow enough to be killed between two turns.
    await new Promise((next) => setTimeout(next, 2));
  }
} else {
  const app = createAtoCore(loadConfig({ home, embedder: 'none', log_level: 'silent' }, {}));
  await app.withStore(async () => undefined);
  process.stdout.write('ready\n');
  const report = await app.spool.run();
  await app.close();
  if (report?.error) throw report.error;
}
