import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';
import type { AtoCore } from '../app/atocore.ts';
import { AtoError, invalidInput } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { ChangeFeed, type Watchable } from '../mcp/change-feed.ts';
import { createMcpServer } from '../mcp/server.ts';
import { agentOf, type Caller } from './callers.ts';
import { type Exchange, HttpError, readJson, send } from './exchange.ts';
import { LegacySseTransport } from './legacy-sse.ts';
import type { McpFaceLimits, McpFaceSetup } from './mcp.ts';
import { type Session, Sessions } from './sessions.ts';

/** The connection of one session, with the feed that notifies it. */
interface Line<Transport> {
  transport: Transport;
  feed: ChangeFeed;
}

type AnyLine = Line<NodeStreamableHTTPServerTransport | LegacySseTransport>;

/** MCP for clients of revision 2025-11-25 and older, which are asked and notified on connections of their own. */
export interface SessionMcp {
  /** A request to `/mcp`; `body` is undefined for GET and DELETE. */
  serve(exchange: Exchange, caller: Caller, body: unknown): Promise<void>;
  openSse(exchange: Exchange, caller: Caller): Promise<void>;
  takeMessage(exchange: Exchange, caller: Caller): Promise<void>;
  readonly sessions: Sessions<AnyLine>;
  answered(): Promise<void>;
}

interface Parts {
  app: AtoCore;
  setup: McpFaceSetup;
  limits: McpFaceLimits;
  watchable: Watchable;
}

export function createSessionMcp(parts: Parts): SessionMcp {
  const sessions = new Sessions<AnyLine>(parts.limits);

  return {
    sessions,
    async serve(exchange, caller, body) {
      const { req, res } = exchange;
      const id = req.headers['mcp-session-id'];
      if (id === undefined && isInitialize(body)) return openSession(parts, sessions, exchange, caller, body);
      if (id === undefined)
        throw new HttpError(400, 'This request needs the session that initialize opened.', 'Send Mcp-Session-Id.');
      const session = sessions.find(String(id), caller);
      const transport = session?.wire.transport;
      if (!session || !(transport instanceof NodeStreamableHTTPServerTransport)) throw unknownSession();
      res.on('close', sessions.use(session.id));
      exchange.stream = req.method === 'GET';
      for (const message of Array.isArray(body) ? body : [body]) observe(session, message);
      await transport.handleRequest(req, res, body);
    },
    async openSse(exchange, caller) {
      await sessions.makeRoom(caller);
      const id = randomUUID();
      const transport = new LegacySseTransport(id, exchange.res, {
        address: `/messages?sessionId=${id}`,
        keepAliveMs: parts.limits.streamKeepAliveMs,
      });
      exchange.stream = true;
      const line = prepare(parts, transport, () => void sessions.end(id));
      sessions.add({ id, key: caller.key, wire: line, close: () => transport.close() });
      exchange.res.on('close', sessions.use(id));
      await connect(parts, line, caller);
    },
    async takeMessage(exchange, caller) {
      const session = sessions.find(exchange.query.get('sessionId') ?? '', caller);
      const transport = session?.wire.transport;
      if (!session || !(transport instanceof LegacySseTransport)) throw unknownSession();
      const message = readMessage(await readJson(exchange));
      observe(session, message);
      send(exchange.res, 202, 'text/plain', 'Accepted\n');
      transport.receive(message);
    },
    async answered() {
      const transports = sessions.all().map(({ wire }) => wire.transport);
      await Promise.all(transports.map((transport) => transport instanceof LegacySseTransport && transport.answered()));
    },
  };
}

async function openSession(
  parts: Parts,
  sessions: SessionMcp['sessions'],
  { req, res }: Exchange,
  caller: Caller,
  body: unknown,
): Promise<void> {
  await sessions.makeRoom(caller);
  let id: string | undefined;
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    keepAliveMs: parts.limits.streamKeepAliveMs,
    maxRequestBodySize: LIMITS.bodyBytesMax,
    onsessioninitialized: (given) => {
      id = given;
      sessions.add({ id: given, key: caller.key, wire: line, close: () => transport.close() });
    },
  });
  const line = prepare(parts, transport, () => void (id !== undefined && sessions.end(id)));
  await connect(parts, line, caller);
  await transport.handleRequest(req, res, body);
  // The SDK refused the greeting: nothing will come on this connection.
  if (id === undefined) await transport.close();
}

/** Binds a feed to a transport; must come before `connect`, which keeps the handlers that it finds. */
function prepare<Transport extends AnyLine['transport']>(
  { app, watchable }: Parts,
  transport: Transport,
  ended: () => void,
): Line<Transport> {
  const feed = new ChangeFeed(watchable);
  transport.onclose = () => {
    feed.close();
    ended();
  };
  transport.onerror = (error) => app.log.debug({ err: error }, 'mcp');
  return { transport, feed };
}

async function connect({ app, setup }: Parts, { transport, feed }: AnyLine, caller: Caller): Promise<void> {
  const { createServer = createMcpServer } = setup;
  const server = createServer(app, { ...setup, principal: agentOf(caller) });
  feed.attach(server);
  await server.connect(transport);
}

function observe(session: Session<AnyLine>, message: unknown): void {
  if (typeof message === 'object' && message !== null) session.wire.feed.observe(message);
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
