import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AtoCore } from '../app/atocore.ts';
import type { TokenStore } from '../config/token-store.ts';
import { AtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { auditReport } from '../operations/audit-report.ts';
import type { CallReport } from '../operations/operation.ts';
import { createCallers } from './callers.ts';
import { type Exchange, sendError } from './exchange.ts';
import { guardRules, isLoopback } from './guard.ts';
import { createHealth } from './health.ts';
import { createMcpFace, type McpFaceSetup } from './mcp.ts';
import { createMetrics } from './metrics.ts';
import { OpenExchanges } from './open-exchanges.ts';
import { admit, allowOrigin } from './reception.ts';
import { collectAtRest } from './rest.ts';
import { createRouter } from './router.ts';
import { takeTurns } from './turns.ts';
import { answerUnreadable } from './unreadable.ts';

/** Bounds of one service; each defaults to its namesake in LIMITS. */
export type ServiceLimits = Pick<
  typeof LIMITS,
  | 'headerWaitMsMax'
  | 'requestWaitMsMax'
  | 'connectionIdleMsMax'
  | 'connectionsMax'
  | 'requestsAtOnceMax'
  | 'operationsAtOnceMax'
  | 'callsPerMinuteMax'
  | 'sessionsMax'
  | 'sessionIdleMsMax'
  | 'streamKeepAliveMs'
  | 'stopWaitMsMax'
  | 'restMsMin'
  | 'restHeapBytesMin'
  | 'busyHeapBytesMin'
>;

export interface ServiceSetup extends Omit<McpFaceSetup, 'report'> {
  tokens: TokenStore;
  limits?: Partial<Record<keyof ServiceLimits, number>>;
}

/** A running service. */
export interface Service {
  /** Address for clients on this machine, with the real port. */
  readonly url: string;
  readonly port: number;
  /** Refuses what comes, lets calls in work end within the limit, ends sessions and streams. Does not close the product. */
  stop(): Promise<void>;
}

/** How often open streams are held against the tokens; calls are checked each time anyway. */
const REVOCATION_LOOK_MS = 500;

/**
 * Serves HTTP on `config.host` and `config.port`. Throws CONFIG_INVALID for an address beyond loopback without any token and
 * for a broken token file, UNAVAILABLE when the address is taken. Opens nothing of the product before the first request.
 */
export async function startService(app: AtoCore, setup: ServiceSetup): Promise<Service> {
  const limits = { ...LIMITS, ...setup.limits };
  const { host } = app.config;
  assertMayServe(host, setup.tokens);
  const server = createHttpServer(limits);
  const bound = await listen(server, host, app.config.port);
  const rules = guardRules(app.config, bound);
  // From here on the product knows the real port: answers name the address of this service.
  const served = { ...app, config: { ...app.config, port: bound } };
  const audit = auditReport(app);
  const callers = createCallers(setup.tokens, host, limits.callsPerMinuteMax);
  const report = (done: CallReport): void => {
    const { operation, outcome, duration_ms, principal } = done;
    app.log.info({ token: principal.name, operation, outcome, duration_ms }, 'call');
    metrics.count(done);
    audit(done);
  };
  const faces = { ...setup, operations: takeTurns(setup.operations, limits.operationsAtOnceMax) };
  const mcp = createMcpFace(served, { ...faces, report }, limits, callers);
  const health = createHealth(app);
  const metrics = createMetrics({ health, sessions: () => mcp.sessions.size });
  const route = createRouter({
    app: served,
    setup: faces,
    callers,
    mcp,
    health,
    metrics,
    report,
    isStopping: () => stopping,
  });

  const open = new OpenExchanges();
  let stopping = false;

  const receive = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    let exchange: Exchange | undefined;
    try {
      exchange = admit(req, res, rules);
      open.add(exchange);
      if (allowOrigin(exchange, rules)) return;
      await route(exchange, open.working > limits.requestsAtOnceMax);
      open.settle();
    } catch (thrown) {
      if (stopping) res.setHeader('connection', 'close');
      sendError(res, thrown, exchange?.path === '/mcp' || exchange?.path === '/messages');
    }
  };
  server.on('request', (req, res) => {
    receive(req, res).catch((error: unknown) => app.log.error({ err: error }, 'a request was lost'));
  });
  server.on('clientError', answerUnreadable);
  const revocations = setInterval(() => {
    open.endRevoked(callers.isCurrent);
    void mcp.sessions.endRevoked(callers.isCurrent);
  }, REVOCATION_LOOK_MS);
  revocations.unref();
  const stopCollecting = collectAtRest({
    working: () => open.working,
    limits,
    ondone: (freed_bytes) => app.log.info({ freed_bytes }, 'memory given back'),
  });

  return {
    url: `http://${addressName(host)}:${bound}`,
    port: bound,
    async stop() {
      if (stopping) return;
      stopping = true;
      clearInterval(revocations);
      stopCollecting();
      server.close();
      server.closeIdleConnections();
      await within(limits.stopWaitMsMax, Promise.all([open.drained(), mcp.answered()]));
      await mcp.close();
      server.closeAllConnections();
    },
  };
}

function assertMayServe(host: string, tokens: TokenStore): void {
  if (tokens.list().length > 0 || isLoopback(host)) return;
  throw new AtoError(
    'CONFIG_INVALID',
    `ATOCORE_HOST = "${host}" would serve other machines without any token.`,
    'Make one first: `atocore token create --scope write --name NAME`.',
  );
}

function createHttpServer(limits: Record<keyof ServiceLimits, number>): Server {
  const server = createServer({
    headersTimeout: limits.headerWaitMsMax,
    requestTimeout: limits.requestWaitMsMax,
    keepAliveTimeout: limits.connectionIdleMsMax,
    connectionsCheckingInterval: Math.min(1_000, limits.headerWaitMsMax),
    maxHeaderSize: 16 * 1024,
    // Missing and repeated Host headers are the guard's to refuse.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connectionsMax;
  server.maxRequestsPerSocket = 0;
  return server;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new AtoError(
          'UNAVAILABLE',
          `The service cannot listen on ${host}:${port} (${error.code}).`,
          'Another program may hold it: choose another with --port.',
          {},
          error,
        ),
      ),
    );
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => resolve((server.address() as AddressInfo).port));
  });
}

/** How clients on this machine reach the bound address. */
function addressName(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
