import type { Readable, Writable } from 'node:stream';
import {
  deserializeMessage,
  type JSONRPCMessage,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import { AtoError } from '../core/errors.ts';
import { createLineReader, type LongLine, requestIdOf } from './line-reader.ts';

const INVALID_REQUEST = -32_600;

export interface StdioWireOptions {
  /** A longer line is answered with an error, when its id can be told, and otherwise ignored. */
  lineBytesMax: number;
  /** Sees every inbound message before it is served. */
  observe: (message: JSONRPCMessage) => void;
}

/**
 * The stdio transport of MCP: one JSON-RPC message a line. The SDK's own closes the connection at a line above its limit and
 * drops what is in flight when stdin ends; this one survives the first and lets its owner wait for the second. It never ends
 * by itself: its owner listens to the streams and calls `close`.
 */
export class StdioWire implements Transport {
  onmessage?: Transport['onmessage'];
  onerror?: Transport['onerror'];
  onclose?: Transport['onclose'];
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #options: StdioWireOptions;
  readonly #unanswered = new Set<number | string>();
  #onAnswered: (() => void) | undefined;
  #closed = false;

  constructor(input: Readable, output: Writable, options: StdioWireOptions) {
    this.#input = input;
    this.#output = output;
    this.#options = options;
  }

  async start(): Promise<void> {
    const reader = createLineReader(
      this.#options.lineBytesMax,
      (line) => this.#receive(line),
      (line) => this.#refuse(line),
    );
    this.#input.on('data', (chunk: Buffer) => {
      if (!this.#closed) reader.push(chunk);
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message) && message.id !== undefined) this.#settle(message.id);
    if (this.#closed || this.#output.destroyed) throw new Error('the connection is closed');
    await new Promise<void>((resolve, reject) => {
      this.#output.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves once every request that arrived has been answered or cancelled. */
  async answered(): Promise<void> {
    if (this.#unanswered.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onAnswered = resolve;
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#input.pause();
    this.onclose?.();
  }

  #receive(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch {
      // Not a message: nothing can be answered, and the parser's text would quote the line.
      if (line.trim() !== '')
        this.onerror?.(new Error(`A line of ${line.length} characters is not a JSON-RPC message.`));
      return;
    }
    // A listen request stays open for as long as the connection; nothing waits for its answer.
    if ('id' in message && 'method' in message && message.method !== 'subscriptions/listen') {
      this.#unanswered.add(message.id);
    }
    if ('method' in message && message.method === 'notifications/cancelled') {
      const { requestId } = (message.params ?? {}) as { requestId?: number | string };
      if (requestId !== undefined) this.#settle(requestId);
    }
    this.#options.observe(message);
    this.onmessage?.(message);
  }

  #refuse(line: LongLine): void {
    const error = new AtoError(
      'TOO_LARGE',
      `A message of ${line.bytes} bytes was refused; at most ${this.#options.lineBytesMax} are read.`,
      'Send less in one call.',
    );
    this.onerror?.(error);
    const id = requestIdOf(line);
    if (id === undefined) return;
    const body = { code: INVALID_REQUEST, message: error.message, data: error.toBody() };
    this.send({ jsonrpc: '2.0', id, error: body }).catch((failure: Error) => this.onerror?.(failure));
  }

  #settle(id: number | string): void {
    this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#onAnswered?.();
  }
}
