import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createAtoCore } from '../../src/app/atocore.ts';
import { listTurns, readSpoolState, spoolFolder, writeTurn } from '../../src/capture/spool.ts';
import { loadConfig } from '../../src/config/load.ts';
import { sql } from '../../src/storage/database.ts';
import { createRandom } from './random.ts';
import { numberedTurn } from './spool-turns.ts';

const WORKER = fileURLToPath(new URL('./spool-worker.ts', import.meta.url));
/** A drainer dies so long after its first word at most; a quick machine drains what one round writes in less. */
const KILL_AFTER_MS = 100;
/** Several processes find the same files. */
const DRAINERS = 2;

export interface SpoolCampaign {
  turns: number;
  kills: number;
  /** Processes that were killed while they were at work. */
  killed_at_work: number;
  /** Turns that had been stored before the process that drained the last of them started. */
  stored_by_the_killed: number;
  interactions: number;
  /** After every turn was written and drained a second time. */
  interactions_after_replay: number;
}

/**
 * Writes turns and drains them in processes that are killed at random moments; what was said to be written is written again only when it
 * was not said. Throws unless every turn is stored once, with its own words, and nothing is left over.
 */
export async function runSpoolCampaign(wanted: { seed: number; turns: number; kills: number }): Promise<SpoolCampaign> {
  const home = mkdtempSync(join(tmpdir(), 'atocore-spool-'));
  const random = createRandom(wanted.seed);
  const { turns } = wanted;
  const result: SpoolCampaign = {
    ...{ turns, kills: 0, killed_at_work: 0, stored_by_the_killed: 0, interactions: 0, interactions_after_replay: 0 },
  };
  let written = 0;
  while (result.kills < wanted.kills) {
    const share = Math.min(turns - written, Math.ceil((turns * (DRAINERS + 1)) / wanted.kills));
    const writer = start('write', home, String(written), String(written + share));
    const drainers = Array.from({ length: DRAINERS }, () => start('drain', home));
    await Promise.all([
      // By what it said and not by a time, so that it dies at work however quick the machine is.
      kill(writer, writer.saidLines(1 + Math.floor((random() * share) / 2)), result),
      ...drainers.map((drainer) => kill(drainer, begunSince(drainer, random() * KILL_AFTER_MS), result)),
    ]);
    written = Math.max(written, ...writer.said().map((line) => Number(line) + 1));
  }
  for (let number = written; number < turns; number += 1) writeTurn(spoolFolder(home), numberedTurn(number));
  result.stored_by_the_killed = turns - listTurns(spoolFolder(home)).length;
  await drainAll(home);
  result.interactions = await inspect(home, turns);
  for (let number = 0; number < turns; number += 1) writeTurn(spoolFolder(home), numberedTurn(number));
  await drainAll(home);
  result.interactions_after_replay = await inspect(home, turns);
  rmSync(home, { recursive: true, force: true });
  return result;
}

interface Worker {
  child: ChildProcess;
  closed: Promise<unknown>;
  said: () => string[];
  /** It has said so many lines. */
  saidLines: (count: number) => Promise<void>;
}

function start(...args: string[]): Worker {
  const child = spawn(process.execPath, [WORKER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout! });
  lines.on('line', (line) => said.push(line));
  const saidLines = async (count: number) => {
    while (said.length < count) await once(lines, 'line');
  };
  return { child, closed: once(child, 'close'), said: () => said, saidLines };
}

async function begunSince({ saidLines }: Worker, ms: number): Promise<void> {
  await saidLines(1);
  await new Promise((due) => setTimeout(due, ms));
}

/** Kills a worker when its moment has come, or counts it when it ended before. */
async function kill({ child, closed }: Worker, due: Promise<unknown>, result: SpoolCampaign): Promise<void> {
  await Promise.race([due, closed]);
  result.kills += 1;
  if (child.exitCode === null) result.killed_at_work += 1;
  child.kill('SIGKILL');
  await closed;
}

async function drainAll(home: string): Promise<void> {
  const crowd = Array.from({ length: DRAINERS }, () => start('drain', home));
  await Promise.all(crowd.map(({ closed }) => closed));
  // The one that found the other at work left everything to it.
  const last = start('drain', home);
  await last.closed;
  expectThat(last.child.exitCode === 0, `the last drain ended with ${last.child.exitCode}`);
}

/** Every turn once, with its own words; nothing left in the spool. Answers the number of interactions. */
async function inspect(home: string, turns: number): Promise<number> {
  const state = readSpoolState(spoolFolder(home));
  expectThat(state.waiting === 0 && state.bad === 0 && state.dropped === 0, `the spool: ${JSON.stringify(state)}`);
  const names = readdirSync(spoolFolder(home)).filter((name) => !name.endsWith('.tmp'));
  expectThat(names.length === 0, `left in the spool: ${names.join(', ')}`);
  const app = createAtoCore(loadConfig({ home, embedder: 'none', log_level: 'silent' }, {}));
  const rows = await app.withStore(
    async ({ db }) =>
      sql(db, 'SELECT turn_id, prompt, response, captured_at FROM interactions').all() as Record<string, string>[],
  );
  await app.close();
  const stored = new Map(rows.map((row) => [row['turn_id'], row]));
  expectThat(rows.length === turns && stored.size === turns, `${rows.length} rows, ${stored.size} turns of ${turns}`);
  for (let number = 0; number < turns; number += 1) {
    const { turn_id, prompt, response, captured_at } = numberedTurn(number);
    const row = stored.get(turn_id);
    const same = row?.['prompt'] === prompt && row['response'] === response && row['captured_at'] === captured_at;
    expectThat(same, `turn ${number} is stored as ${JSON.stringify(row)}`);
  }
  return rows.length;
}

function expectThat(good: boolean, what: string): asserts good {
  if (!good) throw new Error(what);
}
