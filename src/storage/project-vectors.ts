import type { Table } from '@lancedb/lancedb';
import { createVectorScan } from './vector-scan.ts';

/** All vectors of one project at one version of the table. */
interface ProjectVectors {
  version: number;
  ids: number[];
  /** The cosine of every one of them with a vector of unit length. */
  compare: (query: Float32Array) => Float32Array;
}

/** So many vectors are kept in memory, of the projects that were asked for last: 64 MiB at 512 dimensions. */
const KEPT_ROWS_MAX = 32_768;

export interface ProjectVectorCache {
  /** The `count` nearest of one project, best first; undefined when the project is too large to be kept. */
  nearest(table: Table, project: string, vector: Float32Array, count: number): Promise<Neighbour[] | undefined>;
  clear(): void;
}

interface Neighbour {
  id: number;
  similarity: number;
}

/**
 * Keeps the vectors of the projects in use. A scan of some thousand vectors takes one or two milliseconds, the same search through the
 * vector store ten times that. Every call asks the table for its version, so that what this or another process wrote is seen at once.
 */
export function createProjectVectorCache(dimensions: number): ProjectVectorCache {
  // In order of use, oldest first.
  const kept = new Map<string, ProjectVectors>();

  const keep = (project: string, vectors: ProjectVectors) => {
    kept.delete(project);
    kept.set(project, vectors);
    let rows = [...kept.values()].reduce((sum, known) => sum + known.ids.length, 0);
    for (const [name, known] of kept) {
      if (rows <= KEPT_ROWS_MAX || name === project) break;
      kept.delete(name);
      rows -= known.ids.length;
    }
  };

  return {
    async nearest(table, project, vector, count) {
      const version = await table.version();
      let vectors = kept.get(project);
      if (vectors?.version !== version) {
        kept.delete(project);
        const filter = `project = '${project.replaceAll("'", "''")}'`;
        if ((await table.countRows(filter)) > KEPT_ROWS_MAX) return undefined;
        vectors = { version, ...(await readVectors(table, filter, dimensions)) };
      }
      keep(project, vectors);
      return pickBest(vectors.ids, vectors.compare(unit(vector)), count);
    },
    clear: () => kept.clear(),
  };
}

async function readVectors(table: Table, filter: string, dimensions: number): Promise<Omit<ProjectVectors, 'version'>> {
  const found = await table.query().where(filter).select(['id', 'vector']).toArrow();
  const scan = createVectorScan(found.numRows, dimensions);
  const ids: number[] = [];
  for (const batch of found.batches) {
    const column = batch.getChild('vector')!;
    for (const [row, id] of [...batch.getChild('id')!].entries()) {
      scan.set(ids.length, unit(column.get(row).toArray() as Float32Array));
      ids.push(Number(id));
    }
  }
  return { ids, compare: scan.compare };
}

function unit(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  return square === 0 ? vector : vector.map((value) => value / Math.sqrt(square));
}

function pickBest(ids: readonly number[], similarities: Float32Array, count: number): Neighbour[] {
  // Sorting bare numbers is cheap; only what lies above the last one asked for is ordered with its id.
  const least = similarities.toSorted()[Math.max(0, ids.length - count)] ?? 0;
  const found: Neighbour[] = [];
  for (const [row, similarity] of similarities.entries())
    if (similarity >= least) found.push({ id: ids[row]!, similarity });
  return found.sort((a, b) => b.similarity - a.similarity || a.id - b.id).slice(0, count);
}
