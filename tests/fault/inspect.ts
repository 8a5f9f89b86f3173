import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AtoCore } from '../../src/app/atocore.ts';
import { recoverStore } from '../../src/app/recover.ts';
import { checkDatabase } from '../../src/backup/check-database.ts';
import { createSnapshot } from '../../src/backup/create.ts';
import { listSnapshots } from '../../src/backup/list.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { findWordDrift } from '../../src/ingestion/rebuild-words.ts';
import { measureDrift } from '../../src/search/vector-index.ts';
import { call, filesOf, openApp, PROJECT, readState } from './fault-home.ts';
import { type Allowed, isSame, type Model, matchState, type State } from './model.ts';

const SNAPSHOTS_KEPT = 6;
const SEARCHED = 4;
let sampled = 0;

export function expectThat(good: boolean, what: string): asserts good {
  if (!good) throw new Error(what);
}

/**
 * Looks at a home after a kill, as the next process does: it opens, holds what was acknowledged, search finds what the database holds,
 * every snapshot is whole and a new one can be made. Moves the model on to what was found.
 */
export async function inspect(home: string, model: Model, allowed: Allowed): Promise<void> {
  const app = openApp(home, false);
  try {
    await checkRows(app, model, allowed);
    await checkIndexes(app);
    await checkSnapshots(app, model);
    await checkSearch(app, home, model);
    checkLeftovers(app);
  } finally {
    await app.close();
  }
}

const sizes = ({ facts, turns, documents }: State) =>
  `${facts.size} facts, ${turns.size} turns, ${documents.size} documents`;

async function checkRows(app: AtoCore, model: Model, allowed: Allowed): Promise<void> {
  const found = await readState(app);
  const match = matchState(found, allowed);
  expectThat(
    match !== undefined,
    `the store holds ${sizes(found)}; allowed: ${allowed.states.map(sizes).join(' or ')}`,
  );
  model.state = found;
}

async function checkIndexes(app: AtoCore): Promise<void> {
  await app.withStore(async ({ db }) => {
    for (const check of checkDatabase(db)) expectThat(check.ok, `${check.name}: ${check.detail}`);
    expectThat(findWordDrift(db).length === 0, `words: ${JSON.stringify(findWordDrift(db))}`);
  });
  await recoverStore(app, { pauseMs: 0, force: true });
  expectThat(app.troubles.size === 0, [...app.troubles.values()].join());
  const drift = await app.withStore((store) => measureDrift(store));
  expectThat(drift.orphans + drift.missing + drift.pending === 0, `vectors: ${JSON.stringify(drift)}`);
}

/** Snapshots that were finished and not acknowledged are counted among the known ones only when they are whole. */
async function checkSnapshots(app: AtoCore, model: Model): Promise<void> {
  const dir = app.config.backup_dir;
  const found = await listSnapshots(dir);
  expectThat(
    found.every((one) => one.problem === null),
    `bad snapshots: ${JSON.stringify(found)}`,
  );
  const known = found.find(({ id }) => model.snapshots.has(id));
  if (known) {
    const judged = await validateSnapshot(dir, known.id);
    expectThat(judged.ok, JSON.stringify(judged.checks));
    const { facts, turns, documents } = model.snapshots.get(known.id)!;
    const { memories, interactions, documents: stored } = judged.snapshot.counts ?? {};
    const same = memories === facts.size && interactions === turns.size && stored === documents.size;
    expectThat(same, `the snapshot ${known.id} holds ${JSON.stringify(judged.snapshot.counts)}`);
  }
  // What nobody was told of has a state that cannot be known for sure; it goes, so that no restore picks it.
  for (const [at, { id }] of found.entries())
    if (at >= SNAPSHOTS_KEPT || !model.snapshots.has(id)) rmSync(join(dir, id), { recursive: true });
  const { snapshot } = await createSnapshot(app, { includeVectors: true });
  expectThat(snapshot.vectors?.included === true, `a snapshot leaves its vectors out: ${snapshot.vectors?.note}`);
  model.snapshots.set(snapshot.id, model.state);
}

/** A refresh brings the documents to what the files are; then they are found by words of their own, and so is a fact. */
async function checkSearch(app: AtoCore, home: string, model: Model): Promise<void> {
  await call(app, 'refresh_project', { project: PROJECT });
  model.state = await readState(app);
  const files = new Set(filesOf(home));
  expectThat(isSame(model.state.documents, files), 'the documents are not the files');
  const marks = await app.withStore(async ({ db }) =>
    (
      db
        .prepare('SELECT d.path, c.text FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.ordinal = 0')
        .all() as {
        path: string;
        text: string;
      }[]
    ).map(({ path, text }) => ({ path, mark: /zeta\w+/.exec(text)?.[0] ?? '' })),
  );
  for (const { path, mark } of sampleOf(marks)) {
    const { hits } = await call<{ hits: { path: string | null }[] }>(app, 'search', { query: mark, project: PROJECT });
    expectThat(hits[0]?.path?.endsWith(path) ?? false, `${path} is not found by its word ${mark}`);
  }
  const fact = [...model.state.facts].at(-1);
  if (fact === undefined) return;
  const query = /mirror (\w+)/.exec(fact)![1];
  const { memories } = await call<{ memories: { content: string }[] }>(app, 'list_memories', {
    query,
    project: PROJECT,
  });
  expectThat(
    memories.some(({ content }) => content === fact),
    `the fact "${fact}" is not found`,
  );
}

/** Some of them, others after every kill: together with the equal counts of the word tables that is enough, and three times as fast. */
function sampleOf<T>(all: readonly T[]): T[] {
  sampled += SEARCHED;
  return all.length <= SEARCHED
    ? [...all]
    : Array.from({ length: SEARCHED }, (_, at) => all[(sampled + at) % all.length]!);
}

function checkLeftovers(app: AtoCore): void {
  const { db_path, vector_uri, registry_path, backup_dir } = app.config;
  const left = [dirname(db_path), vector_uri, dirname(registry_path), backup_dir]
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
    .filter((name) => /restoring|replaced|restore\.json|^\.staging/.test(name));
  expectThat(left.length === 0, `left over: ${left.join(', ')}`);
}
