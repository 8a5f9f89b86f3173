import { createSnapshot } from '../../src/backup/create.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { withVectorLock } from '../../src/search/vector-index.ts';
import { call, filesOf, openApp, PROJECT, removeNote, writeNote } from './fault-home.ts';
import type { Said } from './model.ts';
import { createRandom } from './random.ts';

/*
 * Works on a home as a server does until it is killed, and says each act before it begins and after it was acknowledged, one JSON line
 * each. With `open` instead of a seed it only opens the store, which migrates an old one.
 */
const [home = '', seed = '0'] = process.argv.slice(2);
const random = createRandom(Number(seed));
const app = openApp(home, seed !== 'open');
const say = (line: Said) => process.stdout.write(`${JSON.stringify(line)}\n`);
const NOTES = 12;

type Done = NonNullable<Said['done']>;

async function addFact(at: number): Promise<Done> {
  const content = `Fact s${seed}n${at}: mirror s${seed}m${at} weighs ${at} grams`;
  say({ begin: { act: 'fact', key: content } });
  await call(app, 'add_memory', { content, type: 'project', project: PROJECT });
  return { act: 'fact', key: content };
}

async function captureTurn(at: number): Promise<Done> {
  const turn_id = `s${seed}n${at}`;
  say({ begin: { act: 'turn', key: turn_id } });
  const prompt = `Which vendor coats mirror number ${at} of batch ${seed}?`;
  await call(app, 'capture_interaction', {
    ...{ client: 'fault', session_id: 's', turn_id, prompt },
    ...{ response: `Vendor ${at} does.`, project: PROJECT },
  });
  return { act: 'turn', key: turn_id };
}

/** Changes some files, removes one now and then, and refreshes. */
async function refresh(at: number): Promise<Done> {
  const changes = Array.from({ length: 1 + Math.floor(random() * 4) }, () => `note-${Math.floor(random() * NOTES)}`);
  const gone = random() < 0.3 ? `note-${Math.floor(random() * NOTES)}` : undefined;
  for (const name of changes) writeNote(home, name, Number(seed) * 100 + at);
  if (gone) removeNote(home, gone);
  const documents = filesOf(home);
  say({ begin: { act: 'refresh', documents } });
  await call(app, 'refresh_project', { project: PROJECT });
  return { act: 'refresh', documents };
}

async function snapshot(): Promise<Done> {
  const made = await createSnapshot(app, { includeVectors: random() < 0.8 });
  return { act: 'snapshot', key: made.snapshot.id };
}

async function restoreOrSnapshot(): Promise<Done> {
  const good = (await listSnapshots(app.config.backup_dir)).filter((found) => found.problem === null);
  const chosen = good[Math.floor(random() * good.length)];
  if (!chosen) return snapshot();
  say({ begin: { act: 'restore', key: chosen.id } });
  const includeVectors = random() < 0.7 ? undefined : false;
  const report = await restoreSnapshot(app, { snapshot: chosen.id, confirm: chosen.id, dryRun: false, includeVectors });
  if (!report.ok) throw new Error(JSON.stringify(report.steps.filter((step) => !step.ok)));
  return { act: 'restore', key: chosen.id, safety: report.pre_restore_snapshot };
}

async function compact(): Promise<Done> {
  await app.withStore((store) => withVectorLock(store.dbPath, async () => store.vectors?.compact()));
  return { act: 'compact' };
}

const ACTS: [upTo: number, act: (at: number) => Promise<Done>][] = [
  [0.25, addFact],
  [0.45, captureTurn],
  [0.68, refresh],
  [0.76, compact],
  [0.87, snapshot],
  [1, restoreOrSnapshot],
];

/** The first write must not be killed as a start-up only. */
async function work(): Promise<never> {
  for (let at = 0; ; at += 1) {
    const dice = random();
    say({ done: await ACTS.find(([upTo]) => dice < upTo)![1](at) });
  }
}

try {
  if (seed !== 'open') await app.withStore(async () => undefined);
  say({ ready: true });
  if (seed !== 'open') await work();
  await app.withStore(async () => undefined);
  say({ done: { act: 'migrate' } });
  await app.close();
} catch (error) {
  say({ failed: (error as Error).stack ?? String(error) });
  process.exit(1);
}
