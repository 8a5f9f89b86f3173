import { type HookSettings, readHookSettings } from '../config/hook-settings.ts';
import { LIMITS } from '../core/limits.ts';
import { captureTurn } from './capture-turn.ts';
import { type HookEvent, readHookEvent } from './hook-event.ts';
import { readJsonInput } from './read-input.ts';

const CLIENTS = ['claude-code'];
/** Shown to whoever set the hook up wrongly. Exit code 2 is never used: it would block a prompt, or make an agent go on. */
const USAGE = 'usage: atocore hook claude-code [--home <dir>], with the event as JSON on stdin\n';
const USAGE_EXIT = 1;

/**
 * Answers one event of an agent on this process's stdin and stdout and ends the process: with code 0, within its deadline, whatever happens
 * (cases C21, F06). A capture prints nothing; an injection prints one JSON object or nothing. Runs on any Node from 18 on.
 */
export async function runHook(args: readonly string[]): Promise<void> {
  for (const trouble of ['uncaughtException', 'unhandledRejection'] as const) process.on(trouble, end);
  const { client, home } = readArguments(args);
  if (client === undefined) {
    process.stderr.write(USAGE, () => process.exit(USAGE_EXIT));
    return;
  }
  const deadline = endAt(LIMITS.hookInjectMsMax);
  const event = readHookEvent(await readJsonInput(process.stdin));
  if (event?.kind === 'stop') {
    clearTimeout(deadline);
    endAt(LIMITS.hookCaptureMsMax);
  }
  const settings = readHookSettings(process.env, home);
  const answer = event === undefined ? '' : await handle(event, settings);
  if (answer === '') return end();
  // Making the stream takes some milliseconds, which a capture does not have.
  process.stdout.on('error', end);
  process.stdout.write(answer, end);
}

function end(): void {
  process.exit(0);
}

/** At this age of the process. */
function endAt(ageMs: number): NodeJS.Timeout {
  return setTimeout(end, ageMs - performance.now());
}

function readArguments(args: readonly string[]): { client?: string; home?: string } {
  const [client, option, home] = args;
  if (client === undefined || !CLIENTS.includes(client)) return {};
  if (option === undefined) return { client };
  return option === '--home' && home !== undefined && args.length === 3 ? { client, home } : {};
}

/** What is printed for an event. */
async function handle(event: HookEvent, settings: HookSettings): Promise<string> {
  if (event.kind === 'stop') {
    if (!settings.captureDisabled) await captureTurn(event, settings.home, new Date());
    return '';
  }
  if (settings.contextDisabled) return '';
  // Node's HTTP client alone takes longer to load than a capture may take.
  const { inject } = await import('./inject.ts');
  return inject(event, settings);
}
