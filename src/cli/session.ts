import { userInfo } from 'node:os';
import type { AtoCore } from '../app/atocore.ts';
import type { Config } from '../config/load.ts';
import type { Progress } from '../operations/operation.ts';
import type { Output } from './output.ts';

/** What a command works with. The product is loaded at the first call, so that help and errors cost nothing. */
export interface CliSession {
  readonly output: Output;
  readonly config: Config;
  readonly signal: AbortSignal;
  /** Who sits at this terminal, as history names them. */
  readonly personName: string;
  /** Calls one operation of the table as the person at this terminal. */
  call<T>(operation: string, input: object, progress?: (progress: Progress) => void): Promise<T>;
  /** The product itself, for what is no operation. */
  app(): Promise<AtoCore>;
  /** The exit code, when the command ends well and yet not with 0. */
  exitCode: number;
  close(): Promise<void>;
}

export function createSession(config: Config, output: Output, signal: AbortSignal): CliSession {
  let opened: Promise<AtoCore> | undefined;
  const session: CliSession = {
    output,
    config,
    signal,
    personName: personName(),
    exitCode: 0,
    async call<T>(name: string, input: object, progress?: (progress: Progress) => void): Promise<T> {
      const [{ getOperation }, { invoke }] = await Promise.all([
        import('../operations/index.ts'),
        import('../operations/invoke.ts'),
      ]);
      const principal = { kind: 'person', name: session.personName, scope: 'admin' } as const;
      const call = { app: await session.app(), principal, signal, progress, cwd: process.cwd() };
      return (await invoke(getOperation(name), call, input)) as T;
    },
    app() {
      opened ??= import('../app/atocore.ts').then(({ createAtoCore }) => createAtoCore(config));
      return opened;
    },
    async close() {
      await (await opened)?.close();
    },
  };
  return session;
}

function personName(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers run under user ids without a name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
