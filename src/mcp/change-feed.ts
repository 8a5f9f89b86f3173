import type { McpServer } from '@modelcontextprotocol/server';
import type { AtoCore, Change } from '../app/atocore.ts';
import { PROJECTS_URI } from './resources.ts';

/** More than any client watches; a longer list is a mistake. */
const SUBSCRIPTIONS_MAX = 1_024;

/** Messages that only look around: they must not start the watching, which opens the store (clients start servers twice). */
const QUIET =
  /^(initialize|server\/discover|ping|logging\/|tools\/list|prompts\/list|resources\/(templates\/)?list|notifications\/)/;

/** What a feed needs of the product. */
export type Watchable = Pick<AtoCore, 'watch' | 'registry'>;

/** Where a feed sends beside servers: the HTTP handler, which knows the open subscriptions of revision 2026-07-28. */
export interface ChangeTarget {
  resourcesChanged(): void;
  resourceUpdated(uri: string): void;
}

/**
 * Tells one connection what changed, also when another process changed it: list-changed when projects do, updated for each
 * subscribed resource that the change concerns. Watches from the first real call or subscription until `close`.
 */
export class ChangeFeed {
  readonly #app: Watchable;
  readonly #subscribed = new Map<string, Set<unknown>>();
  readonly #servers = new Set<McpServer>();
  #stop: (() => void) | undefined;
  #closed = false;

  readonly #target: ChangeTarget | undefined;

  constructor(app: Watchable, target?: ChangeTarget) {
    this.#app = app;
    this.#target = target;
  }

  /** Sees every inbound JSON-RPC message: subscriptions of revision 2026-07-28 never reach the server object. */
  observe(message: object): void {
    const { id, method, params = {} } = message as { id?: unknown; method?: unknown; params?: Record<string, unknown> };
    if (typeof method !== 'string') return;
    if (method === 'subscriptions/listen') this.#listen(id, params['notifications']);
    if (method === 'resources/subscribe') this.#add(params['uri'], 'subscribe');
    if (method === 'resources/unsubscribe') this.#drop('subscribe', params['uri']);
    if (method === 'notifications/cancelled') this.#drop(params['requestId']);
    if (!QUIET.test(method)) this.#start();
  }

  /** Sends to this server's client from now on, and answers its subscribe requests (revision 2025-11-25 and older). */
  attach(server: McpServer): void {
    server.server.setRequestHandler('resources/subscribe', () => ({}));
    server.server.setRequestHandler('resources/unsubscribe', () => ({}));
    this.#servers.add(server);
    server.server.onclose = () => this.#servers.delete(server);
  }

  /** Holds a subscription of revision 2026-07-28 for as long as its stream: `owner` is any value of its own. */
  listen(owner: unknown, filter: unknown): void {
    this.#listen(owner, filter);
    this.#start();
  }

  /** Ends whatever that owner subscribed to. */
  release(owner: unknown): void {
    this.#drop(owner);
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
    this.#stop = undefined;
    this.#servers.clear();
  }

  #start(): void {
    if (!this.#closed) this.#stop ??= this.#app.watch((change) => this.#tell(change));
  }

  #listen(id: unknown, filter: unknown): void {
    const { resourceSubscriptions } = (filter ?? {}) as { resourceSubscriptions?: unknown };
    if (Array.isArray(resourceSubscriptions)) for (const uri of resourceSubscriptions) this.#add(uri, id);
  }

  #add(uri: unknown, by: unknown): void {
    if (typeof uri !== 'string') return;
    if (!this.#subscribed.has(uri) && this.#subscribed.size >= SUBSCRIPTIONS_MAX) return;
    this.#subscribed.set(uri, (this.#subscribed.get(uri) ?? new Set()).add(by));
  }

  #drop(by: unknown, only?: unknown): void {
    for (const [uri, owners] of this.#subscribed) {
      if (only !== undefined && uri !== only) continue;
      if (owners.delete(by) && owners.size === 0) this.#subscribed.delete(uri);
    }
  }

  #tell(change: Change): void {
    const uris = [...this.#subscribed.keys()].filter((uri) => concerns(change, uri, (name) => this.#canonical(name)));
    if (change.kind === 'projects') this.#target?.resourcesChanged();
    for (const uri of uris) this.#target?.resourceUpdated(uri);
    for (const server of this.#servers) {
      if (!server.isConnected()) continue;
      if (change.kind === 'projects') server.sendResourceListChanged();
      // A client that has gone closes the connection by itself; a lost notification loses nothing.
      for (const uri of uris) server.server.sendResourceUpdated({ uri }).catch(() => {});
    }
  }

  #canonical(name: string): string {
    return this.#app.registry.loadOrLast().snapshot.canonical(name);
  }
}

/** Whether a change can have altered what a resource shows. A change that names no project may concern each. */
export function concerns(change: Change, uri: string, canonical: (name: string) => string): boolean {
  if (uri === PROJECTS_URI) return change.kind === 'projects' || change.kind === 'documents';
  const part = /^atocore:\/\/projects\/([^/]+)\/(state|brief)$/.exec(uri);
  if (!part) return uri.startsWith(`atocore://${change.kind}/`);
  const [, raw = '', view] = part;
  if (view === 'state' && change.kind !== 'state' && change.kind !== 'projects') return false;
  return change.project === undefined || canonical(decode(raw)) === change.project;
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
