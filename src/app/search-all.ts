import { chunkUri } from '../context/gather.ts';
import { contentStems, cutAtSentence } from '../core/text.ts';
import { effectiveConfidence } from '../memory/decay.ts';
import { isExpired } from '../memory/memory.ts';
import { listMemories } from '../memory/memory-store.ts';
import { rankByDensity } from '../search/density.ts';
import { searchChunks } from '../search/search-chunks.ts';
import { listState } from '../state/state-store.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';
import { visibleProjects } from './auto-context.ts';

export interface SearchHit {
  ref: string;
  kind: 'document' | 'memory' | 'state';
  project: string | null;
  title: string;
  path: string | null;
  heading_path: string[];
  snippet: string;
  score: number;
  signals: Record<string, number | string | null>;
}

export interface SearchInput {
  query: string;
  project?: string | undefined;
  kinds?: readonly SearchHit['kind'][] | undefined;
  limit: number;
}

const SNIPPET_CHARS = 300;

/** Searches documents, memories and trusted state, in one project or in all that are visible; best first. */
export async function searchAll(
  app: AtoCore,
  input: SearchInput,
): Promise<{ hits: SearchHit[]; degraded: { component: string; reason: string }[] }> {
  const { snapshot, error } = app.registry.loadOrLast();
  const named = input.project?.trim() ? snapshot.canonical(input.project) : undefined;
  const wants = (kind: SearchHit['kind']) => !input.kinds || input.kinds.includes(kind);
  return app.withStore(async (store) => {
    const degraded = error ? [{ component: 'registry', reason: error.message }] : [];
    const hits: SearchHit[] = [];
    if (wants('state')) hits.push(...searchState(app, store, input.query, named));
    if (wants('memory')) hits.push(...searchMemories(app, store, input.query, named));
    if (wants('document')) {
      const found = await searchChunks(store, app.config, {
        query: input.query,
        project: named,
        limit: input.limit,
        isVisible: visibleProjects(app),
      });
      degraded.push(...found.degraded);
      hits.push(
        ...found.hits.map(
          (hit): SearchHit => ({
            ref: chunkUri(hit),
            kind: 'document',
            project: hit.project,
            title: hit.title,
            path: `${hit.source}:${hit.path}`,
            heading_path: hit.headingPath,
            snippet: cutAtSentence(hit.text, SNIPPET_CHARS),
            score: round(hit.score),
            signals: { ...hit.signals },
          }),
        ),
      );
    }
    hits.sort((a, b) => b.score - a.score);
    return { hits: hits.slice(0, input.limit), degraded };
  });
}

function searchState(app: AtoCore, store: Store, query: string, project: string | undefined): SearchHit[] {
  const projects =
    project === undefined
      ? app.registry
          .loadOrLast()
          .snapshot.projects.filter((known) => !known.archived)
          .map((known) => known.id)
      : [project];
  const entries = projects.flatMap((id) => listState(store.db, id));
  const ranked = rankByDensity(
    entries,
    new Set(contentStems(query)),
    (entry) => `${entry.category} ${entry.key} ${entry.value}`,
    (a, b) => a.id.localeCompare(b.id),
  );
  return ranked
    .filter(({ shared }) => shared > 0)
    .map(({ item, density, coverage }) => ({
      ref: `atocore://projects/${item.project}/state#${item.category}/${encodeURIComponent(item.key)}`,
      kind: 'state',
      project: item.project,
      title: `${item.category} · ${item.key}`,
      path: null,
      heading_path: [],
      snippet: item.value,
      score: round(coverage),
      signals: { density: round(density), coverage: round(coverage) },
    }));
}

function searchMemories(app: AtoCore, store: Store, query: string, project: string | undefined): SearchHit[] {
  const now = app.clock.now();
  const isVisible = visibleProjects(app);
  const found = listMemories(store.db, {
    status: 'active',
    query,
    project,
    withGlobal: project !== undefined,
    limit: 200,
  }).filter(
    (memory) =>
      !isExpired(memory, now) && (project !== undefined || memory.project === '' || isVisible(memory.project)),
  );
  const ranked = rankByDensity(
    found,
    new Set(contentStems(query)),
    (memory) => memory.content,
    (a, b) => effectiveConfidence(b, now) - effectiveConfidence(a, now) || a.id.localeCompare(b.id),
  );
  return ranked.map(({ item, density, coverage }) => ({
    ref: `atocore://memories/${item.id}`,
    kind: 'memory',
    project: item.project || null,
    title: item.type,
    path: null,
    heading_path: [],
    snippet: item.content,
    score: round(coverage),
    signals: { density: round(density), coverage: round(coverage), confidence: round(effectiveConfidence(item, now)) },
  }));
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
