import type { BridgeLink } from './bridge-link.ts';

const SUBSCRIPTIONS_MAX = 1_024;
/** Between a subscription that broke and the next try. */
const RETRY_MS = 5_000;

type Listening = Awaited<ReturnType<BridgeLink['listen']>>;

/**
 * The subscriptions of the client behind a bridge: one listen stream at the service holds all of them, and is opened anew
 * whenever they change or it breaks. Starts with the first subscription, so that a bridge that is only started asks nothing.
 */
export class BridgeFeed {
  readonly #send: (method: string, params: unknown) => void;
  readonly #uris = new Map<string, Set<unknown>>();
  #link: BridgeLink | undefined;
  #listening: Listening | undefined;
  #changing: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(send: (method: string, params: unknown) => void) {
    this.#send = send;
  }

  connect(link: BridgeLink): void {
    this.#link = link;
  }

  /** Passes a notification of the service on. */
  tell(method: string, params: unknown): void {
    const { uri } = (params ?? {}) as { uri?: string };
    if (this.#closed || (uri !== undefined && !this.#uris.has(uri))) return;
    this.#send(method, params);
  }

  /** Resolves once the service knows, or cannot be told, what the client subscribed to so far. */
  settled(): Promise<void> {
    return this.#changing;
  }

  /** Sees every message of the client: subscriptions of revision 2026-07-28 never reach the server object. */
  observe(message: object): void {
    const { id, method, params = {} } = message as { id?: unknown; method?: unknown; params?: Record<string, unknown> };
    if (method === 'resources/subscribe') this.#change(() => this.#add(params['uri'], 'subscribe'));
    if (method === 'resources/unsubscribe') this.#change(() => this.#drop('subscribe', params['uri']));
    if (method === 'notifications/cancelled' && this.#holds(params['requestId']))
      this.#change(() => this.#drop(params['requestId']));
    if (method !== 'subscriptions/listen') return;
    const { resourceSubscriptions } = (params['notifications'] ?? {}) as { resourceSubscriptions?: unknown };
    const uris = Array.isArray(resourceSubscriptions) ? resourceSubscriptions : [];
    this.#change(() => {
      for (const uri of uris) this.#add(uri, id);
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    void this.#listening?.close().catch(() => {});
  }

  #add(uri: unknown, by: unknown): void {
    if (typeof uri !== 'string') return;
    if (!this.#uris.has(uri) && this.#uris.size >= SUBSCRIPTIONS_MAX) return;
    this.#uris.set(uri, (this.#uris.get(uri) ?? new Set()).add(by));
  }

  #drop(by: unknown, only?: unknown): void {
    for (const [uri, owners] of this.#uris) {
      if (only !== undefined && uri !== only) continue;
      if (owners.delete(by) && owners.size === 0) this.#uris.delete(uri);
    }
  }

  #holds(by: unknown): boolean {
    return [...this.#uris.values()].some((owners) => owners.has(by));
  }

  #change(apply: () => void): void {
    apply();
    this.#changing = this.#changing.then(() => this.#listen());
  }

  async #listen(): Promise<void> {
    clearTimeout(this.#retry);
    const before = this.#listening;
    this.#listening = undefined;
    if (this.#closed || !this.#link) return;
    try {
      const fresh = await this.#link.listen([...this.#uris.keys()]);
      this.#listening = fresh;
      void fresh.closed.then(() => this.#listening === fresh && this.#retryLater());
    } catch {
      // The service is not there now; its notifications are a help that comes back with it.
      this.#retryLater();
    }
    await before?.close().catch(() => {});
  }

  #retryLater(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#change(() => {}), RETRY_MS);
    this.#retry.unref();
  }
}
