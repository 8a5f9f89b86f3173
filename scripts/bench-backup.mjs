// How long snapshots, drills and restores take on a store of real size, and how long other processes wait meanwhile.
// Usage: npm run bench:backup -- --home <folder with data/db and data/lancedb> [--runs 3]. The home is copied first, never touched.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createAtoCore } from '../src/app/atocore.ts';
import { createSnapshot } from '../src/backup/create.ts';
import { drillSnapshot } from '../src/backup/drill.ts';
import { restoreSnapshot } from '../src/backup/restore.ts';
import { validateSnapshot } from '../src/backup/validate.ts';
import { loadConfig } from '../src/config/load.ts';
import { openStdio } from '../tests/fault/callers.ts';

const { values } = parseArgs({ options: { home: { type: 'string' }, runs: { type: 'string', default: '3' } } });
if (!values.home) throw new Error('name a home: npm run bench:backup -- --home <folder>');
const runs = Number(values.runs);
const home = mkdtempSync(join(tmpdir(), 'atocore-bench-backup-'));
cpSync(resolve(values.home), home, { recursive: true });
const app = createAtoCore(loadConfig({ home, log_level: 'silent' }, {}));
const counts = await app.withStore(async ({ db }) => db.prepare('SELECT count(*) AS chunks FROM chunks').get());
const client = await openStdio('bench', home);

async function timed(work) {
  const started = performance.now();
  const result = await work();
  return { ms: performance.now() - started, result };
}

/** Runs `work` while a server of another process writes and reads without a pause; answers the slowest of both. */
async function watched(work) {
  let over = false;
  const slowest = { write_ms: 0, read_ms: 0 };
  const calls = async (kind, operation, input) => {
    for (let turn = 0; !over; turn += 1) {
      const { ms } = await timed(() => client.call(operation, input(turn)));
      slowest[kind] = Math.max(slowest[kind], ms);
    }
  };
  const writing = calls('write_ms', 'add_memory', (turn) => ({
    content: `The mirror ${Math.random()} weighs ${turn} grams`,
    type: 'knowledge',
  }));
  const reading = calls('read_ms', 'list_memories', () => ({ limit: 5 }));
  const done = await timed(work);
  over = true;
  await Promise.all([writing, reading]);
  return { ...done, ...slowest };
}

const median = (list) => Math.round(list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]);
const most = (list) => Math.round(Math.max(...list));

async function repeat(work) {
  const found = [];
  for (let run = 0; run < runs; run += 1) found.push(await work());
  return found;
}

await client.call('list_memories', { limit: 1 });
const alone = await watched(() => new Promise((done) => setTimeout(done, 3_000)));
const full = await repeat(() => watched(() => createSnapshot(app)));
const small = await repeat(() => timed(() => createSnapshot(app, { includeVectors: false })));
const { id, bytes } = full.at(-1).result.snapshot;
const checked = await repeat(() => timed(() => validateSnapshot(app.config.backup_dir, id)));
const drills = await repeat(() => drillSnapshot(app, id));
const restores = await repeat(async () => {
  let quietSince = 0;
  const onStep = (step) => {
    if (step === 'safety_snapshot') quietSince = performance.now();
  };
  const { ms, result } = await timed(() => restoreSnapshot(app, { snapshot: id, confirm: id, dryRun: false, onStep }));
  return { ok: result.ok, ms, quiet: performance.now() - quietSince };
});
await client.close();
await app.close();
rmSync(home, { recursive: true });

const report = {
  ...counts,
  runs,
  snapshot_bytes: bytes,
  snapshot_ms: median(full.map(({ ms }) => ms)),
  snapshot_without_vectors_ms: median(small.map(({ ms }) => ms)),
  slowest_write_meanwhile_ms: most(full.map((one) => one.write_ms)),
  slowest_read_meanwhile_ms: most(full.map((one) => one.read_ms)),
  slowest_write_without_ms: most([alone.write_ms]),
  slowest_read_without_ms: most([alone.read_ms]),
  validate_ms: median(checked.map(({ ms }) => ms)),
  recovery_ms: median(drills.map((drill) => drill.recovery_ms)),
  drills_ok: drills.filter((drill) => drill.ok).length,
  hot_restore_ms: median(restores.map(({ ms }) => ms)),
  hot_restore_pause_ms: median(restores.map(({ quiet }) => quiet)),
  restores_ok: restores.filter(({ ok }) => ok).length,
};
console.log(JSON.stringify(report, null, 2));
