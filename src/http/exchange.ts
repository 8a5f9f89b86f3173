import type { IncomingMessage, ServerResponse } from 'node:http';
import { AtoError, ERROR_TABLE, invalidInput, toAtoError } from '../core/errors.ts';
import { parseOutsideJson } from '../core/json.ts';
import { LIMITS } from '../core/limits.ts';
import type { Caller } from './callers.ts';

/** One request that passed the guard, and its answer. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** Aborted when the client goes away before its answer. */
  signal: AbortSignal;
  /** Set when the answer stays open without work: such exchanges end at once when the service stops. */
  stream: boolean;
  /** Who calls; undefined only on routes without authentication. */
  caller: Caller | undefined;
}

/** After a refused body, this much more is read and dropped, so that the client sees the answer before the end. */
const DRAIN_BYTES_MAX = 16 * 1024 * 1024;
/** JSON-RPC's range for errors of a server. */
const RPC_SERVER_ERROR = -32_000;

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  send(res, status, 'application/json; charset=utf-8', `${JSON.stringify(body)}\n`, headers);
}

export function send(
  res: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
  res.end(body);
}

/** An error with an HTTP status that the table of codes has no code for: 405, 415. */
export class HttpError extends AtoError {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, hint: string, headers: Record<string, string> = {}) {
    super('INVALID_INPUT', message, hint);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * Answers an error in its wire form, `{"error": {...}}`; `rpc` makes it a JSON-RPC error that holds the same as its data. The
 * text is ours: unknown errors lose theirs (toAtoError).
 */
export function sendError(res: ServerResponse, thrown: unknown, rpc = false): void {
  const error = toAtoError(thrown);
  const status = error instanceof HttpError ? error.status : ERROR_TABLE[error.code].http;
  const headers: Record<string, string> = error instanceof HttpError ? { ...error.headers } : {};
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="atocore"';
  const wait = error.details['retry_after_s'];
  if (typeof wait === 'number') headers['retry-after'] = String(wait);
  const body = error.toBody();
  const rpcBody = { jsonrpc: '2.0', id: null, error: { code: RPC_SERVER_ERROR, message: error.message, data: body } };
  sendJson(res, status, rpc ? rpcBody : { error: body }, headers);
}

/** Reads the JSON body of a request; an empty one is undefined. Throws TOO_LARGE, INVALID_INPUT or a 415. */
export async function readJson({ req, res }: Exchange): Promise<unknown> {
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new HttpError(415, 'The body must be application/json.', 'Send the header Content-Type: application/json.');
  if ((req.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new HttpError(415, 'Compressed bodies are not read.', 'Send the body as it is.');
  const bytes = await readBody(req, res);
  if (bytes.length === 0) return undefined;
  try {
    return parseOutsideJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof AtoError) throw error;
    throw invalidInput('The body is not UTF-8.', 'Send one JSON value in UTF-8.');
  }
}

function readBody(req: IncomingMessage, res: ServerResponse): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const parts: Buffer[] = [];
  let size = 0;
  let refused = false;
  const refuse = (): void => {
    refused = true;
    parts.length = 0;
    res.setHeader('connection', 'close');
    reject(
      new AtoError('TOO_LARGE', `The body is larger than ${LIMITS.bodyBytesMax} bytes.`, 'Send less in one call.'),
    );
  };
  if (Number(req.headers['content-length'] ?? 0) > LIMITS.bodyBytesMax) refuse();
  req.on('data', (part: Buffer) => {
    size += part.length;
    if (refused) {
      if (size > DRAIN_BYTES_MAX) req.destroy();
    } else if (size > LIMITS.bodyBytesMax) refuse();
    else parts.push(part);
  });
  req.on('end', () => resolve(Buffer.concat(parts)));
  req.on('close', () => reject(new AtoError('INTERRUPTED', 'The request ended before its body did.')));
  req.on('error', () => reject(new AtoError('INTERRUPTED', 'The request ended before its body did.')));
  return promise;
}
