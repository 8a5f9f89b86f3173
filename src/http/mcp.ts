import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  createMcpHandler,
  isLegacyRequest,
  type JSONRPCMessage,
  parseJSONRPCMessage,
} from '@modelcontextprotocol/server';
import type { AtoCore, Change } from '../app/atocore.ts';
import { AtoError, invalidInput } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { ChangeFeed, type Watchable } from '../mcp/change-feed.ts';
import { createMcpServer, type McpServerSetup } from '../mcp/server.ts';
import type { Principal } from '../operations/operation.ts';
import { agentOf, type Caller } from './callers.ts';
import { type Exchange, HttpError, readJson, send } from './exchange.ts';
import { LegacySseTransport } from './legacy-sse.ts';
import { Sessions } from './sessions.ts';

/** What `createMcpServer` needs beside the caller of a connection. */
export type McpFaceSetup = Omit<McpServerSetup, 'principal' | 'cwd'>;

export interface McpFaceLimits {
  sessionsMax: number;
  sessionIdleMsMax: number;
  streamKeepAliveMs: number;
}

type Wire = NodeStreamableHTTPServerTransport | LegacySseTransport;
type AuthedRequest = IncomingMessage & { auth?: AuthInfo };

export interface McpFace {
  /** `/mcp`: Streamable HTTP of every revision. */
  serve(exchange: Exchange, caller: Caller): Promise<void>;
  /** `GET /sse`: opens a session of the deprecated transport. */
  openSse(exchange: Exchange, caller: Caller): Promise<void>;
  /** `POST /messages`: takes a message for such a session. */
  takeMessage(exchange: Exchange, caller: Caller): Promise<void>;
  readonly sessions: Sessions<Wire>;
  /** Resolves once nothing posted to `/messages` waits for its answer. */
  answered(): Promise<void>;
  close(): Promise<void>;
}

/**
 * MCP over HTTP. Revision 2026-07-28 is stateless: one server object a request. Older clients get sessions, since they are
 * asked and notified on connections of their own.
 */
export function createMcpFace(app: AtoCore, setup: McpFaceSetup, limits: McpFaceLimits): McpFace {
  const watchable = shareWatch(app);
  const onerror = (error: Error) => app.log.debug({ err: error }, 'mcp');
  const handler = createMcpHandler(
    ({ authInfo }) => createMcpServer(app, { ...setup, principal: principalOf(authInfo) }),
    {
      legacy: 'reject',
      onerror,
      maxRequestBodySize: LIMITS.bodyBytesMax,
      keepAliveMs: limits.streamKeepAliveMs,
      maxSubscriptions: limits.sessionsMax,
    },
  );
  const serveModern = toNodeHandler(handler, { onerror, maxRequestBodySize: LIMITS.bodyBytesMax });
  const feed = new ChangeFeed(watchable, handler.notify);
  const sessions = new Sessions<Wire>(limits);

  const connect = async (wire: Wire, caller: Caller, ended: () => void): Promise<ChangeFeed> => {
    const ownFeed = new ChangeFeed(watchable);
    const server = createMcpServer(app, { ...setup, principal: agentOf(caller) });
    ownFeed.attach(server);
    wire.onclose = () => {
      ownFeed.close();
      ended();
    };
    wire.onerror = onerror;
    await server.connect(wire);
    feeds.set(wire, ownFeed);
    return ownFeed;
  };
  const feeds = new WeakMap<Wire, ChangeFeed>();

  const openSession = async ({ req, res }: Exchange, caller: Caller, body: unknown): Promise<void> => {
    await sessions.makeRoom(caller);
    let id: string | undefined;
    const wire = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      keepAliveMs: limits.streamKeepAliveMs,
      maxRequestBodySize: LIMITS.bodyBytesMax,
      onsessioninitialized: (given) => {
        id = given;
        sessions.add({ id: given, key: caller.key, wire, close: () => wire.close() });
      },
    });
    await connect(wire, caller, () => void (id !== undefined && sessions.end(id)));
    await wire.handleRequest(req, res, body);
    if (id === undefined) await wire.close();
  };

  const serveSession = async (exchange: Exchange, caller: Caller, body: unknown): Promise<void> => {
    const { req, res } = exchange;
    const id = req.headers['mcp-session-id'];
    if (id === undefined && isInitialize(body)) return openSession(exchange, caller, body);
    if (id === undefined)
      throw new HttpError(400, 'This request needs the session that initialize opened.', 'Send Mcp-Session-Id.');
    const session = sessions.find(String(id), caller);
    if (!(session?.wire instanceof NodeStreamableHTTPServerTransport)) throw unknownSession();
    const release = sessions.use(session.id);
    res.on('close', release);
    exchange.stream = req.method === 'GET';
    for (const message of Array.isArray(body) ? body : [body])
      if (typeof message === 'object' && message !== null) feeds.get(session.wire)?.observe(message);
    await session.wire.handleRequest(req, res, body);
  };

  const serveStateless = async (exchange: Exchange, caller: Caller, body: unknown): Promise<void> => {
    const { req, res } = exchange;
    const { method, params } = (body ?? {}) as { method?: unknown; params?: { notifications?: unknown } };
    if (method === 'subscriptions/listen') {
      exchange.stream = true;
      feed.listen(exchange, params?.notifications);
      res.on('close', () => feed.release(exchange));
    }
    (req as AuthedRequest).auth = authOf(caller);
    await serveModern(req as AuthedRequest, res, body);
  };

  return {
    sessions,
    async serve(exchange, caller) {
      const { req } = exchange;
      if (req.method !== 'POST') {
        if (req.headers['mcp-session-id'] !== undefined) return serveSession(exchange, caller, undefined);
        throw new HttpError(405, 'Only POST opens a conversation here.', 'Send initialize or server/discover.', {
          allow: 'POST',
        });
      }
      const body = await readJson(exchange);
      if (body === undefined) throw invalidInput('The body is empty.', 'Send one JSON-RPC message.');
      const probe = await toWebRequest(req as AuthedRequest, body);
      const legacy = await isLegacyRequest(probe, body, { maxRequestBodySize: LIMITS.bodyBytesMax });
      return legacy ? serveSession(exchange, caller, body) : serveStateless(exchange, caller, body);
    },
    async openSse(exchange, caller) {
      await sessions.makeRoom(caller);
      const id = randomUUID();
      const address = `/messages?sessionId=${id}`;
      const wire = new LegacySseTransport(id, exchange.res, { address, keepAliveMs: limits.streamKeepAliveMs });
      exchange.stream = true;
      sessions.add({ id, key: caller.key, wire, close: () => wire.close() });
      exchange.res.on('close', sessions.use(id));
      await connect(wire, caller, () => void sessions.end(id));
    },
    async takeMessage(exchange, caller) {
      const session = sessions.find(exchange.query.get('sessionId') ?? '', caller);
      if (!(session?.wire instanceof LegacySseTransport)) throw unknownSession();
      const message = readMessage(await readJson(exchange));
      feeds.get(session.wire)?.observe(message);
      send(exchange.res, 202, 'text/plain', 'Accepted\n');
      session.wire.receive(message);
    },
    async answered() {
      await Promise.all(sessions.all().map(({ wire }) => wire instanceof LegacySseTransport && wire.answered()));
    },
    async close() {
      feed.close();
      await sessions.close();
      await handler.close();
    },
  };
}

function isInitialize(body: unknown): boolean {
  return (body as { method?: unknown } | undefined)?.method === 'initialize';
}

function readMessage(body: unknown): JSONRPCMessage {
  try {
    return parseJSONRPCMessage(body);
  } catch {
    // The parser's text would quote the body.
    throw invalidInput('The body is not a JSON-RPC message.', 'Send one JSON-RPC message.');
  }
}

function unknownSession(): AtoError {
  return new AtoError('NOT_FOUND', 'This caller has no such session.', 'Send initialize without a session id.');
}

/** The SDK hands this to the factory. The token itself is none of its business. */
function authOf(caller: Caller): AuthInfo {
  return { token: '', clientId: caller.name, scopes: [caller.scope], extra: { principal: agentOf(caller) } };
}

function principalOf(auth: AuthInfo | undefined): Principal {
  return auth?.extra?.['principal'] as Principal;
}

/** One watch of the product for any number of feeds: each watch polls the store. */
function shareWatch(app: AtoCore): Watchable {
  const listeners = new Set<(change: Change) => void>();
  let stop: (() => void) | undefined;
  return {
    registry: app.registry,
    watch(listener) {
      listeners.add(listener);
      stop ??= app.watch((change) => {
        for (const each of listeners) each(change);
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
