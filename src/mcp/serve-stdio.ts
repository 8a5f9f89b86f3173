import { Writable } from 'node:stream';
import type { McpServer, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { AtoCore } from '../app/atocore.ts';
import { LIMITS } from '../core/limits.ts';
import type { Log } from '../core/log.ts';
import { ChangeFeed } from './change-feed.ts';
import { createMcpServer, type McpServerSetup } from './server.ts';
import { StdioWire } from './stdio-wire.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** When stdin ends, what was asked before may still be answered for this long: clients kill after about two seconds. */
const ANSWER_WAIT_MS = 1_000;
const CLOSE_WAIT_MS = 2_000;
/** After that, whatever still holds the process is not waited for. */
const EXIT_WAIT_MS = 250;

type Ending = 'input ended' | 'output closed' | (typeof SIGNALS)[number];

export interface StdioParts {
  /** A server for one connection of the client; called again when a client starts over. */
  createServer: () => McpServer | Server;
  /** Sees every inbound message before it is served. */
  observe: (message: object) => void;
  log: Log;
  /** Ends what notifies the client; called first. */
  stopNotifying: () => void;
  /** Ends the rest, after everything in work was answered or given up. */
  close: () => Promise<void>;
}

/**
 * Serves AtoCore on this process's stdin and stdout (`serveOnStdio`), then closes `app`. Nothing of `app` is touched before
 * the first call.
 */
export async function serveAtoCoreStdio(app: AtoCore, setup: McpServerSetup): Promise<void> {
  const feed = new ChangeFeed(app);
  await serveOnStdio({
    createServer: () => {
      const server = createMcpServer(app, setup);
      feed.attach(server);
      return server;
    },
    observe: (message) => feed.observe(message),
    log: app.log,
    stopNotifying: () => feed.close(),
    close: () => app.close(),
  });
}

/**
 * Serves MCP on this process's stdin and stdout, to clients of every revision, until stdin ends, stdout breaks or a signal
 * comes; then lets the process exit within about two seconds, with code 0: that is how clients end servers. Owns stdout:
 * whatever else writes there goes to stderr.
 */
export async function serveOnStdio(parts: StdioParts): Promise<void> {
  const { log } = parts;
  const output = claimStdout();
  const wire = new StdioWire(process.stdin, output, { lineBytesMax: LIMITS.bodyBytesMax, observe: parts.observe });
  const ending = untilEnding(output);
  const handle = serveStdio(parts.createServer, {
    transport: wire,
    onerror: (error) => log.debug({ err: error }, 'stdio'),
  });

  const reason = await ending;
  log.debug({ reason }, 'stdio server ends');
  if (reason === 'input ended') await within(ANSWER_WAIT_MS, wire.answered());
  parts.stopNotifying();
  await within(
    CLOSE_WAIT_MS,
    handle.close().then(() => parts.close()),
  );
  process.stdin.destroy();
  setTimeout(() => process.exit(), EXIT_WAIT_MS).unref();
}

/** The first thing that ends the connection. A second signal kills the process, since nothing listens by then. */
function untilEnding(output: Writable): Promise<Ending> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      for (const name of SIGNALS) process.off(name, onSignal);
      resolve(signal as Ending);
    };
    for (const name of SIGNALS) process.on(name, onSignal);
    process.stdin.once('end', () => resolve('input ended'));
    process.stdin.once('close', () => resolve('input ended'));
    process.stdin.on('error', () => resolve('input ended'));
    output.on('error', () => resolve('output closed'));
    process.stdout.on('error', () => resolve('output closed'));
  });
}

/** The only way to the real stdout from here on; `process.stdout.write` and the console go to stderr (case C43). */
function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout) as (
    text: Buffer,
    done: (error?: Error | null) => void,
  ) => boolean;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  return new Writable({ write: (chunk: Buffer, _encoding, done) => void write(chunk, done) });
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  // The process ends whether or not its parts closed well; the store survives a kill at any point.
  await Promise.race([work.catch(() => {}), deadline]);
  clearTimeout(timer);
}
