#!/usr/bin/env node
// Names of the skill's commands for the public command line, and nothing more: what a prompt belongs to and what stands in a pack is
// AtoCore's to decide. Prints one JSON object. A missing, silent or broken AtoCore is `"status": "unavailable"` with exit code 0, so
// that the agent goes on without it; an error that AtoCore itself reports is passed on with its exit code.
import { spawn } from 'node:child_process';

/** Command of the skill -> words of the command line. */
const COMMANDS = {
  health: ['status'],
  projects: ['project', 'list'],
  'project-template': ['project', 'template'],
  'propose-project': ['project', 'propose'],
  'register-project': ['project', 'register'],
  'update-project': ['project', 'update'],
  'refresh-project': ['project', 'refresh'],
  'detect-project': ['project', 'detect'],
  'auto-context': ['context'],
};
/** Those that take a prompt. As `-` it comes by stdin, and a shell has nothing to quote. */
const WITH_PROMPT = new Set(['detect-project', 'auto-context']);
/** In milliseconds. A read is done long before; a first refresh of a large vault takes minutes. */
const WAIT_MS = { 'refresh-project': 600_000, default: 20_000 };
/** After SIGTERM, in milliseconds. */
const KILL_WAIT_MS = 1_000;

const [name, ...rest] = process.argv.slice(2);
const words = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
if (words === undefined) {
  const known = Object.keys(COMMANDS).join(', ');
  answer(
    {
      error: { code: 'INVALID_INPUT', message: `There is no command "${name ?? ''}".`, hint: `Use one of: ${known}.` },
    },
    2,
  );
} else {
  const prompt = WITH_PROMPT.has(name) && rest.at(-1) === '-' ? await readPrompt() : undefined;
  const given = prompt === undefined ? rest : [...rest.slice(0, -1), '--', prompt];
  await run(
    [...words, '--json', ...given],
    Number(process.env.ATOCORE_SKILL_WAIT_MS) || (WAIT_MS[name] ?? WAIT_MS.default),
  );
}

async function run(args, waitMs) {
  const child = spawn('atocore', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    child[stream].setEncoding('utf8').on('data', (part) => {
      output[stream] += part;
    });
  const end = await endOf(child, waitMs);
  if (end.reason !== undefined) return unavailable(end.reason);
  const result = parse(output.stdout);
  // A partial refresh ends with 3 and its report.
  if (result !== undefined) return answer(result, end.code);
  const reported = parse(output.stderr.slice(output.stderr.indexOf('{\n  "error"')));
  if (reported?.error === undefined || reported.error.code === 'UNAVAILABLE')
    return unavailable(reported?.error.message ?? `atocore ended with ${end.code}`);
  answer(reported, end.code);
}

/** The exit code after all of the output, or the reason why there is none. What an ended program left behind is not waited for. */
function endOf(child, waitMs) {
  return new Promise((resolve) => {
    const settle = (end) => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(end);
    };
    const giveUp = () => settle({ reason: `no answer within ${waitMs} ms` });
    const timer = setTimeout(() => {
      if (child.exitCode !== null || child.signalCode !== null) return giveUp();
      child.once('exit', giveUp);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), KILL_WAIT_MS).unref();
    }, waitMs);
    child.once('error', ({ code }) =>
      settle({ reason: code === 'ENOENT' ? 'atocore is not installed' : String(code) }),
    );
    child.once('close', (code) => settle({ code: code ?? 1 }));
  });
}

function unavailable(reason) {
  answer({ status: 'unavailable', fail_open: true, reason }, 0);
}

function answer(value, code) {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  process.exitCode = code;
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

async function readPrompt() {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += part;
  return text.trim();
}
