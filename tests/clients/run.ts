import { spawn } from 'node:child_process';

export interface Ended {
  /** Null when it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
  durationMs: number;
}

export interface RunOptions {
  env: Record<string, string>;
  cwd: string;
  input?: string;
  /** Then it is killed, and the test fails by its code. */
  waitMs?: number;
}

/** Runs a program to its end with nothing of our own environment. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.env,
      cwd: options.cwd,
      timeout: options.waitMs ?? 180_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, durationMs: performance.now() - started }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** The end of a program that must succeed. */
export async function must(ending: Promise<Ended>): Promise<Ended> {
  const ended = await ending;
  if (ended.code !== 0)
    throw new Error(`ended with ${ended.code}: ${ended.stdout.slice(-2_000)}${ended.stderr.slice(-2_000)}`);
  return ended;
}
