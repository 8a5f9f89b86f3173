import { type Clock, isoTime } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Registry } from '../projects/registry.ts';
import { type Database, sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';

/** What changed, as far as resources and lists are concerned; another process may have done it. */
export interface Change {
  kind: 'projects' | 'state' | 'memories' | 'documents';
  project?: string;
}

const POLL_MS = 400;
/** By the first six letters of a history row's subject; nobody subscribes to interactions. */
const KIND_OF_SUBJECT: Readonly<Record<string, Change['kind']>> = {
  memory: 'memories',
  'state:': 'state',
  projec: 'state',
  docume: 'documents',
};

interface Watched {
  opened: () => Promise<Store> | undefined;
  /** Opens the store when it is not open yet: who only subscribes wants to hear of changes too. */
  open: () => Promise<unknown>;
  clock: Clock;
  registry: Registry;
  log: Log;
}

interface Seen {
  generation: number;
  history: number;
  refreshed: string;
}

/**
 * Polls what any process may have changed: the registry file by its stamp, rows by the newest history id and refresh time. SQLite has
 * no notification between processes; `data_version` makes an idle poll one cheap pragma. The timer keeps no process alive. What is newer
 * than the watch counts as a change, so that nothing is lost between its start and its first look.
 */
export function watchChanges(watched: Watched, listener: (change: Change) => void): () => void {
  const started = isoTime(watched.clock.now());
  let projects: unknown = watched.registry.loadOrLast().snapshot;
  let dataVersion: string | undefined;
  let seen: Seen | undefined;

  const poll = async (): Promise<void> => {
    const { snapshot } = watched.registry.loadOrLast();
    if (projects !== snapshot) listener({ kind: 'projects' });
    projects = snapshot;
    const store = await watched.opened()?.catch(() => undefined);
    if (!store?.db.open) return;
    const version = `${store.generation}-${store.db.pragma('data_version', { simple: true })}-${totalChanges(store.db)}`;
    if (version === dataVersion) return;
    dataVersion = version;
    seen = reportRows(store, seen ?? seenBefore(store, started), listener);
  };

  const look = (): void => {
    poll().catch((error: unknown) =>
      watched.log.debug({ err: error }, 'looking for changes failed; the next look tries again'),
    );
  };
  watched.open().then(look, look);
  const timer = setInterval(look, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function totalChanges(db: Database): number {
  return (sql(db, 'SELECT total_changes() AS n').get() as { n: number }).n;
}

/** What was there already at a moment. */
function seenBefore(store: Store, moment: string): Seen {
  const history = sql(store.db, 'SELECT id FROM history WHERE at < ? ORDER BY id DESC LIMIT 1').get(moment) as
    | { id: number }
    | undefined;
  const { refreshed } = sql(
    store.db,
    `SELECT coalesce(max(finished_at), '') AS refreshed FROM refreshes WHERE finished_at < ?`,
  ).get(moment) as { refreshed: string };
  return { generation: store.generation, history: history?.id ?? 0, refreshed };
}

function reportRows(store: Store, seen: Seen, listener: (change: Change) => void): Seen {
  const newest = (sql(store.db, 'SELECT coalesce(max(id), 0) AS id FROM history').get() as { id: number }).id;
  const refreshed = (
    sql(store.db, `SELECT coalesce(max(finished_at), '') AS at FROM refreshes`).get() as { at: string }
  ).at;
  const now: Seen = { generation: store.generation, history: newest, refreshed };
  if (seen.generation !== now.generation) {
    listener({ kind: 'projects' });
    return now;
  }
  const rows = sql(
    store.db,
    'SELECT DISTINCT project, substr(subject, 1, 6) AS kind FROM history WHERE id > ? LIMIT 200',
  ).all(seen.history) as {
    project: string;
    kind: string;
  }[];
  for (const row of rows) {
    const kind = KIND_OF_SUBJECT[row.kind];
    if (kind) listener({ kind, project: row.project });
  }
  if (refreshed !== seen.refreshed) {
    const projects = sql(store.db, 'SELECT project FROM refreshes WHERE finished_at > ?').all(seen.refreshed) as {
      project: string;
    }[];
    for (const { project } of projects) listener({ kind: 'documents', project });
  }
  return now;
}
