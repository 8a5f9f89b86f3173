import type { Config } from '../config/load.ts';
import { contentStems } from '../core/text.ts';
import { bandOf, isExpired, type Memory } from '../memory/memory.ts';
import { listMemories } from '../memory/memory-store.ts';
import { type Ranked, rankByDensity } from '../search/density.ts';
import { type ChunkHit, type Degradation, searchChunks } from '../search/search-chunks.ts';
import type { StateEntry } from '../state/entry.ts';
import { listState } from '../state/state-store.ts';
import type { Store } from '../storage/store.ts';
import type { BandName } from './bands.ts';
import { defuse, type EntryText, oneLine } from './render.ts';

/** An entry that may go into the pack, in the order of its band. */
export interface Candidate {
  band: BandName;
  uri: string;
  title: string;
  tier: string;
  score: number;
  /** Why it stands where it stands, for people. */
  reason: string;
  /** The parts of the score. */
  signals: Record<string, number | string | null>;
  /** SHA-256 of the source file, for documents. */
  sourceHash: string | null;
  text: EntryText;
}

export interface Omission {
  uri: string;
  band: BandName;
  reason: string;
}

export interface Gathered {
  candidates: Candidate[];
  omitted: Omission[];
  degraded: Degradation[];
}

export interface GatherInput {
  store: Store;
  config: Config;
  prompt: string;
  project: string | null;
  now: Date;
  /** Which projects may be shown when none is in scope. */
  isVisible: (project: string) => boolean;
}

const DOCUMENT_HITS = 40;
const PER_DOCUMENT_FIRST = 2;
/** Hits far below the best one are noise that costs tokens. */
const SCORE_SHARE_MIN = 0.3;
/** Without a project only text that holds at least this share of the query is worth showing. */
const UNSCOPED_LEXICAL_MIN = 0.2;
const NEAR_DUPLICATE = 0.9;

/** Collects everything that may enter the pack, ranked inside its band. Nothing unreviewed and nothing expired is ever among it. */
export async function gather(input: GatherInput): Promise<Gathered> {
  const query = new Set(contentStems(input.prompt));
  const state = input.project === null ? [] : rankState(listState(input.store.db, input.project), query);
  const memories = rankMemories(eligibleMemories(input), query);
  const documents = await gatherDocuments(input);
  return {
    candidates: [
      ...state.map(({ item, density }) => stateCandidate(item, density)),
      ...memories.map(memoryCandidate),
      ...documents.candidates,
    ],
    omitted: documents.omitted,
    degraded: documents.degraded,
  };
}

function rankState(entries: readonly StateEntry[], query: ReadonlySet<string>): Ranked<StateEntry>[] {
  return rankByDensity(
    entries,
    query,
    (entry) => `${entry.category} ${entry.key} ${entry.value}`,
    (a, b) => b.since.localeCompare(a.since) || a.id.localeCompare(b.id),
  );
}

function eligibleMemories({ store, project, now }: GatherInput): Memory[] {
  return listMemories(store.db, { status: 'active', project: project ?? '', withGlobal: true }).filter(
    (memory) => !isExpired(memory, now),
  );
}

function rankMemories(memories: readonly Memory[], query: ReadonlySet<string>): Ranked<Memory>[] {
  const ranked = rankByDensity(
    memories,
    query,
    (memory) => memory.content,
    (a, b) => b.confidence - a.confidence || b.created_at.localeCompare(a.created_at) || a.id.localeCompare(b.id),
  );
  // Global knowledge belongs to no project: only words in common with the prompt make it relevant.
  return ranked.filter(({ item, shared }) => shared > 0 || item.project !== '' || bandOf(item.type) === 'user');
}

function stateCandidate(entry: StateEntry, density: number): Candidate {
  return {
    band: 'trusted_state',
    uri: `atocore://projects/${entry.project}/state#${entry.category}/${encodeURIComponent(entry.key)}`,
    title: `${entry.category} · ${entry.key}`,
    tier: 'trusted_state',
    score: density,
    reason: `approved by ${entry.approved_by}`,
    signals: { density },
    sourceHash: null,
    text: {
      before: `${entry.category} · ${oneLine(entry.key)}: `,
      body: oneLine(entry.value),
      after: ` (since ${entry.since.slice(0, 10)})`,
      block: false,
    },
  };
}

const MEMORY_BANDS: Record<'user' | 'project' | 'knowledge', BandName> = {
  user: 'user',
  project: 'project_memories',
  knowledge: 'knowledge',
};

function memoryCandidate({ item, shared, density }: Ranked<Memory>): Candidate {
  const band = MEMORY_BANDS[bandOf(item.type)];
  return {
    band,
    uri: `atocore://memories/${item.id}`,
    title: item.type,
    tier: item.type,
    score: density,
    reason: shared > 0 ? `shares ${shared} words with the prompt` : 'belongs to the scope',
    signals: { density, shared, confidence: item.confidence },
    sourceHash: null,
    text: {
      before: `${item.type}: `,
      body: oneLine(item.content),
      after: band === 'user' ? '' : ` (confidence ${item.confidence.toFixed(2)})`,
      block: false,
    },
  };
}

async function gatherDocuments(input: GatherInput): Promise<Gathered> {
  const { hits, degraded } = await searchChunks(input.store, input.config, {
    query: input.prompt,
    project: input.project ?? undefined,
    limit: DOCUMENT_HITS,
    isVisible: input.isVisible,
  });
  const omitted: Omission[] = [];
  const top = hits[0]?.score ?? 0;
  const relevant = hits.filter((hit) => {
    const enough =
      hit.score >= top * SCORE_SHARE_MIN && (input.project !== null || hit.signals.lexical >= UNSCOPED_LEXICAL_MIN);
    if (!enough) omitted.push({ uri: chunkUri(hit), band: 'documents', reason: 'far less relevant than the best hit' });
    return enough;
  });
  const chosen = dropNearDuplicates(spreadOverDocuments(relevant), omitted);
  return { candidates: chosen.map((hit) => documentCandidate(hit, input.project === null)), omitted, degraded };
}

/** At most two chunks of one document come before chunks of the others (no five chunks of one file unless nothing else is there). */
function spreadOverDocuments(hits: readonly ChunkHit[]): ChunkHit[] {
  const taken = new Map<number, number>();
  const first: ChunkHit[] = [];
  const later: ChunkHit[] = [];
  for (const hit of hits) {
    const count = taken.get(hit.documentId) ?? 0;
    taken.set(hit.documentId, count + 1);
    (count < PER_DOCUMENT_FIRST ? first : later).push(hit);
  }
  return [...first, ...later];
}

function dropNearDuplicates(hits: readonly ChunkHit[], omitted: Omission[]): ChunkHit[] {
  const kept: { hit: ChunkHit; stems: Set<string> }[] = [];
  for (const hit of hits) {
    const stems = new Set(contentStems(hit.text));
    const twin = kept.find((other) => jaccard(stems, other.stems) >= NEAR_DUPLICATE);
    if (twin) omitted.push({ uri: chunkUri(hit), band: 'documents', reason: `says the same as ${chunkUri(twin.hit)}` });
    else kept.push({ hit, stems });
  }
  return kept.map(({ hit }) => hit);
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const item of a) if (b.has(item)) shared += 1;
  return shared / (a.size + b.size - shared);
}

export function chunkUri(hit: Pick<ChunkHit, 'documentId' | 'startLine'>): string {
  return `atocore://documents/${hit.documentId}#L${hit.startLine}`;
}

function documentCandidate(hit: ChunkHit, showProject: boolean): Candidate {
  const place = [hit.path, ...hit.headingPath.filter((heading) => heading !== hit.title)].map(oneLine).join(' › ');
  const notes = [
    showProject ? `project ${hit.project}` : '',
    hit.date ? `updated ${hit.date}` : '',
    hit.signal === 'low' ? 'archived' : '',
  ]
    .filter(Boolean)
    .join(', ');
  return {
    band: 'documents',
    uri: chunkUri(hit),
    title: place,
    tier: hit.signal === 'low' ? 'low_signal' : hit.source === 'drive' ? 'drive' : 'document',
    score: hit.score,
    reason: describeSignals(hit),
    signals: { ...hit.signals },
    sourceHash: hit.sha256,
    text: { before: `${place}${notes && ` (${notes})`}`, body: defuse(hit.text).trim(), after: '', block: true },
  };
}

function describeSignals({ signals, signal }: ChunkHit): string {
  const meaning =
    signals.semantic === null ? '' : `, meaning ${signals.semantic.toFixed(2)} x ${signals.semantic_weight.toFixed(2)}`;
  return `words ${signals.lexical.toFixed(2)}${meaning}${signals.factor === 1 ? '' : `, factor ${signals.factor.toFixed(2)} (${signal} signal)`}`;
}
