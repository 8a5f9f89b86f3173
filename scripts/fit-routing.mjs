// Fits the weights of src/projects/route-confidence.ts and prints them with their calibration.
// Usage: node scripts/fit-routing.mjs [--data ../shared/data]. Reads only the documents that may be indexed; never the
// queries of sets/project-routing. Texts: the title (two words or more), and the first and the middle paragraph (120 to
// 600 characters) of up to 100 documents a project. Each is scored while a tenth of all documents, its own among them, is
// out of the index, as those of a set of queries are. Far strangers: the questions and messages of
// sets/longmemeval-evidence, which are about people's daily lives.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backgroundFeatures } from '../src/projects/background.ts';
import { confidenceInputs } from '../src/projects/route-confidence.ts';
import { createRouteIndex } from '../src/projects/route-index.ts';
import { createRandom, featuresOf, readCorpus } from './routing-corpus.mjs';

const RIDGE = 0.001;
const REGISTRY_SIZES = [10, 5, 3, 1];
const DOCUMENTS_PER_PROJECT = 100;
const FAR_TEXTS = 800;
const PARTS = 10;

const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } });
const samples = drawSamples(readCorpus(values.data));
const projects = [...new Set(samples.map((sample) => sample.project))];
console.log(samples.length, 'texts and registries;', projects.length, 'projects');

const weights = fitWeights(samples);
console.log(
  'weights',
  weights.map((weight) => weight.toFixed(2)).join(' '),
  '(share, mass, n>=1, n>=3, pairs, registered, bias)',
);

// Judged on projects whose own texts had no part in the weights.
for (const held of projects) {
  const fold = fitWeights(samples.filter((sample) => sample.project !== held));
  for (const sample of samples) if (sample.project === held) sample.confidence = predict(fold, sample.inputs);
}
console.log('log loss, each project judged by weights fitted without its texts:', logLoss(samples).toFixed(4));
console.log('\nprojects  threshold  committed  right   near    far strangers committed');
for (const size of REGISTRY_SIZES)
  for (const threshold of [0.4, 0.45, 0.5, 0.55, 0.6, 0.65]) thresholdRow(size, threshold);
console.log('\nconfidence  texts (weighted)  right');
for (let tenth = 0; tenth < 10; tenth += 1) {
  const bin = samples.filter((sample) => Math.min(9, Math.floor(sample.confidence * 10)) === tenth);
  const whole = bin.reduce((sum, sample) => sum + sample.weight, 0);
  const right = bin.reduce((sum, sample) => sum + (sample.right ? sample.weight : 0), 0);
  console.log(`.${tenth}          ${whole.toFixed(0).padEnd(17)} ${(right / whole).toFixed(3)}`);
}

function thresholdRow(size, threshold) {
  const rows = samples.filter((sample) => sample.size === size);
  const known = rows.filter((sample) => !sample.stranger);
  const strangers = rows.filter((sample) => sample.stranger && !sample.far);
  const far = rows.filter((sample) => sample.far);
  const sure = (sample) => sample.confidence >= threshold;
  const taken = known.filter(sure);
  const hits = taken.filter((sample) => sample.right);
  const cells = [
    share(taken, known).padEnd(10),
    share(hits, taken).padEnd(7),
    share(strangers.filter(sure), strangers).padEnd(8),
    share(far.filter(sure), far),
  ];
  console.log(String(size).padEnd(9), threshold.toFixed(2).padEnd(10), ...cells);
}

function drawSamples(documents) {
  const random = createRandom(7);
  const index = createRouteIndex(backgroundFeatures());
  for (const document of documents) {
    document.features = featuresOf(document);
    index.add(document.project, document.features);
  }
  const all = Map.groupBy(documents, (document) => document.project);
  const asked = new Set();
  for (const own of all.values()) {
    const order = choose(own, own.length, random);
    order.forEach((document, at) => {
      document.part = at % PARTS;
      if (at < DOCUMENTS_PER_PROJECT) asked.add(document);
    });
  }
  const drawn = farSamples([...all.keys()], index, random);
  for (let part = 0; part < PARTS; part += 1) {
    const out = documents.filter((document) => document.part === part);
    for (const document of out) index.remove(document.project, document.features);
    for (const document of out) {
      if (asked.has(document)) drawn.push(...samplesOf(document, [...all.keys()], index, random));
    }
    for (const document of out) index.add(document.project, document.features);
  }
  return drawn;
}

/** Texts of other fields: without them the weights learn only to tell neighbours apart, and take any resemblance for a claim. */
function farSamples(names, index, random) {
  const lines = (file) =>
    readFileSync(join(values.data, 'sets/longmemeval-evidence', file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).text);
  const messages = lines('corpus.jsonl').map((text) => text.replace(/^user: /, '').slice(0, 600));
  const texts = [...choose(lines('queries.jsonl'), FAR_TEXTS / 2, random), ...choose(messages, FAR_TEXTS / 2, random)];
  return texts.flatMap((text, at) =>
    REGISTRY_SIZES.flatMap((size) => {
      const registry = new Set(choose(names, size, random));
      const best = index.score(text, (name) => registry.has(name)).candidates[0];
      if (best === undefined) return [];
      const inputs = confidenceInputs(best, size);
      // Ten parts, each judged by weights fitted without it, as the projects are.
      const project = `far ${at % PARTS}`;
      return [{ project, far: true, size, stranger: true, inputs, right: false, weight: 1 / size }];
    }),
  );
}

/** Each text of a document in a registry of every size, and again in one that lacks its project. */
function samplesOf(document, names, index, random) {
  const { project } = document;
  const others = names.filter((name) => name !== project);
  return textsOf(document).flatMap((text) =>
    REGISTRY_SIZES.flatMap((size) =>
      [false, true].flatMap((stranger) => {
        const registry = new Set(choose(others, stranger ? size : size - 1, random));
        if (!stranger) registry.add(project);
        const best = index.score(text, (name) => registry.has(name)).candidates[0];
        if (best === undefined) return [];
        const inputs = confidenceInputs(best, registry.size);
        // The better filled the registry, the rarer a stranger: one text in n + 1.
        return [{ project, size, stranger, inputs, right: best.project === project, weight: stranger ? 1 / size : 1 }];
      }),
    ),
  );
}

function textsOf({ title, paragraphs }) {
  const whole = paragraphs.filter((text) => text.length >= 120 && text.length <= 600);
  const texts = title.trim().split(/\s+/).length >= 2 ? [title] : [];
  if (whole.length > 0) texts.push(whole[0]);
  if (whole.length > 2) texts.push(whole[Math.floor(whole.length / 2)]);
  return texts;
}

/** Weighted logistic regression with a ridge, by Newton's method; the bias, last, has no ridge. */
function fitWeights(rows) {
  const size = rows[0].inputs.length + 1;
  const solution = new Array(size).fill(0);
  for (let round = 0; round < 15; round += 1) {
    const system = Array.from({ length: size }, () => new Array(size + 1).fill(0));
    for (const { inputs, right, weight } of rows) {
      const x = [...inputs, 1];
      const p = predict(solution, inputs);
      for (let i = 0; i < size; i += 1) {
        system[i][size] += weight * (Number(right) - p) * x[i];
        for (let j = 0; j < size; j += 1) system[i][j] += weight * p * (1 - p) * x[i] * x[j];
      }
    }
    for (let i = 0; i < size - 1; i += 1) {
      system[i][i] += RIDGE * rows.length;
      system[i][size] -= RIDGE * rows.length * solution[i];
    }
    solve(system).forEach((step, at) => {
      solution[at] += step;
    });
  }
  return solution;
}

/** Gauss-Jordan elimination of a symmetric positive definite system; the last column is the right-hand side. */
function solve(system) {
  const size = system.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = system[row][pivot] / system[pivot][pivot];
      for (let column = pivot; column <= size; column += 1) system[row][column] -= factor * system[pivot][column];
    }
  }
  return system.map((row, at) => row[size] / row[at]);
}

function predict(solution, inputs) {
  const sum = inputs.reduce((total, input, at) => total + input * solution[at], solution.at(-1));
  return 1 / (1 + Math.exp(-sum));
}

function logLoss(rows) {
  let loss = 0;
  let whole = 0;
  for (const { right, confidence, weight } of rows) {
    loss -= weight * Math.log(right ? confidence : 1 - confidence);
    whole += weight;
  }
  return loss / whole;
}

function share(part, whole) {
  return whole.length === 0 ? '-' : (part.length / whole.length).toFixed(3);
}

function choose(items, count, random) {
  const shuffled = [...items];
  for (let at = shuffled.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
  }
  return shuffled.slice(0, count);
}
