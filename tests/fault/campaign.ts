import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareVectors, recordQuestions } from '../../src/backup/contents.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { checkDatabase, validateSnapshot } from '../../src/backup/validate.ts';
import { type BackupHome, destroyHome, factIds, openHome } from '../support/backup-home.ts';
import { createRandom } from './random.ts';

/*
 * Kills a working process at random moments and looks at what it leaves: `npm run test:fault -- --seed 7 --kills 200`. One worker acts
 * at a time, so what the store may hold after a kill is known exactly: everything acknowledged, and the act in hand whole or not at all.
 */
const { values } = parseArgs({ options: { seed: { type: 'string' }, kills: { type: 'string' } } });
const seed = Number(values.seed ?? 1);
const kills = Number(values.kills ?? 200);
const random = createRandom(seed);
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const KILL_AFTER_MS = 2_500;
const SNAPSHOTS_KEPT = 6;

interface Said {
  begin?: string;
  id?: string;
  done?: { act: string; id?: string; safety?: string | null };
  failed?: string;
}

/** What the store must hold, and what every snapshot holds. */
interface Model {
  facts: string[];
  snapshots: Map<string, string[]>;
}

async function runAndKill(home: string, round: number): Promise<Said[]> {
  const child: ChildProcess = spawn(process.execPath, [WORKER, home, String(seed * 10_000 + round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Said[] = [];
  const lines = createInterface({ input: child.stdout! });
  const closed = once(lines, 'close');
  lines.on('line', (line) => said.push(JSON.parse(line) as Said));
  await Promise.race([once(lines, 'line'), closed]);
  const wait = random() * KILL_AFTER_MS;
  await Promise.race([new Promise((due) => setTimeout(due, wait)), closed]);
  child.kill('SIGKILL');
  await closed;
  return said;
}

/** Follows what the worker said; answers the states that the store may be in now. */
function follow(model: Model, said: readonly Said[]): string[][] {
  let open: Said | undefined;
  for (const line of said) {
    if (line.failed) throw new Error(`the worker failed: ${line.failed}`);
    if (line.begin) open = line;
    if (!line.done) continue;
    open = undefined;
    const { act, id = '', safety } = line.done;
    if (act === 'snapshot') model.snapshots.set(id, model.facts);
    if (act === 'restore') {
      if (safety) model.snapshots.set(safety, model.facts);
      model.facts = model.snapshots.get(id)!;
    }
    if (act === 'add') model.facts = [...model.facts, id];
  }
  if (open?.begin === 'add') return [model.facts, [...model.facts, open.id!]];
  if (open?.begin === 'restore') return [model.facts, model.snapshots.get(open.id!)!];
  return [model.facts];
}

function expectThat(good: boolean, what: string): asserts good {
  if (!good) throw new Error(what);
}

async function inspect(host: BackupHome, model: Model, allowed: string[][]): Promise<void> {
  const facts = await factIds(host);
  const match = allowed.find((state) => state.join() === facts.join());
  expectThat(
    match !== undefined,
    `the store holds ${facts.length} facts; allowed: ${allowed.map((state) => state.length)}`,
  );
  // Snapshots that were finished and not acknowledged hold what was acknowledged before.
  const found = await listSnapshots(host.config.backup_dir);
  for (const { id } of found) if (!model.snapshots.has(id)) model.snapshots.set(id, allowed[0]!);
  model.facts = match;
  await host.withStore(async ({ db }) => {
    for (const check of checkDatabase(db)) expectThat(check.ok, `${check.name}: ${check.detail}`);
    const drift = await compareVectors(db, host.config.vector_uri);
    expectThat(drift.missing + drift.duplicates === 0, `vectors: ${JSON.stringify(drift)}`);
    for (const { query, refs } of recordQuestions(db)) expectThat(refs.length > 0, `nothing is found for "${query}"`);
  });
  const left = [dirname(host.config.db_path), host.config.vector_uri].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).filter((name) => /restoring|replaced|restore\.json/.test(name)) : [],
  );
  expectThat(left.length === 0, `left over: ${left.join(', ')}`);
  expectThat(
    found.every((snapshot) => snapshot.problem === null),
    `bad snapshots: ${JSON.stringify(found)}`,
  );
  if (found[0]) {
    const newest = await validateSnapshot(host.config.backup_dir, found[0].id);
    expectThat(newest.ok, JSON.stringify(newest.checks));
    expectThat(
      newest.snapshot.counts?.['memories'] === model.snapshots.get(found[0].id)!.length,
      `the snapshot ${found[0].id} holds ${newest.snapshot.counts?.['memories']} facts`,
    );
  }
  for (const { id } of found.slice(SNAPSHOTS_KEPT)) rmSync(join(host.config.backup_dir, id), { recursive: true });
}

const started = performance.now();
const host = openHome();
const model: Model = { facts: [], snapshots: new Map() };
const acts: Record<string, number> = {};
let killedDuring = 0;
let round = 0;
try {
  for (round = 1; round <= kills; round += 1) {
    await host.releaseStore();
    const said = await runAndKill(host.home, round);
    for (const { done } of said) if (done) acts[done.act] = (acts[done.act] ?? 0) + 1;
    const allowed = follow(model, said);
    if (allowed.length > 1) killedDuring += 1;
    await inspect(host, model, allowed);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    JSON.stringify({
      ok: true,
      seed,
      kills,
      in_add_or_restore: killedDuring,
      acts,
      facts: model.facts.length,
      seconds,
    }),
  );
  await destroyHome(host);
} catch (error) {
  console.error(JSON.stringify({ ok: false, seed, round, home: host.home, error: (error as Error).message }));
  process.exitCode = 1;
}
