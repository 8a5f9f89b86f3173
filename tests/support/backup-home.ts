import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { snapshotBeforeMigration } from '../../src/backup/create.ts';
import { type BackupHost, homePaths } from '../../src/backup/host.ts';
import { recoverRestore } from '../../src/backup/swap.ts';
import { loadConfig } from '../../src/config/load.ts';
import { writeFileAtomic } from '../../src/core/files.ts';
import { openDatabase, sql, writeTransaction } from '../../src/storage/database.ts';
import { createLanceVectorStore } from '../../src/storage/lance-vector-store.ts';
import type { Store } from '../../src/storage/store.ts';
import { createActivityLock, type FileLock, takeLock } from '../../src/storage/store-lock.ts';
import { scopeToken } from './scope-token.ts';

export const FINGERPRINT = 'made4d1';
export const DIMENSIONS = 4;

export interface BackupHome extends BackupHost {
  readonly home: string;
  close(): Promise<void>;
}

/** A program on a home with the real database, locks and vector store, and vectors that are made up: no model is needed here. */
export function openHome(home = mkdtempSync(join(tmpdir(), 'atocore-backup-')), flags: object = {}): BackupHome {
  const config = loadConfig({ home, embedder: 'none', ...flags }, {});
  const lockFolder = join(dirname(config.db_path), 'locks');
  const activity = createActivityLock(lockFolder);
  let opened: Store | undefined;
  let presence: FileLock | undefined;
  const closeStore = () => {
    opened?.vectors?.close();
    opened?.db.close();
    opened = undefined;
  };
  const host: BackupHome = {
    home,
    config,
    clock: { now: () => new Date() },
    log: pino({ level: 'silent' }),
    activity,
    lockFolder,
    async withStore(work) {
      const { generation, leave } = await activity.enter(config.busy_timeout_ms);
      try {
        if (opened?.generation !== generation) closeStore();
        presence ??= await takeLock(lockFolder, 'presence', 'shared', 0);
        if (!opened) {
          await recoverRestore(homePaths(config), lockFolder);
          const db = await openDatabase(config.db_path, config.busy_timeout_ms, async (old) => {
            await snapshotBeforeMigration(host, old);
          });
          opened = {
            db,
            dbPath: config.db_path,
            embedder: undefined,
            vectors: createLanceVectorStore(config.vector_uri, FINGERPRINT, DIMENSIONS),
            degraded: [],
            generation,
            write: (step) => writeTransaction(db, config.busy_timeout_ms, step),
          };
        }
        return await work(opened);
      } finally {
        leave();
      }
    },
    async releaseStore() {
      closeStore();
      presence?.release();
      presence = undefined;
    },
    async close() {
      await host.releaseStore();
      activity.close();
    },
  };
  return host;
}

/** Closes a home and removes its folder. */
export async function destroyHome(host: BackupHome): Promise<void> {
  await host.close();
  rmSync(host.home, { recursive: true, force: true });
}

/** Documents with chunks, full-text rows and vectors, as a refresh and an indexing leave them. */
export async function fillStore(host: BackupHost, documents: number, prefix = 'note'): Promise<void> {
  await host.withStore(async (store) => {
    const { db } = store;
    const lock = await takeLock(host.lockFolder, 'vectors', 'exclusive', 10_000);
    try {
      const ids = await store.write(() => {
        const made: number[] = [];
        for (let at = 0; at < documents; at += 1) {
          const title = `${prefix} ${at}`;
          const { lastInsertRowid: document } = sql(
            db,
            `INSERT INTO documents (project, source, path, title, signal, encoding, sha256, size_bytes, mtime_ms, chunking, ingested_at)
             VALUES ('p', 'vault', ?, ?, 'normal', 'utf-8', '', 1, 1, '1', '2026-01-01T00:00:00.000Z')`,
          ).run(`${prefix}-${at}.md`, title);
          const text = `${title} tells how the mirror number ${at} was polished and measured`;
          const { lastInsertRowid: chunk } = sql(
            db,
            `INSERT INTO chunks (document_id, project, ordinal, heading_path, text, start_line, end_line, words) VALUES (?, 'p', 0, '[]', ?, 1, 1, 9)`,
          ).run(document, text);
          sql(db, 'INSERT INTO chunks_fts (rowid, scope, title, body) VALUES (?, ?, ?, ?)').run(
            chunk,
            scopeToken('p'),
            title,
            text,
          );
          made.push(Number(chunk));
        }
        return made;
      });
      await store.vectors?.upsert(
        ids.map((id) => ({ id, project: 'p', vector: new Float32Array([1, id, id % 7, 0.5]) })),
      );
      await store.write(() => {
        for (const id of ids) sql(db, 'UPDATE chunks SET embedded_as = ? WHERE id = ?').run(FINGERPRINT, id);
      });
    } finally {
      lock.release();
    }
  });
}

/** One row that a client was told is stored. */
export async function addFact(host: BackupHost, id: string): Promise<void> {
  await host.withStore((store) =>
    store.write(() => {
      sql(
        store.db,
        `INSERT INTO memories (id, project, type, status, content, normalized, confidence, created_at, updated_at)
         VALUES (?, '', 'knowledge', 'active', ?, ?, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`,
      ).run(id, `fact ${id}`, id);
    }),
  );
}

export async function factIds(host: BackupHost): Promise<string[]> {
  return host.withStore(async (store) =>
    (sql(store.db, 'SELECT id FROM memories ORDER BY rowid').all() as { id: string }[]).map((row) => row.id),
  );
}

export function writeRegistry(host: BackupHost, ids: readonly string[]): void {
  const projects = ids.map((id) => ({
    id,
    aliases: [],
    description: `About ${id}.`,
    ingest_roots: [],
    workspaces: [],
  }));
  writeFileAtomic(host.config.registry_path, `${JSON.stringify({ version: 1, projects }, null, 2)}\n`, 0o644);
}
