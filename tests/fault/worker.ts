import { createSnapshot } from '../../src/backup/create.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { takeLock } from '../../src/storage/store-lock.ts';
import { addFact, fillStore, openHome } from '../support/backup-home.ts';
import { createRandom } from './random.ts';

/* Works on a home until it is killed, and says each act before it begins and after it is done, one JSON line each. */
const [home = '', seed = '0'] = process.argv.slice(2);
const random = createRandom(Number(seed));
const host = openHome(home);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function restoreOne(id: string): Promise<object> {
  say({ begin: 'restore', id });
  const includeVectors = random() < 0.7 ? undefined : false;
  const report = await restoreSnapshot(host, { snapshot: id, confirm: id, dryRun: false, includeVectors });
  if (!report.ok) throw new Error(JSON.stringify(report.steps.filter((step) => !step.ok)));
  return { act: 'restore', id, safety: report.pre_restore_snapshot };
}

async function snapshot(): Promise<object> {
  const made = await createSnapshot(host, { includeVectors: random() < 0.8 });
  return { act: 'snapshot', id: made.snapshot.id };
}

async function compact(): Promise<void> {
  await host.withStore(async (store) => {
    const lock = await takeLock(host.lockFolder, 'vectors', 'exclusive', 10_000);
    await store.vectors?.compact().finally(() => lock.release());
  });
}

async function act(at: number): Promise<object> {
  const dice = random();
  const id = `s${seed}n${at}`;
  if (dice < 0.5) {
    say({ begin: 'add', id });
    await addFact(host, id);
    return { act: 'add', id };
  }
  if (dice < 0.7) {
    await fillStore(host, 1 + Math.floor(random() * 6), id);
    return { act: 'documents', id };
  }
  if (dice < 0.76) {
    await compact();
    return { act: 'compact' };
  }
  const good = (await listSnapshots(host.config.backup_dir)).filter((found) => found.problem === null);
  const chosen = dice < 0.87 ? undefined : good[Math.floor(random() * good.length)];
  return chosen ? restoreOne(chosen.id) : snapshot();
}

say({ ready: true });
for (let at = 0; ; at += 1) {
  try {
    say({ done: await act(at) });
  } catch (error) {
    say({ failed: (error as Error).message });
    process.exit(1);
  }
}
