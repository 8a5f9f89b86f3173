import type { Caller } from './callers.ts';
import { tooMany } from './callers.ts';

/** One connection of an older MCP client, bound to the credential that opened it. */
export interface Session<Wire> {
  readonly id: string;
  /** `Caller.key` of whoever opened it. */
  readonly key: string;
  readonly wire: Wire;
  /** Ends the connection and everything that belongs to it. */
  close(): Promise<void>;
}

interface Held<Wire> {
  session: Session<Wire>;
  /** Requests and streams that are open now. */
  busy: number;
  lastUsedMs: number;
}

const RETRY_MS = 30_000;

/**
 * The sessions of a service: capped, dropped after idle time, found only by their own caller. A full table makes room by
 * ending the caller's own longest unused session, never that of another.
 */
export class Sessions<Wire> {
  readonly #held = new Map<string, Held<Wire>>();
  readonly #max: number;
  readonly #idleMsMax: number;
  readonly #timer: NodeJS.Timeout;

  constructor(limits: { sessionsMax: number; sessionIdleMsMax: number }) {
    this.#max = limits.sessionsMax;
    this.#idleMsMax = limits.sessionIdleMsMax;
    this.#timer = setInterval(() => this.#dropIdle(), Math.min(60_000, Math.ceil(this.#idleMsMax / 4)));
    this.#timer.unref();
  }

  get size(): number {
    return this.#held.size;
  }

  /** Throws RATE_LIMITED when the table is full of sessions that may not be ended. */
  async makeRoom(caller: Caller): Promise<void> {
    if (this.#held.size < this.#max) return;
    const own = [...this.#held.values()].filter(({ session, busy }) => session.key === caller.key && busy === 0);
    const oldest = own.sort((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
    if (!oldest) throw tooMany(`All ${this.#max} sessions are in use.`, RETRY_MS);
    await this.end(oldest.session.id);
  }

  add(session: Session<Wire>): void {
    this.#held.set(session.id, { session, busy: 0, lastUsedMs: performance.now() });
  }

  /** The session of that id if that caller opened it; to everybody else it does not exist. */
  find(id: string, caller: Caller): Session<Wire> | undefined {
    const held = this.#held.get(id);
    return held?.session.key === caller.key ? held.session : undefined;
  }

  /** Counts the session as in use until the returned function is called. */
  use(id: string): () => void {
    const held = this.#held.get(id);
    if (!held) return () => {};
    held.busy += 1;
    return () => {
      held.busy -= 1;
      held.lastUsedMs = performance.now();
    };
  }

  async end(id: string): Promise<void> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    // The client notices by the end of its streams; nothing of ours is left in a session that fails to say goodbye.
    await held?.session.close().catch(() => {});
  }

  /** Ends every session whose credential does not hold any more. */
  async endRevoked(isCurrent: (key: string) => boolean): Promise<void> {
    const gone = [...this.#held.values()].filter(({ session }) => !isCurrent(session.key));
    await Promise.all(gone.map(({ session }) => this.end(session.id)));
  }

  all(): Session<Wire>[] {
    return [...this.#held.values()].map(({ session }) => session);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#held.keys()].map((id) => this.end(id)));
  }

  #dropIdle(): void {
    const limit = performance.now() - this.#idleMsMax;
    for (const { session, busy, lastUsedMs } of this.#held.values()) {
      if (busy === 0 && lastUsedMs < limit) void this.end(session.id);
    }
  }
}
