import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('./backup-worker.ts', import.meta.url));

type Line = Record<string, unknown>;

/** A second process on a home; see backup-worker.ts for its commands. */
export interface OtherProcess {
  readonly child: ChildProcess;
  /** Every line that it has said so far. */
  readonly said: Line[];
  ask(command: object): Promise<unknown>;
  send(command: object): void;
  /** The first line, also a past one, that the test accepts; rejects when the process ends without one. */
  until(accepts: (line: Line) => boolean): Promise<Line>;
  kill(): Promise<void>;
  end(): Promise<void>;
}

/** `env` is added to the environment; `as` names another user, for who may become one. */
export function startProcess(
  home: string,
  prefix = 'w',
  env: NodeJS.ProcessEnv = {},
  as: { uid?: number; gid?: number } = {},
): OtherProcess {
  const child = spawn(process.execPath, [WORKER, home, prefix], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    ...as,
  });
  const said: Line[] = [];
  const waiting = new Set<() => void>();
  const exited = once(child, 'exit');
  let ended = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line) as Line);
    for (const wake of waiting) wake();
  });
  void exited.then(() => {
    ended = true;
    for (const wake of waiting) wake();
  });
  let answered = 0;

  const other: OtherProcess = {
    child,
    said,
    until: (accepts) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = said.find(accepts);
          if (!found && !ended) return;
          waiting.delete(look);
          if (found) resolve(found);
          else reject(new Error(`the process ended; it said ${JSON.stringify(said.slice(-3))}`));
        };
        waiting.add(look);
        look();
      }),
    send: (command) => child.stdin.write(`${JSON.stringify(command)}\n`),
    async ask(command) {
      answered += 1;
      const nth = answered;
      other.send(command);
      const isAnswer = (line: Line) => 'answer' in line || 'error' in line;
      await other.until(() => said.filter(isAnswer).length >= nth);
      const line = said.filter(isAnswer)[nth - 1]!;
      if ('error' in line) throw Object.assign(new Error(String(line['error'])), { code: line['code'] });
      return line['answer'];
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async end() {
      child.stdin.end();
      await exited;
    },
  };
  return other;
}

/** What a command was answered, or the error that it met. */
export interface Answer {
  answer?: unknown;
  error?: string;
  code?: string;
}

/** Asks and does not throw: a test of faults looks at the error. */
export async function attempt(child: OtherProcess, command: object): Promise<Answer> {
  try {
    return { answer: await child.ask(command) };
  } catch (error) {
    return { error: (error as Error).message, code: (error as { code?: string }).code ?? '' };
  }
}
