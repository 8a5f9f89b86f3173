// The main job on real input: this repository's own documents, a scratch home, a real MCP client over stdio.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const checkout = resolve(import.meta.dirname, '..');
const program = join(checkout, 'bin', 'atocore');
const home = mkdtempSync(join(tmpdir(), 'atocore-demo-'));
const env = { ...process.env, ATOCORE_HOME: home, ATOCORE_SOURCES: `checkout=${checkout}`, ATOCORE_LOG_LEVEL: 'warn' };

const QUESTIONS = [
  'What did we decide about the store of AtoCore: which part is the truth, and what can be rebuilt?',
  'Which embedding model does AtoCore bundle, and why that one?',
  'How do I talk to the maintainer of atocore about a release?',
];

function atocore(...args) {
  const started = performance.now();
  const answer = JSON.parse(
    execFileSync(process.execPath, [program, ...args, '--json'], { env, encoding: 'utf8', cwd: home }),
  );
  console.log(
    `$ atocore ${args.map((arg) => (/^[\w./:=@-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ')}   (${Math.round(performance.now() - started)} ms)`,
  );
  return answer;
}

try {
  mkdirSync(home, { recursive: true });
  atocore(
    'project',
    'register',
    '--id',
    'atocore',
    '--alias',
    'context engine',
    '--description',
    'The context engine itself',
    '--root',
    'checkout:docs',
    '--workspace',
    checkout,
    '--yes',
  );
  const refresh = atocore('project', 'refresh', 'atocore', '--wait');
  console.log(`  ${refresh.documents.added} documents, ${refresh.chunks} chunks`);
  atocore(
    'state',
    'set',
    'atocore',
    'decision',
    'store',
    'SQLite is the truth; vectors are derived and can be rebuilt at any time',
    '--reason',
    'decision record 0003',
  );
  atocore(
    'state',
    'set',
    'atocore',
    'next_focus',
    'release',
    'First release: the main job over MCP on stdio',
    '--reason',
    'planning',
  );
  atocore(
    'memory',
    'add',
    'Release questions go to the maintainers through the issue tracker, not by mail',
    '--type',
    'project',
    '--project',
    'atocore',
  );
  atocore('memory', 'add', 'Prefers short answers with the figure first', '--type', 'preference');

  const client = new Client({ name: 'atocore-demo', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [program, 'mcp'], env, cwd: home, stderr: 'inherit' }),
  );
  for (const prompt of QUESTIONS) {
    const started = performance.now();
    const { content } = await client.callTool({ name: 'auto_context', arguments: { prompt, budget_tokens: 700 } });
    console.log(
      `\n> ${prompt}   (${Math.round(performance.now() - started)} ms)\n${content.map((part) => part.text).join('\n')}`,
    );
  }
  await client.close();
} finally {
  rmSync(home, { recursive: true, force: true });
}

console.log(`
To use AtoCore from this checkout:
  claude mcp add atocore -- ${program} mcp
  openclaw mcp add atocore --command ${program} --arg mcp`);
