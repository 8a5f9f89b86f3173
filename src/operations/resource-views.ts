import { oneLine } from '../context/defuse.ts';
import { getReceipt } from '../context/receipts.ts';
import { AtoError } from '../core/errors.ts';
import { splitOutranked } from '../memory/conflicts.ts';
import { effectiveConfidence } from '../memory/decay.ts';
import { bandOf, isExpired, type Memory } from '../memory/memory.ts';
import { getMemory, listMemories } from '../memory/memory-store.ts';
import { foldName } from '../projects/project.ts';
import type { StateEntry } from '../state/entry.ts';
import { listState } from '../state/state-store.ts';
import { sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import type { Call } from './operation.ts';
import { describeProject } from './projects.ts';
import type { ResourceViews } from './resource-views-types.ts';

const BRIEF_MEMORIES = 12;
const BRIEF_DOCUMENTS = 10;

function openProjects(call: Call) {
  return call.app.registry.loadOrLast().snapshot.projects.filter((project) => !project.archived);
}

function renderState(entries: readonly StateEntry[]): string {
  if (entries.length === 0) return 'Nothing is set.\n';
  return entries
    .map(
      (entry) =>
        `- ${entry.category} · ${oneLine(entry.key)}: ${oneLine(entry.value)} (since ${entry.since.slice(0, 10)})\n`,
    )
    .join('');
}

async function stateView(call: Call, name: string): Promise<string> {
  const project = call.app.registry.load().get(name);
  return call.app.withStore(
    async (store) => `# Trusted state of ${project.id}\n\n${renderState(listState(store.db, project.id))}`,
  );
}

async function briefView(call: Call, name: string): Promise<string> {
  const project = call.app.registry.load().get(name);
  return call.app.withStore(async (store) => {
    const now = call.app.clock.now();
    const state = listState(store.db, project.id);
    const valid = listMemories(store.db, { project: project.id, status: 'active' })
      .filter((memory) => !isExpired(memory, now))
      .map((memory) => ({ ...memory, weight: effectiveConfidence(memory, now) }));
    // What trusted state contradicts is no more shown as true here than in a pack.
    const memories = splitOutranked(valid, state)
      .standing.sort((a, b) => b.weight - a.weight || b.created_at.localeCompare(a.created_at))
      .slice(0, BRIEF_MEMORIES);
    return [
      `# ${project.id}\n`,
      project.description && `${oneLine(project.description)}\n`,
      `## Trusted project state (approved by a person)\n${renderState(state)}`,
      memories.length > 0 && `## Memories\n${memories.map(renderMemory).join('')}`,
      `## Newest documents\n${newestDocuments(store, project.id)}`,
    ]
      .filter(Boolean)
      .join('\n');
  });
}

function renderMemory(memory: Memory): string {
  return `- ${bandOf(memory.type) === 'user' ? 'user' : memory.type}: ${oneLine(memory.content)}\n`;
}

function newestDocuments(store: Store, project: string): string {
  const rows = sql(
    store.db,
    `SELECT id, title, path, coalesce(doc_date, strftime('%Y-%m-%d', mtime_ms / 1000, 'unixepoch')) AS date FROM documents
     WHERE project = ? AND signal <> 'low' ORDER BY date DESC, id DESC LIMIT ${BRIEF_DOCUMENTS}`,
  ).all(project) as { id: number; title: string; path: string; date: string }[];
  return (
    rows
      .map((row) => `- ${row.date} ${oneLine(row.title)} (${oneLine(row.path)}, atocore://documents/${row.id})\n`)
      .join('') || 'None.\n'
  );
}

async function documentView(call: Call, id: string): Promise<string> {
  return call.app.withStore(async (store) => {
    const row = /^\d{1,15}$/.test(id)
      ? (sql(store.db, 'SELECT id, title, source, path, doc_date FROM documents WHERE id = ?').get(Number(id)) as
          | DocumentHead
          | undefined)
      : undefined;
    if (!row)
      throw new AtoError(
        'NOT_FOUND',
        `No document has the id "${id.slice(0, 40)}".`,
        'Search answers references of documents.',
      );
    const chunks = sql(store.db, 'SELECT text FROM chunks WHERE document_id = ? ORDER BY ordinal').all(row.id) as {
      text: string;
    }[];
    return `# ${row.title}\n\n${row.source}:${row.path}${row.doc_date ? `, ${row.doc_date}` : ''}\n\n${chunks.map((chunk) => chunk.text).join('\n\n')}\n`;
  });
}

interface DocumentHead {
  id: number;
  title: string;
  source: string;
  path: string;
  doc_date: string | null;
}

/** What the resources and prompts of every face show. */
export const resourceViews: ResourceViews = {
  projectsView: (call) =>
    call.app.withStore(async (store) =>
      JSON.stringify({ projects: openProjects(call).map((project) => describeProject(store, project)) }, null, 2),
    ),
  stateView,
  briefView,
  documentView,
  memoryView: (call, id) => call.app.withStore(async (store) => JSON.stringify(getMemory(store.db, id), null, 2)),
  receiptView: (call, id) => call.app.withStore(async (store) => JSON.stringify(getReceipt(store, id), null, 2)),
  async completeProject(call, prefix) {
    const wanted = foldName(prefix);
    const names = openProjects(call).flatMap((project) => [project.id, ...project.aliases]);
    return names.filter((name) => foldName(name).startsWith(wanted)).slice(0, 100);
  },
  async projectUris(call) {
    return openProjects(call).map((project) => ({ project: project.id, description: project.description }));
  },
};
