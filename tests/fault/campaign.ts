import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openApp, register, writeNote } from './fault-home.ts';
import { inspect } from './inspect.ts';
import { killMigration } from './migration.ts';
import { EMPTY, follow, type Model, type Said } from './model.ts';
import { createRandom } from './random.ts';

/*
 * Kills a working process at random moments and looks at what it leaves: `npm run test:fault -- --seed 7 --kills 200`. One worker acts
 * at a time, so what the store may hold after a kill is known exactly. The same seed gives the same acts and the same waits; what the
 * machine does in between differs. Every eighth kill meets the migration of an old store.
 */
const { values } = parseArgs({ options: { seed: { type: 'string' }, kills: { type: 'string' } } });
const seed = Number(values.seed ?? 1);
const kills = Number(values.kills ?? 200);
const random = createRandom(seed);
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const KILL_AFTER_MS = 1_500;
/** Snapshot and migration of a small store take about this long. */
const KILL_MIGRATION_AFTER_MS = 250;
const MIGRATION_EVERY = 8;
const SAY_EVERY = 5;

/** What a worker that ended has compiled the killed ones need not compile again: most of a start. */
const compiled = mkdtempSync(join(tmpdir(), 'atocore-fault-compiled-'));
const env = { ...process.env, NODE_COMPILE_CACHE: compiled };

/** Starts a worker, waits until it is ready and then for so long, and kills it. Answers what it said. */
async function runAndKill(home: string, task: string, waitMs: number): Promise<Said[]> {
  const child = spawn(process.execPath, [WORKER, home, task], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const said: Said[] = [];
  const lines = createInterface({ input: child.stdout! });
  const closed = once(lines, 'close');
  lines.on('line', (line) => said.push(JSON.parse(line) as Said));
  await Promise.race([once(lines, 'line'), closed]);
  await Promise.race([new Promise((due) => setTimeout(due, waitMs)), closed]);
  child.kill('SIGKILL');
  await closed;
  return said;
}

const started = performance.now();
const home = mkdtempSync(join(tmpdir(), 'atocore-fault-'));
const model: Model = { state: EMPTY, snapshots: new Map() };
const acts: Record<string, number> = {};
const killedIn: Record<string, number> = {};
const count = (of: Record<string, number>, what: string) => {
  of[what] = (of[what] ?? 0) + 1;
};
let round = 0;

async function killWork(): Promise<void> {
  const said = await runAndKill(home, String(seed * 10_000 + round), random() * KILL_AFTER_MS);
  for (const { done } of said) if (done) count(acts, done.act);
  const last = said.at(-1);
  count(killedIn, last?.begin?.act ?? 'other');
  await inspect(home, model, follow(model, said));
}

async function killOpening(): Promise<void> {
  const migrated = await killMigration(async (old) => {
    const said = await runAndKill(old, 'open', random() * KILL_MIGRATION_AFTER_MS);
    for (const { failed } of said) if (failed) throw new Error(failed);
  });
  count(killedIn, migrated ? 'after migration' : 'migration');
}

try {
  const app = openApp(home, false);
  await register(app, home);
  for (let at = 0; at < 4; at += 1) writeNote(home, `note-${at}`, 0);
  await app.close();
  await once(spawn(process.execPath, [WORKER, home, 'open'], { stdio: 'ignore', env }), 'exit');
  for (round = 1; round <= kills; round += 1) {
    await (round % MIGRATION_EVERY === 0 ? killOpening() : killWork());
    if (round % SAY_EVERY === 0) console.error(`${round} of ${kills} kills, all well`);
  }
  const { facts, turns, documents } = model.state;
  const held = { facts: facts.size, turns: turns.size, documents: documents.size };
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(JSON.stringify({ ok: true, seed, kills, acknowledged: acts, killed_in: killedIn, held, seconds }));
  for (const folder of [home, compiled]) rmSync(folder, { recursive: true, force: true });
} catch (error) {
  console.error(JSON.stringify({ ok: false, seed, round, home, error: (error as Error).stack }));
  process.exitCode = 1;
}
