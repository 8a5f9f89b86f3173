import type { Database } from 'better-sqlite3';
import { packFeatures, unpackFeatures } from './route-codec.ts';
import type { DocumentFeatures } from './route-features.ts';
import { createRouteIndex, type RouteIndex } from './route-index.ts';

/** The stored features and their mirror in memory. Writes join the caller's transaction; `current` follows every process. */
export interface RouteStore {
  /** Stores or replaces the features of a document, under the canonical id of its project. */
  replaceDocument(documentId: number, project: string, features: DocumentFeatures): void;
  /** Forgets a document; an unknown one is no error. Deleting its row in `documents` does the same. */
  removeDocument(documentId: number): void;
  /** The index, brought up to date with what is committed: one row is read when nothing changed, changed rows else. */
  current(): RouteIndex;
}

interface Mirrored {
  project: string;
  stamp: number;
  packed: Uint8Array;
}

/** `background` is for createRouteIndex. Nothing is read before the first call of `current`. */
export function createRouteStore(db: Database, background?: DocumentFeatures): RouteStore {
  const put = db.prepare(`
    INSERT INTO route_documents (document_id, project, stamp, features) VALUES (?, ?, random() / 1024, ?)
    ON CONFLICT (document_id) DO UPDATE SET project = excluded.project, stamp = excluded.stamp, features = excluded.features`);
  const drop = db.prepare('DELETE FROM route_documents WHERE document_id = ?');
  const readState = db.prepare<[], number>('SELECT stamp FROM route_state WHERE id = 1').pluck();
  const listStamps = db.prepare<[], [number, string, number]>(
    'SELECT document_id, project, stamp FROM route_documents INDEXED BY route_documents_by_stamp',
  );
  const readFeatures = db
    .prepare<[number], Buffer>('SELECT features FROM route_documents WHERE document_id = ?')
    .pluck();
  const index = createRouteIndex(background);
  const mirrored = new Map<number, Mirrored>();
  let seen: number | undefined;

  const forget = (documentId: number, known: Mirrored): void => {
    index.remove(known.project, unpackFeatures(known.packed));
    mirrored.delete(documentId);
  };

  const catchUp = db.transaction((): number | undefined => {
    const state = readState.get();
    if (state === seen) return state;
    const gone = new Set(mirrored.keys());
    for (const [documentId, project, stamp] of listStamps.raw().all() as [number, string, number][]) {
      gone.delete(documentId);
      const known = mirrored.get(documentId);
      if (known?.stamp === stamp && known.project === project) continue;
      const packed = readFeatures.get(documentId)!;
      // Unpacked before the old counts go: damaged bytes must not leave the mirror half changed.
      const features = unpackFeatures(packed);
      if (known !== undefined) forget(documentId, known);
      index.add(project, features);
      mirrored.set(documentId, { project, stamp, packed });
    }
    for (const documentId of gone) forget(documentId, mirrored.get(documentId)!);
    return state;
  });

  return {
    replaceDocument: (documentId, project, features) => void put.run(documentId, project, packFeatures(features)),
    removeDocument: (documentId) => void drop.run(documentId),
    current() {
      seen = catchUp();
      return index;
    },
  };
}
