import type { DocumentFeatures } from './route-features.ts';

/**
 * Counts of one project in memory: feature hash -> number of pieces that hold it, in an open-addressed table of typed
 * arrays (8 bytes a slot; a Map of a million numbers takes six times as much and is slower to fill).
 */
export interface FeatureTable {
  /** Pieces of all documents that were added. */
  pieces: number;
  get(hash: number): number;
  add(features: DocumentFeatures): void;
  /** Takes a document out that was added with the same features. */
  remove(features: DocumentFeatures): void;
  /** Features with a count above zero, ascending by hash. */
  entries(): DocumentFeatures;
}

const SLOTS_MIN = 1_024;
const LOAD_MAX = 0.6;

export function createFeatureTable(): FeatureTable {
  let keys = new Uint32Array(SLOTS_MIN);
  let values = new Uint32Array(SLOTS_MIN);
  let used = 0;

  const slotOf = (hash: number): number => {
    const mask = keys.length - 1;
    let slot = hash & mask;
    while (keys[slot] !== 0 && keys[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  };

  const makeRoom = (features: number): void => {
    if (used + features <= keys.length * LOAD_MAX) return;
    // Most features of a document are known already: grow by what is live now, and again when that was too little.
    const live = liveEntries(keys, values);
    let slots = SLOTS_MIN;
    while ((live.hashes.length + features) * 1.2 > slots * LOAD_MAX) slots *= 2;
    keys = new Uint32Array(slots);
    values = new Uint32Array(slots);
    used = 0;
    write(live);
  };

  const write = ({ hashes, counts }: Pick<DocumentFeatures, 'hashes' | 'counts'>): void => {
    for (let at = 0; at < hashes.length; at += 1) {
      const slot = slotOf(hashes[at]!);
      if (keys[slot] === 0) {
        keys[slot] = hashes[at]!;
        used += 1;
      }
      values[slot]! += counts[at]!;
    }
  };

  const table: FeatureTable = {
    pieces: 0,
    get: (hash) => values[slotOf(hash)]!,
    add(features) {
      makeRoom(features.hashes.length);
      write(features);
      table.pieces += features.pieces;
    },
    remove({ pieces, hashes, counts }) {
      // Slots stay occupied with a count of 0, so that probing past them still works; growing sweeps them out.
      for (let at = 0; at < hashes.length; at += 1) {
        const slot = slotOf(hashes[at]!);
        if (keys[slot] !== 0) values[slot] = Math.max(0, values[slot]! - counts[at]!);
      }
      table.pieces = Math.max(0, table.pieces - pieces);
    },
    entries() {
      const { hashes, counts } = liveEntries(keys, values);
      const order = hashes.slice().sort();
      const byHash = new Map(Array.from(hashes, (hash, at) => [hash, counts[at]!]));
      return { pieces: table.pieces, hashes: order, counts: order.map((hash) => byHash.get(hash)!) };
    },
  };
  return table;
}

function liveEntries(keys: Uint32Array, values: Uint32Array): Pick<DocumentFeatures, 'hashes' | 'counts'> {
  let live = 0;
  for (const value of values) if (value > 0) live += 1;
  const hashes = new Uint32Array(live);
  const counts = new Uint32Array(live);
  let at = 0;
  for (let slot = 0; slot < keys.length; slot += 1) {
    if (values[slot]! === 0) continue;
    hashes[at] = keys[slot]!;
    counts[at++] = values[slot]!;
  }
  return { hashes, counts };
}
