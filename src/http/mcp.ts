import type { IncomingMessage } from 'node:http';
import { toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { type AuthInfo, createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import type { AtoCore } from '../app/atocore.ts';
import { AtoError, invalidInput } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { ChangeFeed } from '../mcp/change-feed.ts';
import { createMcpServer, type McpServerSetup } from '../mcp/server.ts';
import type { Principal } from '../operations/operation.ts';
import { agentOf, type Caller, type Callers } from './callers.ts';
import { type Exchange, HttpError, readJson } from './exchange.ts';
import { createSessionMcp, type SessionMcp } from './session-mcp.ts';
import { shareWatch } from './share-watch.ts';

/** What `createMcpServer` needs beside the caller of a connection. */
export interface McpFaceSetup extends Omit<McpServerSetup, 'principal' | 'cwd'> {
  /** Makes the server of one connection or request: `createMcpServer`, unless this code is to serve another one. */
  createServer?: typeof createMcpServer;
}

export interface McpFaceLimits {
  batchMessagesMax: number;
  sessionsMax: number;
  sessionIdleMsMax: number;
  streamKeepAliveMs: number;
}

type AuthedRequest = IncomingMessage & { auth?: AuthInfo };

export interface McpFace extends Pick<SessionMcp, 'sessions' | 'openSse' | 'takeMessage' | 'answered'> {
  /** `/mcp`: Streamable HTTP of every revision. */
  serve(exchange: Exchange, caller: Caller): Promise<void>;
  close(): Promise<void>;
}

/**
 * MCP over HTTP. Revision 2026-07-28 is stateless: one server object a request. Older clients get sessions, since they are
 * asked and notified on connections of their own.
 */
export function createMcpFace(
  app: AtoCore,
  setup: McpFaceSetup,
  limits: McpFaceLimits,
  callers: Pick<Callers, 'countCall'>,
): McpFace {
  const watchable = shareWatch(app);
  const onerror = (error: Error) => app.log.debug({ err: error }, 'mcp');
  const { createServer = createMcpServer } = setup;
  const handler = createMcpHandler(
    ({ authInfo }) => createServer(app, { ...setup, principal: principalOf(authInfo) }),
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
  const older = createSessionMcp({ app, setup, limits, watchable });

  const serveStateless = async (exchange: Exchange, caller: Caller, body: unknown): Promise<void> => {
    const { req, res } = exchange;
    const { method, params } = body as { method?: unknown; params?: { notifications?: unknown } };
    if (method === 'subscriptions/listen') {
      exchange.stream = true;
      feed.listen(exchange, params?.notifications);
      res.on('close', () => feed.release(exchange));
    }
    (req as AuthedRequest).auth = authOf(caller);
    await serveModern(req as AuthedRequest, res, body);
  };

  /** The request itself has been counted as one call. */
  const countBatch = async (caller: Caller, messages: number): Promise<void> => {
    if (messages > limits.batchMessagesMax)
      throw new AtoError(
        'TOO_LARGE',
        `A batch of ${messages} messages; at most ${limits.batchMessagesMax} are read.`,
        'Send them one by one.',
      );
    if (messages > 1) await callers.countCall(caller, messages - 1);
  };

  return {
    sessions: older.sessions,
    openSse: older.openSse,
    takeMessage: older.takeMessage,
    answered: older.answered,
    async serve(exchange, caller) {
      const { req } = exchange;
      if (req.method !== 'POST') {
        if (req.headers['mcp-session-id'] !== undefined) return older.serve(exchange, caller, undefined);
        throw new HttpError(405, 'Only POST opens a conversation here.', 'Send initialize or server/discover.', {
          allow: 'POST',
        });
      }
      const body = await readJson(exchange);
      if (typeof body !== 'object' || body === null)
        throw invalidInput('The body is no JSON-RPC message.', 'Send one JSON-RPC message.');
      if (Array.isArray(body)) await countBatch(caller, body.length);
      const probe = await toWebRequest(req as AuthedRequest, body);
      const legacy = await isLegacyRequest(probe, body, { maxRequestBodySize: LIMITS.bodyBytesMax });
      return legacy ? older.serve(exchange, caller, body) : serveStateless(exchange, caller, body);
    },
    async close() {
      feed.close();
      await older.sessions.close();
      await handler.close();
    },
  };
}

/** The SDK hands this to the factory. The token itself is none of its business. */
function authOf(caller: Caller): AuthInfo {
  return { token: '', clientId: caller.name, scopes: [caller.scope], extra: { principal: agentOf(caller) } };
}

function principalOf(auth: AuthInfo | undefined): Principal {
  return auth?.extra?.['principal'] as Principal;
}
