import type { Config } from '../config/load.ts';
import { isoTime } from '../core/clock.ts';
import { newId, sha256 } from '../core/ids.ts';
import { LIMITS } from '../core/limits.ts';
import { countTokensCached } from '../core/tokens.ts';
import type { Store } from '../storage/store.ts';
import { allocate, BAND_NAMES, type BandDemand, type BandName, type BandShare } from './bands.ts';
import { type Candidate, type Gathered, gather } from './gather.ts';
import { saveReceipt } from './receipts.ts';
import { BAND_HEADERS, type Cost, costBy, fitEntry, frameTokens, renderEntry, renderPack } from './render.ts';

export interface PackEntry {
  /** The label in the text, such as S1, M2 or D3. */
  ref: string;
  uri: string;
  title: string;
  tier: string;
  tokens: number;
  score: number;
  reason: string;
  cut: boolean;
  signals: Record<string, number | string | null>;
  source_hash: string | null;
}

export interface PackBand {
  name: BandName;
  budget_tokens: number;
  tokens: number;
  entries: PackEntry[];
}

/** A context pack without detection and timing, which belong to the operation. */
export interface ContextPack {
  project: string | null;
  context: string;
  tokens: number;
  budget_tokens: number;
  bands: PackBand[];
  omitted: { ref: string; band: BandName; reason: string; tokens: number }[];
  outranked: { ref: string; by: string; reason: string }[];
  degraded: { component: string; reason: string }[];
  receipt: string;
}

export interface ContextInput {
  store: Store;
  config: Config;
  prompt: string;
  project: string | null;
  budgetTokens: number;
  /** Longest text allowed, in characters. */
  charsMax: number;
  now: Date;
  detection: unknown;
  isVisible: (project: string) => boolean;
  /** What was already missing before the store was asked. */
  degraded?: readonly { component: string; reason: string }[];
}

const OMITTED_MAX = 50;
/** A shortened text of fewer tokens than this says nothing and is left out. */
const STUMP_TOKENS = 12;
const LABELS: Record<BandName, string> = {
  trusted_state: 'S',
  user: 'M',
  project_memories: 'M',
  knowledge: 'M',
  documents: 'D',
};

/** Builds a pack within its budget, stores its receipt and answers it. */
export async function buildContext(input: ContextInput): Promise<ContextPack> {
  const pack = await composePack(input, newId('rc', input.now));
  await saveReceipt(input.store, {
    id: pack.receipt,
    project: input.project,
    query: queryOf(input.prompt),
    created_at: isoTime(input.now),
    pack: {
      ...pack,
      detection: input.detection,
      index_fingerprint: input.store.embedder?.fingerprint ?? null,
      chars_max: input.charsMax,
    },
  });
  return pack;
}

/** Builds a pack and stores nothing. The same store, input and receipt id give the same pack. */
export async function composePack(input: ContextInput, receipt: string): Promise<ContextPack> {
  const gathered = await gather({ ...input, prompt: queryOf(input.prompt) });
  return fitPack(input, receipt, labelCandidates(gathered.candidates), gathered);
}

/** What of a prompt is looked for: all of it, or of a long one its head and its end, where people put what they ask. */
function queryOf(prompt: string): string {
  const half = LIMITS.queryCharsMax / 2;
  return prompt.length <= LIMITS.queryCharsMax ? prompt : `${prompt.slice(0, half)}\n${prompt.slice(1 - half)}`;
}

interface Labelled extends Candidate {
  ref: string;
}

/** Gives every candidate its label before anything is cut, so that labels do not depend on the budget. */
function labelCandidates(candidates: readonly Candidate[]): Labelled[] {
  const counts: Record<string, number> = {};
  return BAND_NAMES.flatMap((band) => candidates.filter((candidate) => candidate.band === band)).map((candidate) => {
    const letter = LABELS[candidate.band];
    counts[letter] = (counts[letter] ?? 0) + 1;
    const ref = `${letter}${counts[letter]}`;
    const mark = candidate.text.block ? `[${ref}] ` : `- [${ref}] `;
    return { ...candidate, ref, text: { ...candidate.text, before: mark + candidate.text.before } };
  });
}

interface SizedBand extends BandDemand {
  candidates: readonly Labelled[];
}

/** What each band wants; sizes are counted when they are asked for. */
function sizeBands(config: Config, candidates: readonly Labelled[], cost: Cost): SizedBand[] {
  return BAND_NAMES.map((name) => {
    const mine = candidates.filter((candidate) => candidate.band === name);
    return {
      ratio: bandRatio(config, name),
      headerTokens: cost(`${BAND_HEADERS[name]}\n`),
      candidates: mine,
      entries: mine.map(({ text }) => ({
        get fullTokens() {
          return cost(renderEntry(text));
        },
        get leastTokens() {
          return cost(renderEntry(text, '')) + STUMP_TOKENS;
        },
      })),
    };
  });
}

/**
 * Places the candidates within the budget. Entries end with a line end and begin without blank, where the tokenizer never joins, so
 * that their counts add up; the whole is counted all the same and the room reduced should it ever be over: the budget is a promise.
 */
function fitPack(
  input: ContextInput,
  receipt: string,
  candidates: readonly Labelled[],
  gathered: Gathered,
): ContextPack {
  const { budgetTokens } = input;
  const cost = costBy(input.charsMax / budgetTokens);
  const sized = sizeBands(input.config, candidates, cost);
  const frame = frameTokens(input.project, budgetTokens);
  for (let room = budgetTokens - frame; ; ) {
    const shares = allocate(Math.max(0, room), sized, input.config.band_entry_max);
    const placed = placeBands(sized, shares, cost, gathered.query);
    const { context, tokens } = renderPack(
      placed.bands.map((band) => ({ name: band.name, texts: band.texts })),
      { project: input.project, receipt, budgetTokens },
    );
    const over = Math.max(tokens - budgetTokens, Math.ceil((context.length - input.charsMax) / 4));
    if (over > 0 && room > 0) {
      room -= over + 8;
      continue;
    }
    return {
      project: input.project,
      context,
      tokens,
      budget_tokens: budgetTokens,
      bands: placed.bands.map(({ texts: _texts, ...band }) => band),
      omitted: listOmitted(candidates, placed.refs, gathered),
      outranked: nameOutranked(gathered, placed.bands),
      degraded: [...(input.degraded ?? []), ...gathered.degraded],
      receipt,
    };
  }
}

function listOmitted(
  candidates: readonly Labelled[],
  placed: ReadonlySet<string>,
  gathered: Gathered,
): ContextPack['omitted'] {
  const unplaced = candidates
    .filter((candidate) => !placed.has(candidate.ref))
    .slice(0, OMITTED_MAX)
    .map(({ uri, band, text }) => ({
      ref: uri,
      band,
      reason: 'no budget left in its band',
      tokens: countTokensCached(renderEntry(text)),
    }));
  const skipped = gathered.omitted.map(({ uri, band, reason }) => ({ ref: uri, band, reason, tokens: 0 }));
  return [...unplaced, ...skipped].slice(0, OMITTED_MAX);
}

/** Names the outranking entry by its label where it stands in the pack, by its address otherwise. */
function nameOutranked(gathered: Gathered, bands: readonly PackBand[]): ContextPack['outranked'] {
  const labels = new Map(bands.flatMap(({ entries }) => entries.map(({ uri, ref }) => [uri, ref] as const)));
  return gathered.outranked
    .slice(0, OMITTED_MAX)
    .map(({ uri, by, reason }) => ({ ref: uri, by: labels.get(by) ?? by, reason }));
}

function placeBands(
  sized: readonly SizedBand[],
  shares: readonly BandShare[],
  cost: Cost,
  query: ReadonlySet<string>,
): { bands: (PackBand & { texts: string[] })[]; refs: Set<string> } {
  const refs = new Set<string>();
  const bands = BAND_NAMES.map((name, at) => {
    const texts: string[] = [];
    const entries: PackEntry[] = [];
    for (const [index, given] of shares[at]!.entryTokens.entries()) {
      const candidate = sized[at]!.candidates[index]!;
      const fitted = fitEntry(candidate.text, given, cost, query);
      if (!fitted) continue;
      texts.push(fitted.text);
      refs.add(candidate.ref);
      entries.push(describeEntry(candidate, fitted));
    }
    const tokens = entries.reduce((sum, entry) => sum + entry.tokens, 0);
    return { name, budget_tokens: shares[at]!.budgetTokens, tokens, entries, texts };
  });
  return { bands, refs };
}

function describeEntry(candidate: Labelled, { tokens, cut }: { tokens: number; cut: boolean }): PackEntry {
  const { ref, uri, title, tier, score, reason, signals, text } = candidate;
  // What is not a file is identified by its words, so that a replay can tell whether they changed.
  const source_hash = candidate.sourceHash ?? sha256(text.body);
  return {
    ref,
    uri,
    title,
    tier,
    tokens,
    score: Math.round(score * 10_000) / 10_000,
    reason,
    cut,
    signals,
    source_hash,
  };
}

function bandRatio(config: Config, name: BandName): number {
  const ratios: Record<BandName, number> = {
    trusted_state: config.band_state,
    user: config.band_user,
    project_memories: config.band_project,
    knowledge: config.band_knowledge,
    documents: config.band_documents,
  };
  // Shares that add up to more than the whole are scaled: the budget is a promise.
  const whole = Object.values(ratios).reduce((sum, ratio) => sum + ratio, 0);
  return whole > 1 ? ratios[name] / whole : ratios[name];
}
