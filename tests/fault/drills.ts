import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDatabase } from '../../src/backup/check-database.ts';
import { measureDrift } from '../../src/search/vector-index.ts';
import { type Caller, openHttp, openStdio, processesOfHome } from './callers.ts';
import { call, filesOf, openApp, PROJECT, readState, register, writeNote } from './fault-home.ts';
import { expectThat } from './inspect.ts';

/*
 * A service and four servers on stdio on one home: fifty drills while the four write, then hot restores under their feet. Every drill
 * must be good; after each restore all five answer from the restored store, go on writing, and the store stays whole.
 * `npm run test:drill -- --drills 50 --restores 10`.
 */
const { values } = parseArgs({ options: { drills: { type: 'string' }, restores: { type: 'string' } } });
const drills = Number(values.drills ?? 50);
const restores = Number(values.restores ?? 10);
const WRITERS = 4;
const DRILLS_PER_SNAPSHOT = 5;
const home = mkdtempSync(join(tmpdir(), 'atocore-drills-'));

interface Drill {
  ok: boolean;
  recovery_ms: number;
  checks: { name: string; ok: boolean; detail: string }[];
}
interface Restored {
  ok: boolean;
  duration_ms: number;
  pre_restore_snapshot: string;
}

let writes = 0;
let version = 0;

/** One round of what a writer does; the sixth refreshes a changed file. */
async function write(caller: Caller, turn: number): Promise<void> {
  const key = `${caller.name.replace('-', '')}t${turn}`;
  await caller.call('add_memory', { content: `The ${key} mirror weighs ${turn} grams`, type: 'knowledge' });
  const words = { prompt: `Which vendor coats ${key}?`, response: `Vendor ${turn} does.`, project: PROJECT };
  await caller.call('capture_interaction', { client: 'drills', session_id: caller.name, turn_id: key, ...words });
  writes += 2;
  if (turn % 6 !== 0) return;
  version += 1;
  writeNote(home, `note-${caller.name}`, version);
  await caller.call('refresh_project', { project: PROJECT });
  writes += 1;
}

async function runDrills(service: Caller, writers: readonly Caller[]): Promise<number[]> {
  let over = false;
  const writing = writers.map(async (caller) => {
    for (let turn = 0; !over; turn += 1) await write(caller, turn);
  });
  const times: number[] = [];
  try {
    for (let at = 0; at < drills; at += 1) {
      if (at % DRILLS_PER_SNAPSHOT === 0) await service.call('backup', { action: 'create' });
      const { ok, recovery_ms, checks } = (await service.call('backup', { action: 'drill' })) as Drill;
      expectThat(ok, `drill ${at + 1}: ${JSON.stringify(checks.filter((check) => !check.ok))}`);
      times.push(recovery_ms);
    }
  } finally {
    over = true;
  }
  await Promise.all(writing);
  return times;
}

const factsSeenBy = async (caller: Caller): Promise<string[]> => {
  const { memories } = (await caller.call('list_memories', { query: 'marker', limit: 500 })) as {
    memories: { content: string }[];
  };
  return memories.map(({ content }) => content).sort();
};

async function restoreOnce(service: Caller, writers: readonly Caller[], round: number): Promise<number> {
  const all = [service, ...writers];
  const before = await factsSeenBy(service);
  const { snapshot } = (await service.call('backup', { action: 'create' })) as { snapshot: { id: string } };
  await Promise.all(
    writers.map((caller) =>
      caller.call('add_memory', { content: `A marker of ${caller.name} in round ${round}`, type: 'knowledge' }),
    ),
  );
  const input = { snapshot: snapshot.id, dry_run: false, confirm: snapshot.id };
  const [report] = await Promise.all([
    service.call('restore', input) as Promise<Restored>,
    // Calls that come while the parts change places wait; none fails.
    ...writers.map((caller) => caller.call('search', { query: 'mirror', project: PROJECT })),
  ]);
  expectThat(report.ok, `restore ${round} failed`);
  for (const caller of all)
    expectThat(
      (await factsSeenBy(caller)).join() === before.join(),
      `${caller.name} does not answer from the restored store`,
    );
  await Promise.all(writers.map((caller, at) => write(caller, round * 6 + 1_000 * (at + 1))));
  await service.call('add_memory', { content: `The marker that stays from round ${round}`, type: 'knowledge' });
  const kept = await factsSeenBy(writers[0]!);
  expectThat(kept.length === before.length + 1, 'a write after the restore is missing');
  return report.duration_ms;
}

async function expectWhole(): Promise<void> {
  const app = openApp(home, false);
  await call(app, 'refresh_project', { project: PROJECT });
  const { documents } = await readState(app);
  expectThat([...documents].sort().join() === filesOf(home).sort().join(), 'the documents are not the files');
  await app.withStore(async (store) => {
    for (const check of checkDatabase(store.db)) expectThat(check.ok, `${check.name}: ${check.detail}`);
    const { orphans, missing } = await measureDrift(store);
    expectThat(orphans + missing === 0, `vectors: ${orphans} orphans, ${missing} missing`);
  });
  await app.close();
}

const spread = (times: readonly number[]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return { median_ms: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0), max_ms: Math.round(sorted.at(-1) ?? 0) };
};

try {
  const setup = openApp(home, false);
  await register(setup, home);
  for (let at = 0; at < 20; at += 1) writeNote(home, `note-${at}`, 0);
  await call(setup, 'refresh_project', { project: PROJECT });
  await setup.close();
  const service = await openHttp('service', home);
  const writers = await Promise.all(Array.from({ length: WRITERS }, (_, at) => openStdio(`stdio-${at + 1}`, home)));
  const drilled = await runDrills(service, writers);
  const restored: number[] = [];
  for (let round = 1; round <= restores; round += 1) restored.push(await restoreOnce(service, writers, round));
  await Promise.all([service, ...writers].map((caller) => caller.close()));
  expectThat(processesOfHome(home).length === 0, 'processes are left');
  await expectWhole();
  const report = {
    ok: true,
    drills: `${drilled.length} of ${drills}`,
    recovery: spread(drilled),
    writes_meanwhile: writes,
  };
  console.log(
    JSON.stringify({ ...report, hot_restores: restored.length, restore: spread(restored), servers: WRITERS + 1 }),
  );
  rmSync(home, { recursive: true, force: true });
} catch (error) {
  console.error(JSON.stringify({ ok: false, home, error: (error as Error).stack }));
  process.exit(1);
}
