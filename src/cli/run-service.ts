import { type AtoCore, createAtoCore } from '../app/atocore.ts';
import { runUpkeep } from '../app/upkeep.ts';
import { startSchedules } from '../backup/schedule.ts';
import type { Config } from '../config/load.ts';
import { noteService } from '../config/service-file.ts';
import { createTokenStore } from '../config/token-store.ts';
import { programVersion } from '../core/version.ts';
import { startService } from '../http/server.ts';
import { OPERATIONS } from '../operations/index.ts';
import { resourceViews } from '../operations/resource-views.ts';

/** The upkeep itself runs once a day; looking more often meets clocks that sleep. */
const UPKEEP_LOOK_MS = 6 * 3_600_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Serves HTTP, with `watch` refreshing projects as their files change, until a signal comes, then lets calls in work end. Says on stderr when and where it is ready. */
export async function runService(config: Config, options: { watch: boolean }): Promise<void> {
  const app = createAtoCore(config, { longLived: true });
  const stopped = untilSignal();
  const upkeep = setInterval(() => {
    runUpkeep(app).catch((error: unknown) => app.log.warn({ err: error }, 'the daily upkeep failed'));
  }, UPKEEP_LOOK_MS);
  const schedules = startSchedules(app);
  const watching = options.watch ? await watch(app) : undefined;
  try {
    const service = await startService(app, {
      operations: OPERATIONS,
      views: resourceViews,
      version: programVersion(),
      tokens: createTokenStore(config.home, app.lockFolder),
    });
    const takeBackNote = noteService(config.home, service.url);
    app.spool.start();
    process.stderr.write(`AtoCore serves at ${service.url}\n`);
    app.log.info({ url: service.url, build_sha: config.build_sha }, 'ready');
    app.log.info({ signal: await stopped }, 'stopping');
    takeBackNote();
    await watching?.close();
    await service.stop();
  } finally {
    clearInterval(upkeep);
    await schedules.stop();
    await app.close();
  }
}

/** Says of each refresh that changed something what it was, so that a watching that does nothing can be told from one without work. */
async function watch(app: AtoCore): Promise<{ close(): Promise<void> }> {
  const { watchRoots } = await import('../app/watch-roots.ts');
  return watchRoots(app, {
    onRefresh({ project, status, documents: { failed, ...documents }, duration_ms }) {
      if (status === 'unchanged') return;
      app.log.info({ project, status, ...documents, failed: failed.length, duration_ms }, 'refreshed');
    },
  });
}

/** The first signal; a second one ends the process, since nothing listens by then. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      for (const name of SIGNALS) process.off(name, onSignal);
      resolve(signal);
    };
    for (const name of SIGNALS) process.on(name, onSignal);
  });
}
