import type { IncomingMessage, ServerResponse } from 'node:http';
import { AtoError, invalidInput } from '../core/errors.ts';
import type { Exchange } from './exchange.ts';
import { type GuardRules, hasSecretInQuery, isHostAllowed, isOriginAllowed, readPath } from './guard.ts';

/** On every answer: nothing is cached, sniffed, framed, or told onwards. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
} as const;

const CORS_METHODS = 'GET, POST, DELETE';
const CORS_HEADERS =
  'Authorization, Content-Type, Accept, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID';

/** Lets a request in, or throws. Comes before every route, token and body. */
export function admit(req: IncomingMessage, res: ServerResponse, rules: GuardRules): Exchange {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  if (!isHostAllowed(rules, rawValues(req, 'host')))
    throw forbidden('Host', 'Add it to ATOCORE_ALLOWED_HOSTS if it is yours.');
  if (!isOriginAllowed(rules, rawValues(req, 'origin')))
    throw forbidden('Origin', 'Add it to ATOCORE_ALLOWED_ORIGINS if it is yours.');
  const path = readPath(req.url);
  if (path === undefined) throw invalidInput('The request target is not a path of this service.', 'Send a plain path.');
  if (hasSecretInQuery(req.url!))
    throw invalidInput('Secrets do not belong into addresses.', 'Send Authorization: Bearer instead.');
  const gone = new AbortController();
  res.on('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const query = new URLSearchParams(req.url!.split('?')[1] ?? '');
  return { req, res, path, query, signal: gone.signal, stream: false, caller: undefined };
}

/** Answers preflights and marks answers for pages of configured origins; without any configured there is no CORS. */
export function allowOrigin({ req, res }: Exchange, rules: GuardRules): boolean {
  const { origin } = req.headers;
  if (origin === undefined || !rules.origins.has(origin.toLowerCase())) return false;
  res.setHeader('access-control-allow-origin', origin);
  res.setHeader('access-control-expose-headers', 'Mcp-Session-Id, Retry-After');
  res.setHeader('vary', 'Origin');
  if (req.method !== 'OPTIONS') return false;
  res.writeHead(204, { 'access-control-allow-methods': CORS_METHODS, 'access-control-allow-headers': CORS_HEADERS });
  res.end();
  return true;
}

/** Every value of a header as it was sent: Node keeps only the first of some. */
function rawValues(req: IncomingMessage, name: string): string[] {
  return req.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1]!.toLowerCase() === name);
}

function forbidden(header: string, hint: string): AtoError {
  return new AtoError('FORBIDDEN', `The ${header} header of this request is not accepted.`, hint);
}
