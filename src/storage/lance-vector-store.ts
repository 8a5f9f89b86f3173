import type { Connection, Table } from '@lancedb/lancedb';
import { AtoError } from '../core/errors.ts';
import { isRemoteUri, makeFolder } from '../core/files.ts';
import { createProjectVectorCache } from './project-vectors.ts';
import type { VectorRow, VectorStore } from './vector-store.ts';

const BACKEND = 'lancedb';
const REMOVE_BATCH = 500;
/** With fewer rows an index on the project saves less than it costs. */
const INDEXED_ROWS_MIN = 2_000;

/** Opens the LanceDB table of one fingerprint under `uri` (a folder or a remote address). Nothing is loaded before the first call. */
export function createLanceVectorStore(uri: string, fingerprint: string, dimensions: number): VectorStore {
  const tableName = `chunks_${fingerprint}`;
  let opening: Promise<Connection> | undefined;
  let table: Table | undefined;
  const cache = createProjectVectorCache(dimensions);

  const connection = (): Promise<Connection> => {
    opening ??= connect(uri).catch((error: unknown) => {
      opening = undefined;
      throw unavailable('cannot be opened', error);
    });
    return opening;
  };

  const findTable = async (): Promise<Table | undefined> => {
    if (table) return table;
    const db = await connection();
    const names = await db.tableNames();
    if (names.includes(tableName)) table = await db.openTable(tableName);
    return table;
  };

  const createTable = async (): Promise<Table> => {
    const arrow = await import('apache-arrow');
    const schema = new arrow.Schema([
      new arrow.Field('id', new arrow.Int64(), false),
      new arrow.Field('project', new arrow.Utf8(), false),
      new arrow.Field(
        'vector',
        new arrow.FixedSizeList(dimensions, new arrow.Field('item', new arrow.Float32(), false)),
        false,
      ),
    ]);
    table = await (await connection()).createEmptyTable(tableName, schema, { existOk: true });
    return table;
  };

  const removeRows = async (target: Table, ids: readonly number[]): Promise<void> => {
    for (let at = 0; at < ids.length; at += REMOVE_BATCH) {
      const batch = ids.slice(at, at + REMOVE_BATCH).map(Number);
      await target.delete(`id IN (${batch.join(',')})`);
    }
  };

  return {
    backend: BACKEND,
    upsert: (rows) =>
      guarded(async () => {
        if (rows.length === 0) return;
        assertDimensions(rows, dimensions);
        const target = (await findTable()) ?? (await createTable());
        const data = rows.map((row) => ({ id: row.id, project: row.project, vector: Array.from(row.vector) }));
        await target.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(data);
      }),
    remove: (ids) =>
      guarded(async () => {
        const target = await findTable();
        if (target) await removeRows(target, ids);
      }),
    nearest: (vector, count, project) =>
      guarded(async () => {
        const target = await findTable();
        if (!target) return [];
        const kept = project === undefined ? undefined : await cache.nearest(target, project, vector, count);
        if (kept) return kept;
        let query = target.vectorSearch(vector).distanceType('cosine').select(['id', '_distance']).limit(count);
        if (project !== undefined) query = query.where(`project = '${project.replaceAll("'", "''")}'`);
        const rows = await query.toArray();
        return rows.map((row) => ({ id: Number(row.id), similarity: 1 - Number(row._distance) }));
      }),
    count: () => guarded(async () => (await findTable())?.countRows() ?? 0),
    ids: () =>
      guarded(async () => {
        const target = await findTable();
        if (!target) return [];
        const rows = await target.query().select(['id']).toArray();
        return rows.map((row) => Number(row.id));
      }),
    compact: () =>
      guarded(async () => {
        const target = await findTable();
        if (!target) return;
        // Finds the rows of one project without reading the names of all; `optimize` takes new rows into it.
        if ((await target.listIndices()).length === 0 && (await target.countRows()) >= INDEXED_ROWS_MIN) {
          const { Index } = await import('@lancedb/lancedb');
          await target.createIndex('project', { config: Index.bitmap() });
        }
        await target.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true });
      }),
    purge: (ids) =>
      guarded(async () => {
        const target = await findTable();
        if (!target) return 0;
        const before = await target.countRows();
        await removeRows(target, ids);
        // A fragment of which less than a tenth was deleted is not written anew, unless another one lies beside it to be merged with.
        const [row] = await target.query().limit(1).toArray();
        if (row) {
          const again = {
            id: Number(row.id),
            project: String(row.project),
            vector: Array.from(row.vector as number[]),
          };
          await target.mergeInsert('id').whenMatchedUpdateAll().execute([again]);
        }
        await target.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true });
        return before - (await target.countRows());
      }),
    dropOthers: () =>
      guarded(async () => {
        const db = await connection();
        for (const name of await db.tableNames())
          if (name.startsWith('chunks_') && name !== tableName) await db.dropTable(name);
      }),
    clear: () =>
      guarded(async () => {
        const db = await connection();
        table = undefined;
        if ((await db.tableNames()).includes(tableName)) await db.dropTable(tableName);
      }),
    close() {
      cache.clear();
      table?.close();
      table = undefined;
      void opening?.then((db) => db.close()).catch(() => undefined);
      opening = undefined;
    },
  };
}

async function connect(uri: string): Promise<Connection> {
  // The native library writes warnings to stderr unless told otherwise, before it is loaded.
  process.env['LANCEDB_LOG'] ??= 'error';
  if (!isRemoteUri(uri)) makeFolder(uri);
  const lancedb = await import('@lancedb/lancedb');
  // Interval 0: every read sees what other processes committed.
  return lancedb.connect(uri, { readConsistencyInterval: 0 });
}

function assertDimensions(rows: readonly VectorRow[], dimensions: number): void {
  for (const row of rows) {
    // LanceDB pads or cuts a vector of a wrong length without a word.
    if (row.vector.length !== dimensions) {
      throw new AtoError(
        'INTERNAL',
        `The vector of chunk ${row.id} has ${row.vector.length} dimensions instead of ${dimensions}.`,
      );
    }
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AtoError ? error : unavailable('does not answer', error);
  }
}

function unavailable(what: string, cause: unknown): AtoError {
  return new AtoError(
    'UNAVAILABLE',
    `The vector store ${what}.`,
    'Search goes on lexically; `atocore index rebuild` makes the vectors anew.',
    { component: 'vectors' },
    cause,
  );
}
