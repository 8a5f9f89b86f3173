import { lstatSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listSnapshots } from '../backup/list.ts';
import { getInteraction } from '../capture/interaction-store.ts';
import { AtoError, invalidInput, toAtoError } from '../core/errors.ts';
import { isInside } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { type DocumentRow, findDocument } from '../ingestion/document-store.ts';
import { getMemory } from '../memory/memory-store.ts';
import { purgeVectors } from '../search/vector-index.ts';
import type { Database } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import { markForScrub, scrub } from '../storage/scrub.ts';
import type { Store } from '../storage/store.ts';
import { type FileLock, takeLock } from '../storage/store-lock.ts';
import type { AtoCore } from './atocore.ts';
import { type Erasable, type ErasedCounts, eraseRows, type Kept } from './erase-rows.ts';

export interface DeletedData {
  counts: ErasedCounts;
  /** What still holds or names what was erased, and why. */
  kept: Kept[];
  /** Whether no copy is left in the files of the database; when not, `kept` says what holds it up, and upkeep tries again. */
  scrubbed: boolean;
}

/**
 * The one true erase: interactions, memories and documents go from rows, full text, vectors, review queue, receipts and history, and
 * from the free pages of the files. A reference is an `atocore://` address, an id, or `source:path` of a document. Throws NOT_FOUND for
 * one that stands for nothing, and then nothing was removed (case F13).
 */
export async function deleteData(app: AtoCore, refs: readonly string[], act: Act): Promise<DeletedData> {
  return app.withStore(async (store) => {
    const wanted = [...new Set(refs)];
    const projects = wanted.flatMap((ref) => {
      const target = resolveRef(store.db, ref);
      return target.kind === 'document' ? target.document.project : [];
    });
    const locks = await lockRefreshes(app, projects);
    try {
      const { targets, counts, kept, chunks } = await store.write(() => {
        // Looked up again under the lock: a refresh may have replaced a document meanwhile.
        const found = wanted.map((ref) => resolveRef(store.db, ref));
        markForScrub(store.db, act.at);
        return { targets: found, ...eraseRows(store.db, found, act) };
      });
      for (const target of targets)
        if (target.kind === 'document') kept.push(...removeStagedFile(app, target.document));
      counts.vectors = await removeVectors(app, store, chunks, kept);
      const scrubbed = await scrubNow(app, store, kept);
      await nameSnapshots(app, kept);
      return { counts, kept, scrubbed };
    } finally {
      for (const lock of locks) lock.release();
    }
  });
}

/** What one reference stands for. Throws NOT_FOUND, and INVALID_INPUT for what cannot be erased. */
export function resolveRef(db: Database, ref: string): Erasable {
  const uri = /^atocore:\/\/(interactions|memories|documents)\/([\w-]{1,64})(?:#.*)?$/.exec(ref);
  const [kind, id] = uri ? uri.slice(1) : [];
  if (kind === 'interactions' || ref.startsWith('int_'))
    return { kind: 'interaction', ref, interaction: getInteraction(db, id ?? ref) };
  if (kind === 'memories' || ref.startsWith('mem_')) return { kind: 'memory', ref, memory: getMemory(db, id ?? ref) };
  const place = /^([a-z0-9][a-z0-9_-]*):(?!\/\/)(.+)$/s.exec(ref);
  if (kind !== 'documents' && !place)
    throw invalidInput(
      `delete_data: "${ref.slice(0, 80)}" cannot be erased.`,
      'Wanted: an id or atocore:// address of an interaction, a memory or a document, or source:path. Trusted state: `atocore state remove`.',
    );
  const document = findDocument(db, place ? { source: place[1]!, path: place[2]! } : { id: Number(id) });
  if (!document)
    throw new AtoError(
      'NOT_FOUND',
      `No document is called "${ref.slice(0, 80)}"; nothing was erased.`,
      '`atocore search --kind document` shows addresses of documents.',
    );
  return { kind: 'document', ref, document };
}

/** A refresh that is reading the document now would store it again. */
async function lockRefreshes(app: AtoCore, projects: readonly string[]): Promise<FileLock[]> {
  const locks: FileLock[] = [];
  try {
    // In one order, so that two erasures never wait for each other.
    for (const project of [...new Set(projects)].sort())
      locks.push(await takeLock(app.lockFolder, `refresh-${project}`, 'exclusive', LIMITS.lockWaitMsMax));
    return locks;
  } catch (error) {
    for (const lock of locks) lock.release();
    throw error;
  }
}

/** A staged document was written by AtoCore and goes with its row; any other file belongs to the person. */
function removeStagedFile(app: AtoCore, { source, path }: DocumentRow): Kept[] {
  const root = app.config.sources[source];
  const file = root === undefined ? undefined : join(root, path);
  if (root === undefined || file === undefined || !lstatSync(file, { throwIfNoEntry: false })) return [];
  const ref = `${source}:${path}`;
  if (source !== 'vault' || !path.startsWith('incoming/projects/'))
    return [{ ref, reason: 'the file is yours and stays; AtoCore does not read it again unless it changes' }];
  try {
    if (!isInside(realpathSync(root), realpathSync(file))) throw new Error('a link leads out of the source');
    rmSync(file);
    return [];
  } catch {
    return [{ ref, reason: 'the staged file cannot be removed; AtoCore does not read it again unless it changes' }];
  }
}

async function removeVectors(
  app: AtoCore,
  store: Store,
  chunks: readonly { id: number; embedded_as: string | null }[],
  kept: Kept[],
): Promise<number> {
  try {
    return await purgeVectors(store, app.config.vector_uri, chunks);
  } catch (error) {
    // The rows are gone, so that no search finds the vectors; they stay noted for removal.
    kept.push({ ref: 'vectors', reason: `${toAtoError(error).message} They are removed with the next indexing.` });
    return 0;
  }
}

async function scrubNow(app: AtoCore, store: Store, kept: Kept[]): Promise<boolean> {
  try {
    await scrub(store, app.config.busy_timeout_ms);
    return true;
  } catch (error) {
    // Noted in the database: the next upkeep tries again, and `status` says so until then.
    kept.push({ ref: 'database', reason: toAtoError(error).message });
    return false;
  }
}

async function nameSnapshots(app: AtoCore, kept: Kept[]): Promise<void> {
  const snapshots = await listSnapshots(app.config.backup_dir);
  if (snapshots.length > 0)
    kept.push({
      ref: 'backups',
      reason: `${snapshots.length} snapshot${snapshots.length === 1 ? '' : 's'} made before may hold it until pruned`,
    });
}
