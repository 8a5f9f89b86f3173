import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const PROGRAM = resolve(import.meta.dirname, '../../bin/atocore');

export interface CliAnswer {
  code: number;
  stdout: string;
  stderr: string;
  /** The one object on stdout. */
  json<T = Record<string, unknown>>(): T;
  /** The error body on stderr. */
  error(): { code: string; message: string; hint: string };
}

/** A scratch home driven through the real program, as a user would. */
export interface CliHome {
  home: string;
  vault: string;
  env: NodeJS.ProcessEnv;
  write(path: string, content: string | Buffer): void;
  run(args: readonly string[], options?: { input?: string; env?: NodeJS.ProcessEnv }): Promise<CliAnswer>;
  /** `run` with `--json`, which must end with 0. */
  ok<T>(...args: string[]): Promise<T>;
  remove(): void;
}

export function createCliHome(embedder: 'none' | 'bundled' = 'none'): CliHome {
  const home = mkdtempSync(join(tmpdir(), 'atocore-e2e-'));
  const vault = join(home, 'sources', 'vault');
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ATOCORE_')));
  const env = { ...clean, ATOCORE_HOME: home, ATOCORE_EMBEDDER: embedder, ATOCORE_LOG_LEVEL: 'warn' };
  const run: CliHome['run'] = (args, options = {}) =>
    runProgram(args, { ...env, ...options.env }, home, options.input ?? '');
  return {
    home,
    vault,
    env,
    write(path, content) {
      mkdirSync(dirname(join(vault, path)), { recursive: true });
      writeFileSync(join(vault, path), content);
    },
    run,
    async ok<T>(...args: string[]) {
      const answer = await run([...args, '--json']);
      if (answer.code !== 0) throw new Error(`atocore ${args.join(' ')} ended with ${answer.code}: ${answer.stderr}`);
      return answer.json<T & Record<string, unknown>>() as T;
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function runProgram(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string, input: string): Promise<CliAnswer> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, cwd });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    child.on('error', fail);
    child.on('close', (code) => {
      done({
        code: code ?? -1,
        stdout,
        stderr,
        json: <T>() => JSON.parse(stdout) as T,
        error: () =>
          (
            JSON.parse(stderr.slice(stderr.indexOf('{\n  "error"'))) as {
              error: { code: string; message: string; hint: string };
            }
          ).error,
      });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
