import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDatabase } from '../../src/backup/check-database.ts';
import { measureDrift } from '../../src/search/vector-index.ts';
import { type Caller, openHttp, openStdio, processesOfHome } from './callers.ts';
import { call, openApp, PROJECT, register, writeNote } from './fault-home.ts';
import { expectThat } from './inspect.ts';
import { createRandom } from './random.ts';

/*
 * Eight servers on stdio and one over HTTP on one home, all of the built program, with mixed writes and reads at once: no client may
 * see an error, the counts must be exact, and no process may be left. `npm run test:crowd -- --seconds 60 --servers 8 --seed 1`.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string' }, servers: { type: 'string' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds ?? 60);
const servers = Number(values.servers ?? 8);
const seed = Number(values.seed ?? 1);
const NOTES = 40;

const home = mkdtempSync(join(tmpdir(), 'atocore-crowd-'));

const done: Record<string, number[]> = {};
const errors: string[] = [];
let notes = NOTES;

async function timed(caller: Caller, operation: string, input: object): Promise<void> {
  const started = performance.now();
  try {
    await caller.call(operation, input);
    done[operation] = [...(done[operation] ?? []), performance.now() - started];
  } catch (error) {
    errors.push(`${caller.name}: ${(error as Error).message}`);
  }
}

/** What one client does until the time is over; the share of writes is far above that of real use. */
async function work(caller: Caller, at: number, until: number): Promise<void> {
  const random = createRandom(seed * 100 + at);
  for (let turn = 0; performance.now() < until; turn += 1) {
    const dice = random();
    const key = `c${at}t${turn}`;
    const topic = `mirror batch ${Math.floor(random() * NOTES)}`;
    if (dice < 0.25)
      await timed(caller, 'add_memory', { content: `The ${key} mirror weighs ${turn} grams`, type: 'knowledge' });
    else if (dice < 0.45) {
      const words = { prompt: `Which vendor coats ${key}?`, response: `Vendor ${turn} does.` };
      await timed(caller, 'capture_interaction', {
        client: 'crowd',
        session_id: `s${at}`,
        turn_id: key,
        project: PROJECT,
        ...words,
      });
    } else if (dice < 0.65) await timed(caller, 'search', { query: topic, project: PROJECT });
    else if (dice < 0.85)
      await timed(caller, 'auto_context', { prompt: `What is known of ${topic}?`, project: PROJECT });
    else if (dice < 0.9) await timed(caller, 'list_memories', { query: topic });
    else if (dice < 0.94) await timed(caller, 'status', {});
    else if (dice < 0.99) {
      notes += 1;
      writeNote(home, `note-${notes}`, 1);
      await timed(caller, 'refresh_project', { project: PROJECT });
    } else if (at === 0) await timed(caller, 'backup', { action: 'create' });
  }
}

async function expectExact(): Promise<Record<string, number>> {
  const app = openApp(home, false);
  try {
    await call(app, 'refresh_project', { project: PROJECT });
    const counts = await app.withStore(async ({ db }) => {
      for (const check of checkDatabase(db)) expectThat(check.ok, `${check.name}: ${check.detail}`);
      const n = (table: string) => (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
      return {
        memories: n('memories'),
        interactions: n('interactions'),
        documents: n('documents'),
        receipts: n('receipts'),
      };
    });
    const wanted = {
      memories: done['add_memory']?.length ?? 0,
      interactions: done['capture_interaction']?.length ?? 0,
      documents: notes,
      receipts: done['auto_context']?.length ?? 0,
    };
    expectThat(
      JSON.stringify(counts) === JSON.stringify(wanted),
      `counts ${JSON.stringify(counts)}; wanted ${JSON.stringify(wanted)}`,
    );
    const { orphans, missing } = await app.withStore((store) => measureDrift(store));
    expectThat(orphans + missing === 0, `vectors: ${orphans} orphans, ${missing} missing`);
    return counts;
  } finally {
    await app.close();
  }
}

function figures(): Record<string, { calls: number; p50_ms: number; p95_ms: number }> {
  const at = (sorted: number[], share: number) =>
    Math.round(sorted[Math.floor(share * (sorted.length - 1))]! * 10) / 10;
  return Object.fromEntries(
    Object.entries(done).map(([operation, times]) => {
      const sorted = times.toSorted((a, b) => a - b);
      return [operation, { calls: sorted.length, p50_ms: at(sorted, 0.5), p95_ms: at(sorted, 0.95) }];
    }),
  );
}

const setup = openApp(home, false);
await register(setup, home);
for (let at = 1; at <= NOTES; at += 1) writeNote(home, `note-${at}`, 0);
await call(setup, 'refresh_project', { project: PROJECT });
await setup.close();
const callers = await Promise.all([
  openHttp('http', home),
  ...Array.from({ length: servers }, (_, at) => openStdio(`stdio-${at + 1}`, home)),
]);
const until = performance.now() + seconds * 1_000;
await Promise.all(callers.map((caller, at) => work(caller, at, until)));
await Promise.all(callers.map((caller) => caller.close()));
try {
  expectThat(errors.length === 0, `${errors.length} errors: ${errors.slice(0, 5).join(' | ')}`);
  const left = processesOfHome(home);
  expectThat(left.length === 0, `processes left: ${left.join(', ')}`);
  const counts = await expectExact();
  console.log(
    JSON.stringify(
      { ok: true, seconds, servers, seed, errors: 0, processes_left: 0, counts, calls: figures() },
      null,
      2,
    ),
  );
  rmSync(home, { recursive: true, force: true });
} catch (error) {
  console.error(JSON.stringify({ ok: false, home, error: (error as Error).message, calls: figures() }));
  process.exitCode = 1;
}
