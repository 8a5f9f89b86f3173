// How long hooks take, as a client starts them: node scripts/bench-hooks.mjs [--runs 50] [--node <binary>] [--check]
// Needs a build. The full disk and the read-only home are small mounts, which only root may make; elsewhere they are left out.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '50' }, node: { type: 'string' }, check: { type: 'boolean' } },
});
const RUNS = Number(values.runs);
const PROGRAM = resolve(import.meta.dirname, '..', 'bin', 'atocore');
const STOP_MEDIAN_MS = 80;
const STOP_WORST_MS = 500;
const CAPTURE_DEADLINE_MS = 5_000;
const INJECT_DEADLINE_MS = 3_000;

const scratch = mkdtempSync(join(tmpdir(), 'atocore-bench-hooks-'));
const mounts = [];
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ATOCORE_')));
const QUESTION = 'what did we decide about the optics vendor?';
const WORDS = 'The blanks come from Mainz, the coating is made in Jena, and the beam path is folded twice. ';

function transcript(prompt) {
  const path = join(scratch, `session-${Math.random().toString(36).slice(2)}.jsonl`);
  const row = { type: 'user', promptSource: 'typed', promptId: 'p1', message: { role: 'user', content: prompt } };
  // A turn of some work: tool results of a few hundred kilobytes lie behind the prompt.
  const tool = { type: 'user', toolUseResult: { stdout: 'x'.repeat(2_000) }, message: { role: 'user', content: [] } };
  writeFileSync(path, [row, ...Array(150).fill(tool)].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

const stop = (path, reply) => (run) =>
  JSON.stringify({
    ...{ hook_event_name: 'Stop', session_id: `s${run}`, prompt_id: 'p1', cwd: '/srv', transcript_path: path },
    ...{ stop_hook_active: false, last_assistant_message: reply },
  });
const inject = (name) => () =>
  JSON.stringify({ hook_event_name: name, session_id: 's1', cwd: '/srv', prompt: QUESTION, source: 'startup' });

/** Runs one hook; answers its time, exit code and output. */
function once(event, home, { keepOpen = false, more = {} } = {}) {
  return new Promise((done) => {
    const started = performance.now();
    const command = values.node ? [values.node, PROGRAM] : [PROGRAM];
    const [file, ...args] = [...command, 'hook', 'claude-code'];
    const child = spawn(file, args, { env: { ...env, ATOCORE_HOME: home, ...more } });
    let stdout = '';
    child.stdout.on('data', (part) => {
      stdout += part;
    });
    child.stdin.on('error', () => {});
    child.stdin.write(event);
    if (!keepOpen) child.stdin.end();
    child.on('close', (code) => {
      child.stdin.destroy();
      done({ ms: performance.now() - started, code, stdout });
    });
  });
}

const results = [];
async function measure(name, event, home, options = {}) {
  const runs = [];
  for (let run = 0; run < (options.runs ?? RUNS); run += 1) runs.push(await once(event(run), home, options));
  const times = runs.map(({ ms }) => ms).sort((a, b) => a - b);
  const speaks = options.speaks === true;
  const good = runs.every(({ code, stdout }) => code === 0 && (stdout !== '') === speaks);
  const [median, worst] = [times[Math.floor(times.length / 2)], times.at(-1)];
  const within = median <= (options.medianMs ?? Number.POSITIVE_INFINITY) && worst <= options.worstMs;
  results.push({ name, runs: times.length, median_ms: Math.round(median), worst_ms: Math.round(worst), good, within });
}

function mount(name, ...options) {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', folder]);
  if (done.status === 0) mounts.push(folder);
  return done.status === 0 ? folder : undefined;
}

function newHome(name) {
  const home = join(scratch, name);
  mkdirSync(join(home, 'sources', 'vault', 'p05'), { recursive: true });
  return home;
}

/** A home with one project that answers the question. */
function knownHome() {
  const home = newHome('known');
  const notes = '# Optics vendor\n\nWe decided that Zygo delivers the optics of the interferometer.\n';
  writeFileSync(join(home, 'sources', 'vault', 'p05', 'notes.md'), notes);
  const run = (...args) => spawnSync(process.execPath, [PROGRAM, ...args], { env: { ...env, ATOCORE_HOME: home } });
  const flags = [
    '--id',
    'p05',
    '--alias',
    'optics',
    '--description',
    'Optics',
    '--root',
    'vault:p05',
    '--workspace',
    '/srv',
  ];
  run('project', 'register', ...flags, '--yes');
  run('project', 'refresh', 'p05');
  run('state', 'set', 'p05', 'decision', 'optics-vendor', 'Zygo delivers', '--reason', 'bench');
  return home;
}

async function measureCaptures() {
  const path = transcript(WORDS.repeat(10));
  const reply = WORDS.repeat(20);
  const limits = { medianMs: STOP_MEDIAN_MS, worstMs: STOP_WORST_MS };
  await measure('Stop', stop(path, reply), newHome('plain'), limits);
  const suspect = stop(path, `${reply}\nThe key begins with sk-ant- and lies in the vault.`);
  await measure('Stop, text that may hold a secret', suspect, newHome('suspect'), { worstMs: STOP_WORST_MS });
  const long = stop(transcript(WORDS.repeat(1_000)), WORDS.repeat(1_000));
  await measure('Stop, prompt and reply of 93,000 characters', long, newHome('long'), { worstMs: CAPTURE_DEADLINE_MS });
  await measure('Stop, stdin never closes', stop(path, reply), newHome('open'), { keepOpen: true, ...limits });
  const full = newHome('full');
  mkdirSync(join(full, 'spool'));
  for (let number = 0; number < 10_000; number += 1)
    writeFileSync(join(full, 'spool', `1795000000000-${String(number).padStart(32, '0')}-1k.json`), '{}');
  await measure('Stop, 10,000 turns in the spool', stop(path, reply), full, limits);
  const disk = mount('disk', 'size=16k', 'nr_inodes=64');
  if (disk) {
    writeFileSync(join(disk, 'ballast'), 'x'.repeat(12 * 1024));
    await measure('Stop, the disk is full', stop(path, reply), disk, limits);
  }
  const locked = mount('locked', 'ro');
  if (locked) await measure('Stop, the home is read-only', stop(path, reply), locked, limits);
}

async function measureInjections() {
  const limits = { worstMs: INJECT_DEADLINE_MS };
  const [ask, begin] = [inject('UserPromptSubmit'), inject('SessionStart')];
  const nowhere = { ...limits, more: { ATOCORE_URL: 'http://127.0.0.1:9' } };
  await measure('prompt, the named service is gone', ask, newHome('gone'), nowhere);
  await measure('prompt, no store', ask, newHome('empty'), limits);
  await measure('prompt, stdin open and nothing on it', () => '', newHome('nothing'), {
    ...limits,
    keepOpen: true,
    runs: 3,
  });
  const home = knownHome();
  await measure('prompt, local home', ask, home, { ...limits, speaks: true });
  await measure('session, local home', begin, home, { ...limits, speaks: true });
  const service = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0'], {
    env: { ...env, ATOCORE_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise((ready) => service.stderr.on('data', (part) => /serves at/.test(String(part)) && ready()));
  await measure('prompt, running service', ask, home, { ...limits, speaks: true });
  await measure('session, running service', begin, home, { ...limits, speaks: true });
  const closed = new Promise((done) => service.on('close', done));
  service.kill('SIGTERM');
  await closed;
}

try {
  // Files that were just written are read from the disk the first time.
  await once(stop(transcript(WORDS), WORDS)(0), newHome('warm'));
  await measureCaptures();
  await measureInjections();
} finally {
  for (const folder of mounts) spawnSync('umount', [folder]);
  rmSync(scratch, { recursive: true, force: true });
}
console.table(results);
const missed = results.filter(({ good, within }) => !good || !within);
if (values.check && missed.length > 0) process.exitCode = 1;
