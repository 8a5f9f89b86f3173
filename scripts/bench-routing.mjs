// Measures detect_project by content on sets/project-routing: ten projects, 198 texts of documents that are not indexed.
// Usage: npm run bench:routing -- [--data ../shared/data] [--check]. With --check a missed bar ends it with exit code 1.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backgroundFeatures } from '../src/projects/background.ts';
import { detectProject } from '../src/projects/detect.ts';
import { createRouteIndex } from '../src/projects/route-index.ts';
import { createRandom, featuresOf, readCorpus } from './routing-corpus.mjs';

const RESAMPLES = 2_000;
const BARS = { accuracy: 0.93, coverage: 0.88, farStrangers: 0.03, medianMs: 5 };

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, check: { type: 'boolean', default: false } },
});
const lines = (file) =>
  readFileSync(join(values.data, 'sets', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const queries = lines('project-routing/queries.jsonl');
const foreign = lines('scifact/queries.jsonl').map(({ text }) => ({ text }));

const documents = readCorpus(values.data);
const began = performance.now();
const index = createRouteIndex(backgroundFeatures());
for (const document of documents) index.add(document.project, featuresOf(document));
console.log(`${documents.length} documents indexed in ${((performance.now() - began) / 1000).toFixed(1)} s`);
const all = index.projects().sort();

const known = ask(queries, all);
const far = ask(foreign, all);
const near = all.flatMap((left) =>
  ask(
    queries.filter((query) => query.project === left),
    all.filter((project) => project !== left),
  ),
);
const committed = known.filter(commits);
const figures = {
  accuracy: rate(committed, right),
  coverage: rate(known, commits),
  farStrangers: rate(far, commits),
  medianMs: quantile(known, 0.5),
};
console.log('\nten projects, all texts');
console.log(
  `  accuracy at 1, committed   ${three(figures.accuracy)}  (${committed.length} texts; bar ${BARS.accuracy})`,
);
console.log(`  committed                  ${three(figures.coverage)}  (bar ${BARS.coverage})`);
for (const [name, bounds] of Object.entries(intervals(known)))
  console.log(`  95% of resamples, ${name.padEnd(9)} ${bounds}`);
console.log(
  `  far strangers committed    ${three(figures.farStrangers)}  (${far.length} texts; bar ${BARS.farStrangers})`,
);
console.log(`  near strangers committed   ${three(rate(near, commits))}  (each project left out in turn)`);
console.log(`  accuracy at 1, always      ${three(rate(known, (row) => row.best === row.project))}`);
console.log(
  `  a detection                ${three(figures.medianMs)} ms median, ${three(quantile(known, 0.95))} ms p95`,
);

console.log('\nby kind of text      texts  committed  right');
const kinds = Map.groupBy(known, (row) => `${row.kind}${row.names_project ? ', names it' : ''}`);
for (const [kind, rows] of [...kinds].sort()) table(kind, rows);
console.log('\nby confidence        texts  right (best candidate)');
for (let tenth = 0; tenth < 10; tenth += 1) {
  const rows = known.filter((row) => Math.min(9, Math.floor(row.sure * 10)) === tenth);
  const hits = rate(rows, (row) => row.best === row.project);
  if (rows.length > 0) console.log(`.${tenth} to .${tenth}9`.padEnd(20), String(rows.length).padEnd(6), three(hits));
}
console.log('\nregistered           texts  committed  right   near     far strangers committed');
for (const size of [1, 3, 10]) bySize(size);

const missed = [
  figures.accuracy < BARS.accuracy && 'accuracy',
  figures.coverage < BARS.coverage && 'coverage',
  figures.farStrangers > BARS.farStrangers && 'far strangers',
  figures.medianMs > BARS.medianMs && 'time',
].filter(Boolean);
console.log(missed.length === 0 ? '\nEvery bar is met.' : `\nMissed: ${missed.join(', ')}.`);
if (values.check && missed.length > 0) process.exitCode = 1;

/** Registries of `size` projects that lie together in the circle of names, each start once. */
function bySize(size) {
  const [own, others, strangers] = [[], [], []];
  for (let start = 0; start < (size === all.length ? 1 : all.length); start += 1) {
    const registry = Array.from({ length: size }, (_, at) => all[(start + at) % all.length]);
    const belongs = (query) => registry.includes(query.project);
    own.push(...ask(queries.filter(belongs), registry));
    const rest = size === all.length ? [] : queries.filter((query) => !belongs(query));
    others.push(...ask(rest, registry));
    strangers.push(...ask(foreign, registry));
  }
  const nearly = size === all.length ? near : others;
  table(String(size), own, three(rate(nearly, commits)).padEnd(8), three(rate(strangers, commits)));
}

/** Percentile bootstrap over documents, since the three texts of one document are not independent. */
function intervals(rows) {
  const random = createRandom(11);
  const groups = [...Map.groupBy(rows, (row) => `${row.project}/${row.path}`).values()];
  const drawn = { accuracy: [], committed: [] };
  for (let round = 0; round < RESAMPLES; round += 1) {
    const sample = groups.flatMap(() => groups[Math.floor(random() * groups.length)]);
    drawn.accuracy.push(rate(sample.filter(commits), right));
    drawn.committed.push(rate(sample, commits));
  }
  return Object.fromEntries(
    Object.entries(drawn).map(([name, rates]) => {
      rates.sort((a, b) => a - b);
      return [name, `${three(rates[RESAMPLES * 0.025])} to ${three(rates[RESAMPLES * 0.975 - 1])}`];
    }),
  );
}

function ask(texts, registry) {
  const projects = registry.map((id) => ({ id, aliases: [], workspaces: [], ingestRoots: [] }));
  return texts.map((query) => {
    const start = performance.now();
    const { project, candidates } = detectProject({ prompt: query.text }, projects, { content: index });
    const ms = performance.now() - start;
    return { ...query, answer: project, best: candidates[0]?.project, sure: candidates[0]?.confidence ?? 0, ms };
  });
}

function commits(row) {
  return row.answer !== null;
}

function right(row) {
  return row.answer === row.project;
}

function table(name, rows, ...more) {
  const taken = rows.filter(commits);
  const cells = [
    String(rows.length).padEnd(6),
    three(rate(rows, commits)).padEnd(10),
    three(rate(taken, right)).padEnd(7),
  ];
  console.log(name.padEnd(20), ...cells, ...more);
}

function rate(rows, holds) {
  return rows.length === 0 ? Number.NaN : rows.filter(holds).length / rows.length;
}

function quantile(rows, part) {
  return rows.map((row) => row.ms).sort((a, b) => a - b)[Math.floor(rows.length * part)];
}

function three(number) {
  return Number.isNaN(number) ? '-' : number.toFixed(3);
}
