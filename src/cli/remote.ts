import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AtoError, ERROR_TABLE, type ErrorCode } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';

export interface RemoteTarget {
  url: string;
  token?: string | undefined;
}

/** No result of an operation is near this; a service that sends more is not ours. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Operations that take the caller's folder as evidence, which only this side knows. */
const WITH_FOLDER = new Set(['auto_context', 'detect_project']);

/**
 * Calls one operation of a service with the API. Waits as long as the operation takes, which fetch would not (it gives up
 * after five minutes). Throws the service's own error, or UNAVAILABLE when nothing of ours answers there.
 */
export async function callRemote(
  target: RemoteTarget,
  operation: string,
  input: object,
  signal: AbortSignal,
): Promise<unknown> {
  const withFolder = WITH_FOLDER.has(operation) ? { cwd: process.cwd(), ...withoutUndefined(input) } : input;
  const body = JSON.stringify(withFolder);
  if (Buffer.byteLength(body) > LIMITS.bodyBytesMax)
    throw new AtoError('TOO_LARGE', `The call is larger than ${LIMITS.bodyBytesMax} bytes.`, 'Send less in one call.');
  const answer = await post(target, `api/v1/${operation}`, body, signal);
  const text = await readText(answer, target);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unavailable(target, `it answered ${answer.statusCode} without JSON`);
  }
  if (answer.statusCode === 200 && !isError(value)) return value;
  throw isError(value) ? toError(value.error) : unavailable(target, `it answered ${answer.statusCode}`);
}

function post(target: RemoteTarget, path: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  const address = new URL(path, target.url.endsWith('/') ? target.url : `${target.url}/`);
  const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
    };
    const sent = send(address, { method: 'POST', headers, signal }, resolve);
    sent.on('error', (error: NodeJS.ErrnoException) => reject(unavailable(target, error.code ?? 'no answer')));
    sent.end(body);
  });
}

async function readText(answer: IncomingMessage, target: RemoteTarget): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of answer) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > ANSWER_BYTES_MAX) throw new Error('too much');
    }
  } catch {
    throw unavailable(target, 'its answer broke off');
  }
  return Buffer.concat(parts).toString('utf8');
}

function withoutUndefined(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function isError(value: unknown): value is { error: { code: string; message?: unknown; hint?: unknown } } {
  return typeof (value as { error?: { code?: unknown } } | null)?.error?.code === 'string';
}

function toError({ code, message, hint, ...details }: { code: string; message?: unknown; hint?: unknown }): AtoError {
  const known = Object.hasOwn(ERROR_TABLE, code) ? (code as ErrorCode) : 'INTERNAL';
  return new AtoError(known, String(message ?? code), String(hint ?? ''), details);
}

function unavailable({ url }: RemoteTarget, why: string): AtoError {
  return new AtoError(
    'UNAVAILABLE',
    `The service at ${url} does not answer (${why}).`,
    'Check ATOCORE_URL and that `atocore serve` runs there.',
  );
}
