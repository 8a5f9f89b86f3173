import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAtoCore } from '../../src/app/atocore.ts';
import { refreshAndIndex } from '../../src/app/refresh.ts';
import { loadConfig } from '../../src/config/load.ts';

/**
 * A process that refreshes project `p05` of the home in its environment, changing one file of its own before each refresh. Arguments:
 * its name and how often. Prints one line of JSON: what each refresh found.
 */
const [name = 'child', rounds = '20'] = process.argv.slice(2);
const config = loadConfig();
const app = createAtoCore(config);
const folder = join(config.sources['vault']!, 'projects', 'p05');
const reports: object[] = [];
try {
  for (let round = 0; round < Number(rounds); round += 1) {
    writeFileSync(
      join(folder, `${name}.md`),
      `# ${name}\n\nRound ${round} of ${name} with some words about mirrors.\n`,
    );
    appendFileSync(
      join(folder, `${name}-log.md`),
      `\n\n## Round ${round}\n\n${`${name} saw fringe ${round} move. `.repeat(12)}`,
    );
    const { status, documents, chunks, vectors } = await refreshAndIndex(app, app.registry.load().get('p05'));
    reports.push({ status, failed: documents.failed, chunks, vectors });
  }
} finally {
  await app.close();
}
process.stdout.write(JSON.stringify(reports));
