// Runs the public MCP conformance suite, of both its lines, against the product's serving code and against the product:
// npm run conformance
import { execFile, spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The lines of the suite and how many scenarios each requires of a server; fewer would mean that the suite has shrunk. */
const LINES = [
  {
    name: '2025-11-25, suite 0.1.16',
    suite: 'conformance-0.1',
    args: [],
    required: 30,
    baseline: 'product-0.1.16.yml',
  },
  ...[
    ['2025-11-25', 30],
    ['2026-07-28', 37],
  ].map(([revision, required]) => ({
    name: `${revision}, suite 0.2.0-alpha.12`,
    suite: 'conformance-0.2',
    args: ['--requirements', revision],
    required,
    baseline: `product-${revision}.yml`,
  })),
];
const FOLDER = 'tests/conformance';
const SUITE_WAIT_MS = 120_000;

/** A process that serves, once it has said where; `pattern` finds the address in what it says. */
function start(args, env, stream, pattern) {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const silent = stream === 'stdout' ? 'stderr' : 'stdout';
  child[silent].resume();
  return new Promise((resolve, reject) => {
    let said = '';
    child[stream].on('data', (part) => {
      said += part;
      const url = pattern.exec(said)?.[1];
      if (url) resolve({ url, stop: () => child.kill('SIGKILL') });
    });
    child.once('exit', () => reject(new Error(`it ended before it served: ${said}`)));
  });
}

function runSuite({ suite, args }, url, more = []) {
  const results = mkdtempSync(join(home, 'results-'));
  const program = [
    `node_modules/${suite}/dist/index.js`,
    'server',
    '--url',
    `${url}/mcp`,
    '-o',
    results,
    ...args,
    ...more,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { timeout: SUITE_WAIT_MS, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ ok: !error, text: `${stdout}${stderr}`, results }),
    );
  });
}

/** Names of the scenarios that passed, without those that the revision does not score. */
function passedOf(text) {
  const summary = text.slice(text.indexOf('=== SUMMARY ==='));
  const unscored = new Set([...summary.matchAll(/^ {2}. ([\w-]+) \(/gm)].map((match) => match[1]));
  const names = [...summary.matchAll(/^✓ ([\w-]+): /gm)].map((match) => match[1]);
  return names.filter((name) => !unscored.has(name));
}

const failures = [];
function report(what, ok, result) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}`);
  if (!ok) failures.push(result.text.slice(Math.max(0, result.text.indexOf('=== SUMMARY ==='))), ...complaints(result));
}

/** What the suite says of each check that failed. */
function complaints({ results }) {
  const checks = globSync(join(results, '*', 'checks.json')).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
  return checks.filter(({ status }) => status === 'FAILURE').map(({ id, errorMessage }) => `${id}: ${errorMessage}`);
}

const home = mkdtempSync(join(tmpdir(), 'atocore-conformance-'));
const fixture = await start([`${FOLDER}/serve.ts`], {}, 'stdout', /(http:\S+)/);
const product = await start(
  ['bin/atocore', 'serve', '--port', '0'],
  { ATOCORE_HOME: home, ATOCORE_EMBEDDER: 'none' },
  'stderr',
  /serves at (http:\S+)/,
);
try {
  for (const line of LINES) {
    const result = await runSuite(line, fixture.url);
    const passed = passedOf(result.text).length;
    report(
      `serving code, ${line.name}: ${passed} of ${line.required} required scenarios`,
      result.ok && passed === line.required,
      result,
    );
  }
  for (const line of LINES) {
    const result = await runSuite(line, product.url, ['--expected-failures', `${FOLDER}/${line.baseline}`]);
    report(`product, ${line.name}: as ${line.baseline} says`, result.ok, result);
  }
} finally {
  fixture.stop();
  product.stop();
  rmSync(home, { recursive: true, force: true });
}
for (const text of failures) console.log(text);
process.exitCode = failures.length > 0 ? 1 : 0;
