import type { AtoCore } from '../app/atocore.ts';
import { AtoError } from '../core/errors.ts';
import type { CallReport } from '../operations/operation.ts';
import { API_PREFIX, serveApi } from './api.ts';
import { type Caller, type Callers, tooMany } from './callers.ts';
import { type Exchange, HttpError, send, sendJson } from './exchange.ts';
import { type Health, publicPart, wholeHealth } from './health.ts';
import type { McpFace, McpFaceSetup } from './mcp.ts';
import type { Metrics } from './metrics.ts';

export interface RouterParts {
  app: AtoCore;
  setup: Omit<McpFaceSetup, 'report'>;
  callers: Callers;
  mcp: McpFace;
  health: () => Promise<Health>;
  metrics: Metrics;
  report: (report: CallReport) => void;
  isStopping: () => boolean;
}

const RETRY_MS = 1_000;
const PAGE = `AtoCore is running.

GET  /health               how it is and which build it is
GET  /ready                whether it can serve
GET  /metrics              Prometheus metrics
GET  /api/v1/openapi.json  every operation
POST /api/v1/<operation>   calls one with its input as JSON
     /mcp                  Model Context Protocol, Streamable HTTP
     /sse, /messages       Model Context Protocol, deprecated HTTP+SSE
`;

type Authed = (exchange: Exchange, caller: Caller) => Promise<void> | void;

/** Answers one admitted exchange. `full` says that too many are in work already. Throws what is to be answered as an error. */
export function createRouter(parts: RouterParts): (exchange: Exchange, full: boolean) => Promise<void> {
  const { callers, mcp, health, metrics } = parts;
  const api: Authed = (exchange, caller) =>
    serveApi({ app: parts.app, ...parts.setup, report: parts.report }, exchange, caller);
  const authed: Record<string, { methods: string; serve: Authed }> = {
    '/mcp': { methods: 'GET, POST, DELETE', serve: mcp.serve },
    '/sse': { methods: 'GET', serve: mcp.openSse },
    '/messages': { methods: 'POST', serve: mcp.takeMessage },
    '/metrics': {
      methods: 'GET',
      serve: async ({ res }) => send(res, 200, metrics.contentType, await metrics.render()),
    },
  };
  const open: Record<string, (exchange: Exchange) => Promise<void>> = {
    '/': async ({ res }) => send(res, 200, 'text/plain; charset=utf-8', PAGE),
    '/health': async (exchange) => {
      const now = await health();
      const body = isKnown(callers, exchange) ? wholeHealth(now) : publicPart(now);
      sendJson(exchange.res, now.status === 'unavailable' ? 503 : 200, body);
    },
    '/ready': async ({ res }) => {
      const ready = !parts.isStopping() && (await health()).status !== 'unavailable';
      sendJson(res, ready ? 200 : 503, { ready });
    },
  };

  return async (exchange, full) => {
    const { path } = exchange;
    if (Object.hasOwn(open, path)) {
      assertMethod(exchange, 'GET, HEAD');
      return open[path]!(exchange);
    }
    const route = Object.hasOwn(authed, path)
      ? authed[path]
      : path.startsWith(API_PREFIX)
        ? { methods: 'GET, POST', serve: api }
        : undefined;
    if (!route) throw new AtoError('NOT_FOUND', 'This service has no such page.', 'See GET / for what it has.');
    const caller = callers.identify(exchange.req.headers);
    exchange.caller = caller;
    assertMethod(exchange, route.methods);
    if (parts.isStopping()) throw new AtoError('UNAVAILABLE', 'The service is stopping.', 'Try again in a moment.');
    if (full) throw tooMany('Too many requests are in work.', RETRY_MS);
    await callers.countCall(caller);
    await route.serve(exchange, caller);
  };
}

function assertMethod({ req }: Exchange, methods: string): void {
  if (methods.split(', ').includes(req.method ?? '')) return;
  throw new HttpError(405, 'This page does not take that method.', `Use ${methods}.`, { allow: methods });
}

function isKnown(callers: Callers, { req }: Exchange): boolean {
  try {
    callers.identify(req.headers);
    return true;
  } catch {
    // Whoever is not known gets what anybody may know.
    return false;
  }
}
