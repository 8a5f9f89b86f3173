import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { AtoError } from '../core/errors.ts';

type Unreadable = Error & { code?: string };

/** Answers what came over a connection and is no request: the error has the form of every other. The connection ends. */
export function answerUnreadable(thrown: Unreadable, socket: Duplex): void {
  if (thrown.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(thrown);
    return;
  }
  const [status, error] = explain(thrown);
  const body = `${JSON.stringify({ error: error.toBody() })}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function explain({ code }: Unreadable): [number, AtoError] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return [408, new AtoError('TIMEOUT', 'The request did not arrive in time.', 'Send it whole, and again.')];
  if (code === 'HPE_HEADER_OVERFLOW')
    return [431, new AtoError('TOO_LARGE', 'The header of the request is larger than 16 KiB.', 'Send fewer headers.')];
  return [400, new AtoError('INVALID_INPUT', 'This is not a request of HTTP/1.1.', 'Speak plain HTTP to this port.')];
}
