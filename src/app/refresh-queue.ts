/** However restless a tree is, a refresh is put off at most this many times the debounce. */
const PATIENCE = 10;

export interface RefreshQueue {
  schedule(project: string): void;
  /** Drops what waits and answers when nothing runs. */
  close(): Promise<void>;
}

interface Waiting {
  timer: NodeJS.Timeout | undefined;
  since: number;
  running: Promise<void> | undefined;
  /** Something changed while it ran. */
  again: boolean;
}

/**
 * One refresh of a project at a time, put off until its changes pause for `debounceMs`. What is scheduled during a refresh, or when it
 * answers `again`, causes one more after it. `refresh` must not throw.
 */
export function createRefreshQueue(
  debounceMs: number,
  refresh: (project: string) => Promise<'done' | 'again'>,
): RefreshQueue {
  const projects = new Map<string, Waiting>();
  let closed = false;

  const start = (project: string, state: Waiting): void => {
    state.timer = undefined;
    if (state.running) {
      state.again = true;
      return;
    }
    state.running = refresh(project).then((outcome) => {
      const isDue = state.again || outcome === 'again';
      state.again = false;
      state.running = undefined;
      if (isDue) queue.schedule(project);
    });
  };

  const queue: RefreshQueue = {
    schedule(project) {
      if (closed) return;
      const state = projects.get(project) ?? { timer: undefined, since: 0, running: undefined, again: false };
      projects.set(project, state);
      if (state.timer === undefined) state.since = performance.now();
      else if (performance.now() - state.since > debounceMs * PATIENCE) return;
      clearTimeout(state.timer);
      state.timer = setTimeout(start, debounceMs, project, state);
    },
    async close() {
      closed = true;
      for (const state of projects.values()) clearTimeout(state.timer);
      await Promise.all([...projects.values()].map((state) => state.running));
    },
  };
  return queue;
}
