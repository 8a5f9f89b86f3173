import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { AtoError, toAtoError } from '../core/errors.ts';
import { mayHoldDocuments } from '../ingestion/scan.ts';
import { type Project, resolveRoot } from '../projects/project.ts';
import type { AtoCore } from './atocore.ts';
import { incomingRoot } from './incoming-root.ts';
import { type RefreshAnswer, refreshAndIndex } from './refresh.ts';
import { createRefreshQueue } from './refresh-queue.ts';

export interface WatchRootsOptions {
  /** A project is refreshed when nothing changed under it for so long. Default 800. */
  debounceMs?: number;
  /** How often the registry and roots that are missing are looked at. Default 2,000. */
  lookMs?: number;
  /** Aborting it is the same as `close`. */
  signal?: AbortSignal;
  /** Called after each refresh that this watching caused. */
  onRefresh?: (report: RefreshAnswer) => void;
}

interface WatchedFolder {
  watcher: FSWatcher;
  project: string;
}

/**
 * Refreshes a project when documents under its roots change: debounced, never two refreshes of one project at once, changes during a
 * refresh cause one more. Each root is refreshed once when its watching begins, so that nothing is missed in between. Roots may be
 * missing, come and go, and be edited in the registry meanwhile. Failures are logged and never end the watching.
 */
export function watchRoots(app: AtoCore, options: WatchRootsOptions = {}): { close(): Promise<void> } {
  const { debounceMs = 800, lookMs = 2_000, signal, onRefresh } = options;
  const stopping = new AbortController();
  const folders = new Map<string, WatchedFolder>();
  const queue = createRefreshQueue(debounceMs, (id) => refreshOne(app, id, stopping.signal, onRefresh));

  const look = (): void => {
    const wanted = wantedFolders(app);
    for (const [key, { watcher, project }] of folders) {
      if (wanted.has(key)) continue;
      folders.delete(key);
      void watcher.close();
      queue.schedule(project);
    }
    for (const [key, { folder, project }] of wanted) {
      if (folders.has(key)) continue;
      const watcher = watchFolder(folder);
      folders.set(key, { watcher, project });
      watcher.on('all', () => queue.schedule(project));
      watcher.on('ready', () => queue.schedule(project));
      watcher.on('error', (error) =>
        app.log.warn({ project, err: error }, 'A folder cannot be watched; refresh its project by hand.'),
      );
    }
  };

  const timer = setInterval(look, lookMs);
  timer.unref();
  look();

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      clearInterval(timer);
      signal?.removeEventListener('abort', close);
      stopping.abort();
      await Promise.all([...folders.values()].map(({ watcher }) => watcher.close()));
      await queue.close();
    })();
    return closing;
  };
  signal?.addEventListener('abort', close);
  if (signal?.aborted) void close();
  return { close };
}

/** The folders to watch, by what makes them the same folder: one that was replaced has another inode. */
function wantedFolders(app: AtoCore): Map<string, { folder: string; project: string }> {
  const wanted = new Map<string, { folder: string; project: string }>();
  for (const project of app.registry.loadOrLast().snapshot.projects) {
    if (project.archived) continue;
    for (const root of [...project.ingest_roots, ...incomingRoot(app, project)]) {
      const found = identify(root, app.config.sources);
      if (found) wanted.set(`${project.id}\0${found.key}`, { folder: found.folder, project: project.id });
    }
  }
  return wanted;
}

function identify(
  root: Project['ingest_roots'][number],
  sources: Record<string, string>,
): { key: string; folder: string } | undefined {
  try {
    const folder = resolveRoot(root, sources);
    if (folder === undefined) return undefined;
    const { dev, ino } = statSync(folder);
    return { key: `${folder}\0${dev}-${ino}`, folder };
  } catch {
    // Missing, closed or leading out of its source: each refresh names it, and the next look tries again.
    return undefined;
  }
}

function watchFolder(folder: string): FSWatcher {
  return watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path, stats) => {
      const below = relative(folder, path);
      return below !== '' && !mayHoldDocuments(below, stats?.isFile() ?? false);
    },
  });
}

async function refreshOne(
  app: AtoCore,
  id: string,
  signal: AbortSignal,
  onRefresh: WatchRootsOptions['onRefresh'],
): Promise<'done' | 'again'> {
  try {
    const project = app.registry.load().find(id);
    if (project?.id !== id || project.archived) return 'done';
    // Not as an argument: without a listener a call by `?.` would not even begin the refresh.
    const report = await refreshAndIndex(app, project, { signal });
    onRefresh?.(report);
    return 'done';
  } catch (thrown) {
    const error = thrown instanceof AtoError ? thrown : toAtoError(thrown);
    if (!signal.aborted) app.log.warn({ project: id, code: error.code, err: error.cause }, error.message);
    return error.code === 'LOCKED' ? 'again' : 'done';
  }
}
