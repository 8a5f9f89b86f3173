import type { Table } from '@lancedb/lancedb';

/** All vectors of one project at one version of the table, one after the other. */
interface ProjectVectors {
  version: number;
  ids: number[];
  /** Unit length each, so that a dot product is the cosine. */
  values: Float32Array;
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
      return scan(vectors, unit(vector), dimensions, count);
    },
    clear: () => kept.clear(),
  };
}

async function readVectors(
  table: Table,
  filter: string,
  dimensions: number,
): Promise<{ ids: number[]; values: Float32Array }> {
  const found = await table.query().where(filter).select(['id', 'vector']).toArrow();
  const ids: number[] = [];
  const values = new Float32Array(found.numRows * dimensions);
  for (const batch of found.batches) {
    const column = batch.getChild('vector')!;
    for (const [row, id] of [...batch.getChild('id')!].entries()) {
      values.set(unit(column.get(row).toArray() as Float32Array), ids.length * dimensions);
      ids.push(Number(id));
    }
  }
  return { ids, values };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, 0, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function scan({ ids, values }: ProjectVectors, query: Float32Array, dimensions: number, count: number): Neighbour[] {
  const similarities = new Float32Array(ids.length);
  for (let row = 0; row < ids.length; row += 1) similarities[row] = dot(values, row * dimensions, query);
  // Sorting bare numbers is cheap; only what lies above the last one asked for is ordered with its id.
  const least = similarities.toSorted()[Math.max(0, ids.length - count)] ?? 0;
  const found: Neighbour[] = [];
  for (const [row, similarity] of similarities.entries())
    if (similarity >= least) found.push({ id: ids[row]!, similarity });
  return found.sort((a, b) => b.similarity - a.similarity || a.id - b.id).slice(0, count);
}

/** Four sums side by side: the additions of one would wait for each other. */
function dot(values: Float32Array, start: number, query: Float32Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  const paired = query.length - (query.length % 4);
  let at = 0;
  for (; at < paired; at += 4) {
    first += values[start + at]! * query[at]!;
    second += values[start + at + 1]! * query[at + 1]!;
    third += values[start + at + 2]! * query[at + 2]!;
    fourth += values[start + at + 3]! * query[at + 3]!;
  }
  for (; at < query.length; at += 1) first += values[start + at]! * query[at]!;
  return first + second + third + fourth;
}
