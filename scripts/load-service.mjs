// Loads one service with many clients at once and says what it answered: node scripts/load-service.mjs [clients] [seconds]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLIENTS = Number(process.argv[2] ?? 200);
const SECONDS = Number(process.argv[3] ?? 60);
const PROJECTS = 5;
const NOTES = 40;

const home = mkdtempSync(join(tmpdir(), 'atocore-load-'));
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
const service = spawn('bin/atocore', ['serve', '--port', '0'], {
  env: { ...process.env, ATOCORE_HOME: home, ATOCORE_LOG_LEVEL: 'warn' },
  stdio: ['ignore', 'ignore', 'pipe'],
});
const port = await new Promise((resolve, reject) => {
  let text = '';
  service.stderr.on('data', (part) => {
    text += part;
    const found = /serves at http:\S+:(\d+)/.exec(text);
    if (found) resolve(Number(found[1]));
  });
  service.once('exit', () => reject(new Error(text)));
});

function send(path, input) {
  return new Promise((resolve, reject) => {
    const method = input ? 'POST' : 'GET';
    const sent = request({
      port,
      host: '127.0.0.1',
      path,
      method,
      agent,
      headers: { 'content-type': 'application/json' },
    });
    sent.on('error', reject);
    sent.on('response', async (res) => {
      let text = '';
      for await (const part of res) text += part;
      resolve({ status: res.statusCode, text, retryAfter: res.headers['retry-after'] });
    });
    sent.end(input && JSON.stringify(input));
  });
}
const call = async (operation, input) => JSON.parse((await send(`/api/v1/${operation}`, input)).text);

for (let project = 0; project < PROJECTS; project += 1) {
  const folder = join(home, 'sources', 'vault', `p${project}`);
  mkdirSync(folder, { recursive: true });
  for (let note = 0; note < NOTES; note += 1) {
    const text = `Bench ${note} of project ${project} holds mirror M${note % 7}; vendor ${note % 5} quoted ${note} weeks of lead time.`;
    writeFileSync(join(folder, `note-${note}.md`), `# Note ${note}\n\n${text}\n\n## Beam path\n\n${text.repeat(6)}\n`);
  }
  const registration = {
    id: `p${project}`,
    description: 'load',
    ingest_roots: [{ source: 'vault', subpath: `p${project}` }],
  };
  const { digest } = await call('propose_project', registration);
  await call('register_project', { ...registration, digest });
  await call('refresh_project', { project: `p${project}` });
}

const statuses = new Map();
const times = [];
const timesOf = { auto_context: [], search: [], add_memory: [] };
let acknowledged = 0;
let wrong429 = 0;
let rssMax = 0;
/** Resident memory as the kernel counts it; elsewhere as the service does, which only sees moments. */
const kernel = `/proc/${service.pid}/status`;
const fromKernel = (field) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(kernel, 'utf8'))[1]) / 1024;
const rss = async () =>
  existsSync(kernel)
    ? fromKernel('VmRSS')
    : Number(/process_resident_memory_bytes (\d+)/.exec((await send('/metrics')).text)?.[1]) / 2 ** 20;
const before = await rss();
const until = performance.now() + SECONDS * 1000;

async function client(number) {
  for (let turn = 0; performance.now() < until; turn += 1) {
    const kind = (number + turn) % 3;
    const started = performance.now();
    const { status, retryAfter } =
      kind === 0
        ? await send('/api/v1/auto_context', {
            prompt: `lead time of mirror M${turn % 7} in project p${number % PROJECTS}`,
          })
        : kind === 1
          ? await send('/api/v1/search', { query: `vendor ${turn % 5} quoted weeks`, limit: 5 })
          : await send('/api/v1/add_memory', {
              content: `Client ${number} noted fact ${turn} about bench ${turn % 11}`,
              type: 'episodic',
            });
    const took = performance.now() - started;
    times.push(took);
    Object.values(timesOf)[kind].push(took);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 200 && kind === 2) acknowledged += 1;
    if (status === 429) {
      if (!retryAfter) wrong429 += 1;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(retryAfter)));
    }
  }
}
const watch = setInterval(
  () =>
    rss().then(
      (now) => (rssMax = Math.max(rssMax, now)),
      () => {},
    ),
  2000,
);
const started = performance.now();
await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
clearInterval(watch);
if (existsSync(kernel)) rssMax = fromKernel('VmHWM');
const seconds = (performance.now() - started) / 1000;
const { counts } = await call('status', {});
await new Promise((resolve) => setTimeout(resolve, 20_000));
times.sort((a, b) => a - b);
const at = (share) => Math.round(times[Math.floor(times.length * share)]);
console.log(
  JSON.stringify({
    clients: CLIENTS,
    seconds: Math.round(seconds),
    answers: Object.fromEntries(statuses),
    calls_per_s: Math.round(times.length / seconds),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p50_ms_of: Object.fromEntries(
      Object.entries(timesOf).map(([name, own]) => [name, Math.round(own.sort((a, b) => a - b)[own.length >> 1])]),
    ),
    max_ms: Math.round(times.at(-1)),
    without_retry_after: wrong429,
    memories_acknowledged: acknowledged,
    memories_stored: counts.memories + counts.candidates,
    rss_before_mib: Math.round(before),
    rss_max_mib: Math.round(rssMax),
    rss_after_mib: Math.round(await rss()),
  }),
);
service.kill('SIGTERM');
await new Promise((resolve) => service.once('exit', resolve));
rmSync(home, { recursive: true, force: true });
