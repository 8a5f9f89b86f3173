// 200 refreshes of a tree with one changed file each, with the bundled embedder: does the vector folder grow, does search slow down?
// Run: npm run bench:refresh [-- REFRESHES DOCUMENTS]
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAtoCore } from '../src/app/atocore.ts';
import { refreshAndIndex } from '../src/app/refresh.ts';
import { searchAll } from '../src/app/search-all.ts';
import { loadConfig } from '../src/config/load.ts';

const [refreshes = 200, documents = 300] = process.argv.slice(2).map(Number);
const GROWTH_MAX = 2;
/** About twice the spread of the same measurement on an index that nobody changes. */
const SLOWER_MAX = 1.1;
const SEARCHES = 60;
const WORDS =
  'mirror mount motor baffle coating fringe albedo vendor slot beam lens stage drift noise align torque sensor'.split(
    ' ',
  );

const home = mkdtempSync(join(tmpdir(), 'atocore-bench-'));
const app = createAtoCore(loadConfig({}, { ATOCORE_HOME: home, ATOCORE_LOG_LEVEL: 'fatal' }));
const vault = join(home, 'sources', 'vault', 'bench');

/** Text that is the same in every run. */
let seed = 7;
const random = (below) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
};
const sentence = () => `${Array.from({ length: 12 }, () => WORDS[random(WORDS.length)]).join(' ')}.`;
const section = (at) => `## Part ${at}\n\n${Array.from({ length: 6 }, sentence).join(' ')}\n\n`;
const note = (at) => `# Note ${at}\n\n${[1, 2, 3].map(section).join('')}`;

function folderSize(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

async function searchMedianMs() {
  const times = [];
  for (let at = 0; at < SEARCHES; at += 1) {
    const query = `${WORDS[at % WORDS.length]} ${WORDS[(at * 5 + 3) % WORDS.length]} in part ${at % 3}`;
    const started = performance.now();
    await searchAll(app, { query, project: 'bench', limit: 10 });
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[SEARCHES / 2];
}

try {
  mkdirSync(vault, { recursive: true });
  for (let at = 0; at < documents; at += 1) writeFileSync(join(vault, `${at}.md`), note(at));
  const project = {
    id: 'bench',
    aliases: [],
    description: '',
    ingest_roots: [{ source: 'vault', subpath: 'bench' }],
    workspaces: [],
  };
  await app.registry.update(() => [project]);
  const first = await refreshAndIndex(app, project);
  await app.indexBehind();
  await searchMedianMs();
  const before = await searchMedianMs();
  const firstBytes = folderSize(app.config.vector_uri);
  let most = firstBytes;
  const searches = [];
  console.log(`${first.chunks} chunks of ${documents} documents; vector folder ${Math.round(firstBytes / 1024)} KiB`);
  console.log('refreshes  folder KiB  of the first  files  median ms  search ms');
  let times = [];
  for (let round = 1; round <= refreshes; round += 1) {
    writeFileSync(join(vault, `${round % documents}.md`), note(round + documents));
    const report = await refreshAndIndex(app, project);
    if (report.documents.changed !== 1)
      throw new Error(`refresh ${round} changed ${report.documents.changed} documents`);
    times.push(report.duration_ms);
    const bytes = folderSize(app.config.vector_uri);
    most = Math.max(most, bytes);
    if (round % 20 !== 0) continue;
    const files = readdirSync(app.config.vector_uri, { recursive: true }).length;
    const median = times.sort((a, b) => a - b)[times.length >> 1];
    const search = await searchMedianMs();
    searches.push(search);
    console.log(
      [
        String(round).padStart(9),
        String(Math.round(bytes / 1024)).padStart(11),
        (bytes / firstBytes).toFixed(2).padStart(13),
        String(files).padStart(6),
        String(median).padStart(10),
        search.toFixed(1).padStart(10),
      ].join(' '),
    );
    times = [];
  }
  const after = searches.sort((a, b) => a - b)[searches.length >> 1];
  const growth = most / firstBytes;
  console.log(
    `largest folder ${growth.toFixed(2)} times the first; search median ${before.toFixed(1)} ms before, ${after.toFixed(1)} ms over the refreshes: ${(after / before).toFixed(2)}`,
  );
  if (after / before > SLOWER_MAX) throw new Error(`searches take ${(after / before).toFixed(2)} times as long`);
  if (growth >= GROWTH_MAX) throw new Error(`the vector folder grew to ${growth.toFixed(2)} times its first size`);
} finally {
  await app.close();
  rmSync(home, { recursive: true, force: true });
}
