import { userInfo } from 'node:os';
import type { AtoCore } from '../app/atocore.ts';
import type { Config } from '../config/load.ts';
import { AtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Progress } from '../operations/operation.ts';
import type { Output } from './output.ts';
import type { RemoteTarget } from './remote.ts';

/** What a command works with. The product is loaded at the first call, so that help and errors cost nothing. */
export interface CliSession {
  readonly output: Output;
  readonly config: Config;
  readonly signal: AbortSignal;
  /** Set when a service (ATOCORE_URL) does the work instead of the local home. */
  readonly remote: boolean;
  /** Who sits at this terminal, as history names them. */
  readonly personName: string;
  /** Calls one operation of the table as the person at this terminal, here or at the service. */
  call<T>(operation: string, input: object, progress?: (progress: Progress) => void): Promise<T>;
  /** The product itself, for what is no operation. */
  app(): Promise<AtoCore>;
  /** The exit code, when the command ends well and yet not with 0. */
  exitCode: number;
  close(): Promise<void>;
}

export function createSession(config: Config, output: Output, signal: AbortSignal): CliSession {
  return config.url === undefined ? openLocal(config, output, signal) : openRemote(config, output, signal);
}

/** Every operation goes to the service; what is no operation is refused by name. */
function openRemote(config: Config, output: Output, signal: AbortSignal): CliSession {
  const target = { url: config.url!, token: config.token };
  let forwarded: Promise<unknown> | undefined;
  return {
    output,
    config,
    signal,
    remote: true,
    personName: personName(),
    exitCode: 0,
    async call<T>(operation: string, input: object): Promise<T> {
      const { callRemote } = await import('./remote.ts');
      forwarded ??= forwardShare(config, target);
      await forwarded;
      return (await callRemote(target, operation, input, signal)) as T;
    },
    async app() {
      throw new AtoError(
        'INVALID_INPUT',
        `This command works on a local home, and ATOCORE_URL names the service at ${target.url}.`,
        'Run it where the service runs, or without ATOCORE_URL.',
      );
    },
    async close() {},
  };
}

/** A command hands over a bounded part of what hooks wrote down; what is left, and why, shows when its own call fails too. */
async function forwardShare(config: Config, target: RemoteTarget): Promise<void> {
  if (config.capture_disabled) return;
  const { forwardSpool } = await import('./forward-spool.ts');
  const limits = { filesMax: LIMITS.spoolShareFilesMax, msMax: LIMITS.spoolShareMsMax };
  await forwardSpool(config.home, target, limits).catch(() => undefined);
}

function openLocal(config: Config, output: Output, signal: AbortSignal): CliSession {
  let opened: Promise<AtoCore> | undefined;
  const session: CliSession = {
    output,
    config,
    signal,
    remote: false,
    personName: personName(),
    exitCode: 0,
    async call<T>(name: string, input: object, progress?: (progress: Progress) => void): Promise<T> {
      const [{ getOperation }, { invoke }, { auditReport }] = await Promise.all([
        import('../operations/index.ts'),
        import('../operations/invoke.ts'),
        import('../operations/audit-report.ts'),
      ]);
      const principal = { kind: 'person', name: session.personName, scope: 'admin' } as const;
      const app = await session.app();
      const call = { app, principal, signal, progress, cwd: process.cwd(), report: auditReport(app) };
      return (await invoke(getOperation(name), call, input)) as T;
    },
    app() {
      opened ??= import('../app/atocore.ts').then(({ createAtoCore }) => createAtoCore(config, { drainsShare: true }));
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
