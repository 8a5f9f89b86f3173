import type { Candidate, ExtractTurn, KnownText } from './extract.ts';
import { admit } from './extract-collector.ts';
import { type ExtractorSettings, extractorProblem } from './extractor-settings.ts';
import { EXTRACTOR_VERSION } from './extractor-version.ts';
import { findInThread } from './find-in-thread.ts';

/** A candidate of any extractor; `project` is what it says of itself, which never outranks the interaction's own (case C06). */
export interface ExtractedCandidate extends Candidate {
  project?: string;
}

/** Reasons of the rules, and of a model: `unquoted`, `malformed`, `unreadable_answer`. */
export interface ExtractorAnswer {
  candidates: ExtractedCandidate[];
  dropped: Record<string, number>;
  /** Whether a model that was asked wrote a list of candidates, be it empty; absent when none was asked. */
  readable?: boolean;
}

/**
 * Looks for what may be worth keeping in one turn. What it answers only ever becomes candidates (case C29). Throws UNAVAILABLE when it
 * cannot work now; the turn is then read at the next run.
 */
export interface Extractor {
  /** Name and version; stands in every candidate and turn that it has read. */
  readonly id: string;
  extract(turn: ExtractTurn, known: KnownText, signal?: AbortSignal): Promise<ExtractorAnswer>;
}

/** The extractor that is configured. Throws CONFIG_INVALID, with the way out, when there is none (case C25). */
export async function createExtractor(settings: ExtractorSettings): Promise<Extractor> {
  const problem = extractorProblem(settings);
  if (problem) throw problem;
  if (settings.extractor === 'rules') return ruleExtractor;
  const { createModelExtractor } = await import('./model-extractor.ts');
  return createModelExtractor({
    url: settings.extractor_url!,
    model: settings.extractor_model!,
    key: settings.extractor_key,
  });
}

const ruleExtractor: Extractor = {
  id: EXTRACTOR_VERSION,
  async extract(turn, known) {
    const { candidates, dropped } = admit(await findInThread(turn), known);
    return { candidates, dropped: { ...dropped } as Record<string, number> };
  },
};
