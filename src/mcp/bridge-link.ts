import {
  Client,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { ProtocolError } from '@modelcontextprotocol/server';
import { AtoError } from '../core/errors.ts';

export interface BridgeTarget {
  url: string;
  token?: string | undefined;
}

export interface LinkCallOptions {
  signal?: AbortSignal | undefined;
  onprogress?: ((report: { progress: number; total?: number; message?: string }) => void) | undefined;
}

const REVISION = '2026-07-28';
/** A service that is there greets and answers within this; the program behind stdio must not wait for one that is not. */
const ALIVE_WAIT_MS = 2_500;
/** While a call is in work its service is looked at this often. */
const ALIVE_LOOK_MS = 3_000;
/** After a silence, calls are refused without a try for so long; a refused connection costs nothing and is tried each time. */
const SILENCE_MS = 2_000;
/** A refresh of a large vault; whether the service lives is looked at all along. */
const CALL_WAIT_MS = 60 * 60_000;

/**
 * The connection of a bridge to its service, opened at the first call and again after every failure. Revision 2026-07-28 has
 * no sessions, so a service that was restarted is simply called again. Throws AtoError (UNAVAILABLE, UNAUTHORIZED,
 * RATE_LIMITED) for what lies between, and the service's own protocol errors as they are.
 */
export class BridgeLink {
  readonly #target: BridgeTarget;
  readonly #canAsk: boolean;
  readonly #version: string;
  readonly #onchange: (method: string, params: unknown) => void;
  #connected: Promise<Client> | undefined;
  #silentUntilMs = 0;

  constructor(options: {
    target: BridgeTarget;
    /** Whether the client behind the bridge shows forms: the service asks only then. */
    canAsk: boolean;
    version: string;
    onchange: (method: string, params: unknown) => void;
  }) {
    this.#target = options.target;
    this.#canAsk = options.canAsk;
    this.#version = options.version;
    this.#onchange = options.onchange;
  }

  /** Sends one request and answers its raw result; an input-required result is handed on too. */
  async request(method: string, params: object, options: LinkCallOptions = {}): Promise<Record<string, unknown>> {
    return this.#guarded(options.signal, async (client, signal) => {
      const request = { method: method as 'tools/call', params: { ...params } };
      const result = await client.request(request, {
        signal,
        timeout: CALL_WAIT_MS,
        allowInputRequired: true,
        ...(options.onprogress && { onprogress: options.onprogress }),
      });
      return result as Record<string, unknown>;
    });
  }

  /** Subscribes; `closed` resolves when the subscription ended for whatever reason. */
  async listen(uris: string[]): Promise<{ close: () => Promise<void>; closed: Promise<unknown> }> {
    const client = await this.#connect();
    return client.listen({ resourcesListChanged: true, resourceSubscriptions: uris }, { timeout: ALIVE_WAIT_MS });
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    await (await connected?.catch(() => undefined))?.close();
  }

  /** Runs the work while looking whether the service is alive; the first thing that fails ends it. */
  async #guarded<T>(
    outer: AbortSignal | undefined,
    work: (client: Client, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (performance.now() < this.#silentUntilMs) throw this.#unavailable('it was silent a moment ago');
    const over = new AbortController();
    const signal = outer ? AbortSignal.any([outer, over.signal]) : over.signal;
    try {
      const done = this.#connect().then((client) => work(client, signal));
      return await Promise.race([done, this.#untilSilent(over.signal)]);
    } catch (error) {
      // The SDK reports a call that was cancelled as one that took too long.
      if (outer?.aborted) throw error;
      if (isSilence(error)) this.#silentUntilMs = performance.now() + SILENCE_MS;
      throw this.#explain(error);
    } finally {
      over.abort();
    }
  }

  /** Rejects once the service fails to answer; never resolves. */
  #untilSilent(over: AbortSignal): Promise<never> {
    return new Promise((_resolve, reject) => {
      const look = async (): Promise<void> => {
        if (over.aborted) return;
        try {
          const signal = AbortSignal.any([over, AbortSignal.timeout(ALIVE_WAIT_MS)]);
          await (await fetch(this.#address('health'), { signal, redirect: 'error' })).body?.cancel();
          setTimeout(() => void look(), ALIVE_LOOK_MS).unref();
        } catch (error) {
          if (over.aborted) return;
          reject(error);
        }
      };
      void look();
    });
  }

  #connect(): Promise<Client> {
    this.#connected ??= this.#open().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  async #open(): Promise<Client> {
    const client = new Client(
      { name: 'atocore-bridge', version: this.#version },
      {
        capabilities: this.#canAsk ? { elicitation: { form: {} } } : {},
        inputRequired: { autoFulfill: false },
        versionNegotiation: { mode: { pin: REVISION }, probe: { timeoutMs: ALIVE_WAIT_MS } },
      },
    );
    for (const method of ['notifications/resources/list_changed', 'notifications/resources/updated'] as const)
      client.setNotificationHandler(method, ({ params }) => this.#onchange(method, params));
    const { token } = this.#target;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    await client.connect(new StreamableHTTPClientTransport(this.#address('mcp'), { requestInit: { headers } }), {
      timeout: ALIVE_WAIT_MS,
    });
    return client;
  }

  #address(path: string): URL {
    const { url } = this.#target;
    return new URL(path, url.endsWith('/') ? url : `${url}/`);
  }

  #explain(error: unknown): Error {
    if (error instanceof ProtocolError || error instanceof AtoError) return error;
    const status = error instanceof SdkHttpError ? error.status : undefined;
    if (status === 401 || (error as Error).name === 'UnauthorizedError')
      return new AtoError('UNAUTHORIZED', 'The service refused the token.', 'Check ATOCORE_TOKEN.');
    if (status === 403)
      return new AtoError(
        'FORBIDDEN',
        'The service does not accept this Host or Origin.',
        'See ATOCORE_ALLOWED_HOSTS.',
      );
    if (status === 413) return new AtoError('TOO_LARGE', 'The call is larger than the service reads.', 'Send less.');
    if (status === 429)
      return new AtoError('RATE_LIMITED', 'The service has too many calls.', 'Try again in a minute.');
    return this.#unavailable(status === undefined ? 'no answer' : `status ${status}`);
  }

  #unavailable(why: string): AtoError {
    return new AtoError(
      'UNAVAILABLE',
      `The AtoCore service at ${new URL(this.#target.url).host} is not available (${why}).`,
      'Carry on without it; it is tried again at the next call.',
      { status: 'unavailable' },
    );
  }
}

/** Whether nothing came back in time, be it to the look or to the greeting. */
function isSilence(error: unknown): boolean {
  if (error instanceof SdkError) return error.code === SdkErrorCode.RequestTimeout;
  return (error as Error).name === 'TimeoutError';
}
