// How long auto_context takes over ten public trees and 500 memories, warm, and where the time goes.
// Usage: npm run bench:context -- [--data ../shared/data] [--home DIR] [--check]. With --home an index that is there already is used and
// kept; without, one is made in a scratch folder, which takes some minutes. With --check a missed bar ends it with exit code 1.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addMemory } from '../src/app/add-memory.ts';
import { createAtoCore } from '../src/app/atocore.ts';
import { autoContext, packInput } from '../src/app/auto-context.ts';
import { detectFor } from '../src/app/detect.ts';
import { refreshAndIndex } from '../src/app/refresh.ts';
import { loadConfig } from '../src/config/load.ts';
import { composePack } from '../src/context/build-context.ts';
import { gather } from '../src/context/gather.ts';
import { contentStems } from '../src/core/text.ts';
import { searchChunks } from '../src/search/search-chunks.ts';
import { countPending } from '../src/search/vector-index.ts';
import { setState } from '../src/state/state-store.ts';

const BARS = { medianMs: 25, p95Ms: 60 };
const MEMORIES = 500;
const STATE_PER_PROJECT = 8;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    home: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const trees = resolve(values.data, 'projects');
const ids = readdirSync(trees).sort();
const queries = readFileSync(join(values.data, 'sets/project-routing/queries.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const home = values.home ? resolve(values.home) : mkdtempSync(join(tmpdir(), 'atocore-bench-'));
const app = createAtoCore(
  loadConfig({}, { ATOCORE_HOME: home, ATOCORE_SOURCES: `trees=${trees}`, ATOCORE_LOG_LEVEL: 'fatal' }),
);
try {
  await prepare();
  await measure();
} finally {
  await app.close();
  if (!values.home) rmSync(home, { recursive: true, force: true });
}

async function prepare() {
  const project = (id) => ({
    id,
    aliases: [id.split('-')[0]],
    description: id,
    ingest_roots: [{ source: 'trees', subpath: id }],
    workspaces: [],
  });
  await app.registry.update((projects) => (projects.length > 0 ? projects : ids.map(project)));
  for (const known of app.registry.loadOrLast().snapshot.projects) await refreshAndIndex(app, known);
  await app.indexBehind();
  await app.withStore(async (store) => {
    const pending = countPending(store.db, store.embedder.fingerprint);
    if (pending > 0) throw new Error(`${pending} vectors are pending`);
  });
  const { there, sentences } = await app.withStore(async ({ db }) => ({
    there: db.prepare(`SELECT count(*) AS n FROM memories WHERE status = 'active'`).get().n,
    sentences: db
      .prepare('SELECT project, text FROM chunks WHERE words BETWEEN 20 AND 60 ORDER BY id % 997, id LIMIT 4000')
      .all(),
  }));
  const person = { actor: 'bench', reason: 'bench', at: '2026-01-01T00:00:00Z' };
  const types = ['project', 'episodic', 'adaptation', 'knowledge', 'preference', 'identity'];
  for (let at = 0, added = there; added < MEMORIES && at < sentences.length; at += 1) {
    const { project, text } = sentences[at];
    const content = text.replace(/\s+/g, ' ').slice(0, 60 + ((at * 37) % 240));
    const type = types[at % types.length];
    const isGlobal = type === 'preference' || type === 'identity' || type === 'knowledge';
    const answer = await addMemory(
      app,
      { content, type, project: isGlobal ? undefined : project, tags: [] },
      { byPerson: true, act: person },
    ).catch(() => undefined);
    if (answer && !answer.duplicate_of) added += 1;
  }
  await app.withStore(async (store) => {
    for (const id of ids)
      for (let at = 0; at < STATE_PER_PROJECT; at += 1) {
        const entry = { project: id, category: 'fact', key: `fact-${at}`, value: sentences[at * 31 + id.length].text };
        await store.write(() =>
          setState(store.db, { ...entry, value: entry.value.slice(0, 300), sources: [] }, person),
        );
      }
  });
}

async function measure() {
  const parts = new Map();
  const timed = async (name, work) => {
    const started = performance.now();
    const result = await work();
    parts.set(name, [...(parts.get(name) ?? []), performance.now() - started]);
    return result;
  };
  let tokens = 0;
  for (const round of ['warm', 'measured']) {
    parts.clear();
    for (const { text } of queries) {
      const pack = await timed('auto_context, whole', () => autoContext(app, { prompt: text }));
      tokens += pack.tokens;
      if (round === 'measured') await measureParts(text, timed);
    }
  }
  console.log(`${queries.length} prompts; a pack has ${Math.round(tokens / queries.length / 2)} tokens on average\n`);
  console.log('part                               median ms   p95 ms');
  const quantile = (times, share) => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)];
  for (const [name, times] of parts)
    console.log(
      name.padEnd(34),
      quantile(times, 0.5).toFixed(1).padStart(9),
      quantile(times, 0.95).toFixed(1).padStart(8),
    );
  const whole = parts.get('auto_context, whole');
  const figures = { medianMs: quantile(whole, 0.5), p95Ms: quantile(whole, 0.95) };
  const missed = Object.keys(BARS).filter((name) => figures[name] >= BARS[name]);
  console.log(
    missed.length === 0
      ? `\nUnder ${BARS.medianMs} and ${BARS.p95Ms} ms.`
      : `\nMissed: ${missed.map((name) => `${name} ${figures[name].toFixed(1)} (bar ${BARS[name]})`).join(', ')}.`,
  );
  if (values.check && missed.length > 0) process.exitCode = 1;
}

/** The parts one by one, each called alone: the whole overlaps the vectors with the words, so they add up to more than it. */
async function measureParts(prompt, timed) {
  await app.withStore(async (store) => {
    const { detection } = await timed('detection', async () => detectFor(app, store, { prompt }));
    const project = detection.project ?? undefined;
    const [vector] = await timed('embedding of the prompt', () => store.embedder.embed([prompt]));
    await timed('nearest vectors', () => store.vectors.nearest(vector, 100, project));
    await timed('words (FTS5 and scoring)', () =>
      searchChunks(store, app.config, { query: prompt, project, limit: 40, mode: 'lexical' }),
    );
    const input = packInput(app, store, {
      prompt,
      project: detection.project,
      budgetTokens: app.config.budget_tokens,
    });
    await timed('gathering: search, memories, state', () => gather(input));
    await timed('gathering, fitting, rendering', () => composePack(input, 'rc_bench'));
    await timed('stems of the prompt', async () => contentStems(prompt));
  });
}
