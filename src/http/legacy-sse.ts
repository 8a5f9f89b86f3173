import type { ServerResponse } from 'node:http';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';

/**
 * The server side of the deprecated HTTP+SSE transport (revision 2024-11-05): messages go out on the stream of one GET, the
 * first event of which names the address that messages come in by. Comments keep the stream open through proxies.
 */
export class LegacySseTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onerror?: Transport['onerror'];
  onclose?: Transport['onclose'];
  readonly sessionId: string;
  readonly #res: ServerResponse;
  readonly #address: string;
  readonly #keepAliveMs: number;
  readonly #unanswered = new Set<number | string>();
  #onAnswered: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(sessionId: string, res: ServerResponse, options: { address: string; keepAliveMs: number }) {
    this.sessionId = sessionId;
    this.#res = res;
    this.#address = options.address;
    this.#keepAliveMs = options.keepAliveMs;
  }

  async start(): Promise<void> {
    this.#res.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    this.#res.write(`event: endpoint\ndata: ${this.#address}\n\n`);
    this.#timer = setInterval(() => void this.#res.write(': keepalive\n\n'), this.#keepAliveMs);
    this.#timer.unref();
    this.#res.on('close', () => void this.close());
  }

  /** Takes a message that was posted. */
  receive(message: JSONRPCMessage): void {
    if ('id' in message && 'method' in message) this.#unanswered.add(message.id);
    if ('method' in message && message.method === 'notifications/cancelled') {
      const { requestId } = (message.params ?? {}) as { requestId?: number | string };
      if (requestId !== undefined) this.#settle(requestId);
    }
    this.onmessage?.(message);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message) && message.id !== undefined) this.#settle(message.id);
    if (this.#closed) throw new Error('the connection is closed');
    // JSON holds no line break, so that one data line is the whole message.
    this.#res.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  /** Resolves once every request that arrived has been answered, or the stream is closed. */
  async answered(): Promise<void> {
    if (this.#unanswered.size === 0 || this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#onAnswered = resolve;
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#onAnswered?.();
    this.#res.end();
    this.onclose?.();
  }

  #settle(id: number | string): void {
    this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#onAnswered?.();
  }
}
