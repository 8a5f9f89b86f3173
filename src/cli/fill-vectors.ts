import { spawn } from 'node:child_process';
import { withProgress } from './progress.ts';
import type { CliSession } from './session.ts';

/** So few are filled in before the command ends: a process of its own would take longer. */
const AT_ONCE_MAX = 64;

/**
 * Fills in the vectors that a refresh left pending. With `wait` here and now; otherwise in a process of its own that ends by itself
 * when nothing is pending, so that the command can answer as soon as words are searchable.
 */
export async function fillVectors(session: CliSession, options: { pending: number; wait: boolean }): Promise<void> {
  // A service fills in its own.
  if (session.remote || options.pending === 0 || session.config.embedder === 'none') return;
  if (options.wait || options.pending <= AT_ONCE_MAX) return fillHere(session);
  const child = spawn(process.execPath, [process.argv[1]!, 'index', 'fill', '--home', session.config.home], {
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => undefined);
  child.unref();
  session.output.note(
    `${options.pending} vectors fill in behind; words are searchable now. \`atocore status\` shows what is pending.`,
  );
}

/** Fills in everything that is pending; another process that does the same already is left to it. */
export async function fillHere(session: CliSession): Promise<void> {
  const app = await session.app();
  // Loaded here, so that help and mere usage errors load no database driver.
  const { tryLock } = await import('../storage/store-lock.ts');
  const lock = tryLock(app.lockFolder, 'fill', 'exclusive');
  if (!lock) return;
  try {
    const { countPending, indexBatch } = await import('../search/vector-index.ts');
    await withProgress(session.output, async (report) => {
      let total = await app.withStore(async (store) =>
        store.embedder ? countPending(store.db, store.embedder.fingerprint) : 0,
      );
      for (let pending = total; pending > 0 && !session.signal.aborted; ) {
        const progress = await app.withStore((store) => indexBatch(store, { signal: session.signal }));
        if (progress.embedded === 0) break;
        pending = progress.pending;
        total = Math.max(total, pending);
        report?.({ done: total - pending, total, message: 'filling in vectors' });
      }
    });
  } finally {
    lock.release();
  }
}
