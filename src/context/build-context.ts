import type { Config } from '../config/load.ts';
import { isoTime } from '../core/clock.ts';
import { newId } from '../core/ids.ts';
import { LIMITS } from '../core/limits.ts';
import { countTokens } from '../core/tokens.ts';
import type { Store } from '../storage/store.ts';
import { allocate, BAND_NAMES, type BandName, type BandShare } from './bands.ts';
import { type Candidate, type Gathered, gather } from './gather.ts';
import { saveReceipt } from './receipts.ts';
import { BAND_HEADERS, fitEntry, frameTokens, renderEntry, renderPack } from './render.ts';

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
const STUMP_TOKENS = 16;
const LABELS: Record<BandName, string> = {
  trusted_state: 'S',
  user: 'M',
  project_memories: 'M',
  knowledge: 'M',
  documents: 'D',
};

/** Builds a pack within its budget, stores its receipt and answers it. */
export async function buildContext(input: ContextInput): Promise<ContextPack> {
  const receipt = newId('rc', input.now);
  const gathered = await gather(input);
  const labelled = labelCandidates(gathered.candidates);
  const pack = fitPack(input, receipt, labelled, gathered);
  await saveReceipt(input.store, {
    id: receipt,
    project: input.project,
    query: input.prompt.slice(0, LIMITS.queryCharsMax),
    created_at: isoTime(input.now),
    pack: { ...pack, detection: input.detection, index_fingerprint: input.store.embedder?.fingerprint ?? null },
  });
  return pack;
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

/** The text must hold its budget whatever the tokenizer makes of the seams, so the whole is counted and the tail shortened until it fits. */
function fitPack(
  input: ContextInput,
  receipt: string,
  candidates: readonly Labelled[],
  gathered: Gathered,
): ContextPack {
  const demands = BAND_NAMES.map((name) => ({
    ratio: bandRatio(input.config, name),
    headerTokens: countTokens(`${BAND_HEADERS[name]}\n`),
    entries: candidates.filter((candidate) => candidate.band === name),
  }));
  const sized = demands.map((demand) => ({
    ...demand,
    candidates: demand.entries,
    entries: demand.entries.map(({ text }) => ({
      fullTokens: countTokens(renderEntry(text)),
      leastTokens: countTokens(renderEntry(text, '')) + STUMP_TOKENS,
    })),
  }));
  let room = input.budgetTokens - frameTokens(input.project, receipt, input.budgetTokens);
  for (;;) {
    const shares = allocate(Math.max(0, room), sized, input.config.band_entry_max);
    const placed = placeBands(sized, shares);
    const { context, tokens } = renderPack(
      placed.bands.map((band) => ({ name: band.name, texts: band.texts })),
      { project: input.project, receipt, budgetTokens: input.budgetTokens },
    );
    const over = Math.max(tokens - input.budgetTokens, Math.ceil((context.length - input.charsMax) / 4));
    if (over > 0 && room > 0) {
      room -= over + 8;
      continue;
    }
    const unplaced = candidates
      .filter((candidate) => !placed.refs.has(candidate.ref))
      .map((candidate) => ({
        ref: candidate.uri,
        band: candidate.band,
        reason: 'no budget left in its band',
        tokens: countTokens(renderEntry(candidate.text)),
      }));
    const skipped = gathered.omitted.map(({ uri, band, reason }) => ({ ref: uri, band, reason, tokens: 0 }));
    return {
      project: input.project,
      context,
      tokens,
      budget_tokens: input.budgetTokens,
      bands: placed.bands.map(({ texts: _texts, ...band }) => band),
      omitted: [...unplaced, ...skipped].slice(0, OMITTED_MAX),
      outranked: [],
      degraded: [...(input.degraded ?? []), ...gathered.degraded],
      receipt,
    };
  }
}

function placeBands(
  sized: readonly { candidates: readonly Labelled[] }[],
  shares: readonly BandShare[],
): { bands: (PackBand & { texts: string[] })[]; refs: Set<string> } {
  const refs = new Set<string>();
  const bands = BAND_NAMES.map((name, at) => {
    const texts: string[] = [];
    const entries: PackEntry[] = [];
    for (const [index, given] of shares[at]!.entryTokens.entries()) {
      const candidate = sized[at]!.candidates[index]!;
      const fitted = fitEntry(candidate.text, given);
      if (!fitted) continue;
      texts.push(fitted.text);
      refs.add(candidate.ref);
      const { ref, uri, title, tier, score, reason, signals, sourceHash } = candidate;
      entries.push({
        ref,
        uri,
        title,
        tier,
        tokens: fitted.tokens,
        score: Math.round(score * 10_000) / 10_000,
        reason,
        cut: fitted.cut,
        signals,
        source_hash: sourceHash,
      });
    }
    return {
      name,
      budget_tokens: shares[at]!.budgetTokens,
      tokens: entries.reduce((sum, entry) => sum + entry.tokens, 0),
      entries,
      texts,
    };
  });
  return { bands, refs };
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
