// Writes tests/fixtures/stores/schema-<N>.db.gz, a small store made by the present program: run it before the schema changes again.
// One document, a memory that was revised, trusted state that was replaced, their history, a receipt, and a turn where there are any.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import BetterSqlite3 from 'better-sqlite3';

const home = mkdtempSync(join(tmpdir(), 'atocore-fixture-'));
const env = { ...process.env, ATOCORE_HOME: home, ATOCORE_EMBEDDER: 'none' };
const run = (args, input = '') =>
  JSON.parse(execFileSync('bin/atocore', [...args, '--json'], { env, input, stdio: ['pipe', 'pipe', 'ignore'] }));

run(['init']);
const notes = join(home, 'sources', 'vault', 'p05');
mkdirSync(notes, { recursive: true });
writeFileSync(
  join(notes, 'optics.md'),
  '# Optics\n\nThe folding mirror M3 was polished twice.\n\n## Vendor\n\nThe coating takes six weeks.\n',
);
run([
  'project',
  'register',
  '--id',
  'p05',
  '--alias',
  'interferometer',
  '--description',
  'An interferometer',
  '--root',
  'vault:p05',
  '--yes',
]);
run(['project', 'refresh', 'p05']);
const { memory } = run(['memory', 'add', 'The mirror arrives in May', '--type', 'project', '--project', 'p05']);
run([
  'memory',
  'revise',
  memory.id,
  '--action',
  'supersede',
  '--content',
  'The mirror arrives in June',
  '--reason',
  'the vendor wrote',
]);
for (const vendor of ['Alpha Optics', 'Beta Optics'])
  run(['state', 'set', 'p05', 'decision', 'optics-vendor', vendor, '--reason', 'decided in the review']);
run(['context', 'when does the mirror arrive', '--project', 'p05']);
try {
  const turn = { prompt: 'Which vendor polishes M3?', response: 'Beta Optics does.', turn_id: 't1' };
  run(
    ['capture', '--client', 'fixture', '--session', 's1', '--project', 'p05', '--cwd', '/home/ada/work'],
    JSON.stringify(turn),
  );
} catch {
  // Programs of the first schema stored no turns.
}

const path = join(home, 'small.db');
const db = new BetterSqlite3(join(home, 'data', 'db', 'atocore.db'));
const schema = db.pragma('user_version', { simple: true });
db.prepare('VACUUM INTO ?').run(path);
db.close();
const folder = join('tests', 'fixtures', 'stores');
mkdirSync(folder, { recursive: true });
const packed = gzipSync(readFileSync(path), { level: 9 });
writeFileSync(join(folder, `schema-${schema}.db.gz`), packed);
rmSync(home, { recursive: true });
console.log(`schema ${schema}: ${packed.length} bytes`);
