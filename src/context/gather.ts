import type { Config } from '../config/load.ts';
import { contentStems } from '../core/text.ts';
import { listActiveMemories } from '../memory/active-memories.ts';
import { memoryUri, splitOutranked, stateUri } from '../memory/conflicts.ts';
import { effectiveConfidence } from '../memory/decay.ts';
import { type Fact, factOf, jaccard, memoryVersion, sameValues } from '../memory/fact.ts';
import { bandOf, isExpired, type Memory } from '../memory/memory.ts';
import { type Ranked, rankByDensity } from '../search/density.ts';
import { type ChunkHit, type Degradation, searchChunks } from '../search/search-chunks.ts';
import type { StateEntry } from '../state/entry.ts';
import { listState } from '../state/state-store.ts';
import type { Store } from '../storage/store.ts';
import type { BandName } from './bands.ts';
import { defuse, oneLine } from './defuse.ts';
import type { EntryText } from './render.ts';

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
  /** Memories that an entry of trusted state contradicts; they are not among the candidates. */
  outranked: { uri: string; by: string; reason: string }[];
  degraded: Degradation[];
  /** Stems of the prompt. */
  query: ReadonlySet<string>;
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
  // Begun first: the encoder works in a thread of its own while memories and trusted state are ranked.
  const searched = gatherDocuments(input);
  // Whoever awaits it meets its error; until then it must not count as unhandled.
  searched.catch(() => undefined);
  const query = new Set(contentStems(input.prompt));
  const entries = input.project === null ? [] : listState(input.store.db, input.project);
  // A person approved the entry, so a memory that says otherwise is not shown as if it were true.
  const { standing, outranked } = splitOutranked(eligibleMemories(input), entries);
  const reviewed = [
    ...rankState(entries, query).map(({ item, density }) => stateCandidate(item, density)),
    ...rankMemories(standing, query).map(memoryCandidate),
  ];
  const documents = await searched;
  return {
    candidates: [...reviewed, ...documents.candidates],
    omitted: documents.omitted,
    outranked: outranked.map(({ memory, entry, reason }) => ({
      uri: memoryUri(memory.id),
      by: stateUri(entry),
      reason,
    })),
    degraded: documents.degraded,
    query,
  };
}

function rankState(entries: readonly StateEntry[], query: ReadonlySet<string>): Ranked<StateEntry>[] {
  return rankByDensity(
    entries,
    query,
    (entry) => factOf(`${entry.id}#whole`, `${entry.category} ${entry.key} ${entry.value}`).stems,
    (a, b) => b.since.localeCompare(a.since) || a.id.localeCompare(b.id),
  );
}

/** A memory with the weight that it has now. */
interface WeighedMemory extends Memory {
  weight: number;
}

function eligibleMemories({ store, project, now }: GatherInput): WeighedMemory[] {
  return listActiveMemories(store.db, project ?? '')
    .filter((memory) => !isExpired(memory, now))
    .map((memory) => ({ ...memory, weight: effectiveConfidence(memory, now) }));
}

function rankMemories(memories: readonly WeighedMemory[], query: ReadonlySet<string>): Ranked<WeighedMemory>[] {
  const ranked = rankByDensity(
    memories,
    query,
    (memory) => factOf(memoryVersion(memory), memory.content).stems,
    (a, b) => b.weight - a.weight || b.created_at.localeCompare(a.created_at) || a.id.localeCompare(b.id),
  );
  // Global knowledge belongs to no project: only words in common with the prompt make it relevant.
  return ranked.filter(({ item, shared }) => shared > 0 || item.project !== '' || bandOf(item.type) === 'user');
}

function stateCandidate(entry: StateEntry, density: number): Candidate {
  return {
    band: 'trusted_state',
    uri: stateUri(entry),
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

function memoryCandidate({ item, shared, density }: Ranked<WeighedMemory>): Candidate {
  const band = MEMORY_BANDS[bandOf(item.type)];
  return {
    band,
    uri: memoryUri(item.id),
    title: item.type,
    tier: item.type,
    score: density,
    reason: shared > 0 ? `shares ${shared} words with the prompt` : 'belongs to the scope',
    signals: { density, shared, confidence: Math.round(item.weight * 10_000) / 10_000 },
    sourceHash: null,
    text: {
      before: `${item.type}: `,
      body: oneLine(item.content),
      after: band === 'user' ? '' : ` (confidence ${item.weight.toFixed(2)})`,
      block: false,
    },
  };
}

async function gatherDocuments(input: GatherInput): Promise<Pick<Gathered, 'candidates' | 'omitted' | 'degraded'>> {
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
  const chosen = spreadOverDocuments(dropNearDuplicates(relevant, omitted));
  return { candidates: chosen.map((hit) => documentCandidate(hit, input.project === null)), omitted, degraded };
}

/**
 * At most two chunks of one document come before chunks of the others (no five chunks of one file unless nothing else is there), and
 * archived text comes behind all that is current: it is the lowest tier of trust (case C09).
 */
function spreadOverDocuments(hits: readonly ChunkHit[]): ChunkHit[] {
  const taken = new Map<number, number>();
  const turns: ChunkHit[][] = [[], [], [], []];
  for (const hit of hits) {
    const count = taken.get(hit.documentId) ?? 0;
    taken.set(hit.documentId, count + 1);
    turns[(hit.signal === 'low' ? 2 : 0) + (count < PER_DOCUMENT_FIRST ? 0 : 1)]!.push(hit);
  }
  return turns.flat();
}

/**
 * Says the same thing once: the better-ranked text stays, but the current one takes the place of an archived twin. Two current texts that
 * differ in a number do not say the same.
 */
function dropNearDuplicates(hits: readonly ChunkHit[], omitted: Omission[]): ChunkHit[] {
  const kept: { hit: ChunkHit; fact: Fact }[] = [];
  for (const hit of hits) {
    const fact = factOf(`${hit.sha256}/${hit.chunkId}`, hit.text);
    const twin = kept.find(
      (other) =>
        isNearlyAsLarge(fact.stems, other.fact.stems) &&
        jaccard(fact.stems, other.fact.stems) >= NEAR_DUPLICATE &&
        ((hit.signal === 'low') !== (other.hit.signal === 'low') || sameValues(fact, other.fact)),
    );
    if (!twin) {
      kept.push({ hit, fact });
      continue;
    }
    const current = twin.hit.signal === 'low' && hit.signal !== 'low';
    const [stays, goes] = current ? [hit, twin.hit] : [twin.hit, hit];
    omitted.push({ uri: chunkUri(goes), band: 'documents', reason: `says the same as ${chunkUri(stays)}` });
    if (current) Object.assign(twin, { hit, fact });
  }
  return kept.map(({ hit }) => hit);
}

/** Sets of quite different sizes cannot be near duplicates: what two sets share is at most the smaller one. */
function isNearlyAsLarge(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return Math.min(a.size, b.size) >= NEAR_DUPLICATE * Math.max(a.size, b.size);
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
