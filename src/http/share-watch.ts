import type { AtoCore, Change } from '../app/atocore.ts';
import type { Watchable } from '../mcp/change-feed.ts';

/** One watch of the product for any number of feeds: each watch polls the store. */
export function shareWatch(app: AtoCore): Watchable {
  const listeners = new Set<(change: Change) => void>();
  let stop: (() => void) | undefined;
  return {
    registry: app.registry,
    watch(listener) {
      listeners.add(listener);
      stop ??= app.watch((change) => {
        for (const each of listeners) each(change);
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
