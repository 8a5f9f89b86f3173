import type { Exchange } from './exchange.ts';

/** The exchanges of a service that are not over: how many are in work, and when the last of them ends. */
export class OpenExchanges {
  readonly #open = new Set<Exchange>();
  #onDrained: (() => void) | undefined;

  add(exchange: Exchange): void {
    this.#open.add(exchange);
    exchange.res.on('close', () => {
      this.#open.delete(exchange);
      this.settle();
    });
  }

  /** Requests in work; open streams are none. */
  get working(): number {
    let count = 0;
    for (const { stream } of this.#open) if (!stream) count += 1;
    return count;
  }

  /** Looks again, after an exchange has become a stream. */
  settle(): void {
    if (this.working === 0) this.#onDrained?.();
  }

  /** Resolves once nothing is in work. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      this.settle();
    });
  }

  /** Breaks off what belongs to callers that are no more. */
  endRevoked(isCurrent: (key: string) => boolean): void {
    for (const { caller, res } of this.#open) if (caller && !isCurrent(caller.key)) res.destroy();
  }
}
