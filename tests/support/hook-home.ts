import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliHome, createCliHome, PROGRAM } from './cli.ts';

export interface HookAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A scratch home with a working folder and a transcript, and hooks that run as a client runs them. */
export interface HookHome extends CliHome {
  /** Where the person works; not a part of the home. */
  workspace: string;
  /** Sends one event; with `keepOpen` stdin never ends. */
  hook(
    event: object | string,
    options?: { env?: NodeJS.ProcessEnv; keepOpen?: boolean; args?: string[] },
  ): Promise<HookAnswer>;
  /** A Stop event of a turn whose prompt stands in a transcript of its own. */
  stop(prompt: string, reply: string, more?: object): object;
  /** What lies in the spool, as text. */
  spool(): string[];
}

export function createHookHome(): HookHome {
  const cli = createCliHome();
  const workspace = join(cli.home, 'elsewhere', 'rig');
  mkdirSync(workspace, { recursive: true });
  let turns = 0;
  return {
    ...cli,
    workspace,
    hook: (event, options = {}) => runHook(event, { ...cli.env, ...options.env }, workspace, options),
    stop(prompt, reply, more = {}) {
      turns += 1;
      const transcript_path = join(cli.home, 'elsewhere', `session-${turns}.jsonl`);
      const row = {
        type: 'user',
        promptSource: 'typed',
        promptId: `p${turns}`,
        message: { role: 'user', content: prompt },
      };
      writeFileSync(transcript_path, `${JSON.stringify(row)}\n`);
      return {
        ...{ hook_event_name: 'Stop', session_id: 's1', prompt_id: `p${turns}`, cwd: workspace, transcript_path },
        ...{ stop_hook_active: false, last_assistant_message: reply, ...more },
      };
    },
    spool() {
      const folder = join(cli.home, 'spool');
      try {
        return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      } catch {
        return [];
      }
    },
  };
}

async function runHook(
  event: object | string,
  env: NodeJS.ProcessEnv,
  cwd: string,
  { keepOpen = false, args = ['claude-code'] }: { keepOpen?: boolean; args?: string[] },
): Promise<HookAnswer> {
  // As clients do: the file itself, which finds its own Node.
  const child = spawn(PROGRAM, ['hook', ...args], { env, cwd });
  const read = [collect(child, 'stdout'), collect(child, 'stderr')];
  child.stdin.on('error', () => undefined);
  child.stdin.write(typeof event === 'string' ? event : JSON.stringify(event));
  if (!keepOpen) child.stdin.end();
  const [code] = (await once(child, 'close')) as [number | null];
  child.stdin.destroy();
  return { code, stdout: read[0]!(), stderr: read[1]!() };
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[name]!.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return () => text;
}
