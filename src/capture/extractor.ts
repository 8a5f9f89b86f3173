import type { ConfigValues } from '../config/schema.ts';
import { AtoError } from '../core/errors.ts';
import type { Candidate, Extraction, ExtractTurn, KnownText } from './extract.ts';
import { EXTRACTOR_VERSION, extractCandidates } from './extract.ts';

/** A candidate of any extractor; `project` is what it says of itself, which never outranks the interaction's own (case C06). */
export interface ExtractedCandidate extends Candidate {
  project?: string;
}

/** Reasons of the rules, and of a model: `unquoted`, `malformed`, `unreadable_answer`. */
export interface ExtractorAnswer {
  candidates: ExtractedCandidate[];
  dropped: Record<string, number>;
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

type Settings = Pick<ConfigValues, 'extractor' | 'extractor_url' | 'extractor_model' | 'extractor_key'>;

/** The extractor that is configured. Throws CONFIG_INVALID, with the way out, when there is none (case C25). */
export async function createExtractor(settings: Settings): Promise<Extractor> {
  if (settings.extractor === 'rules') return ruleExtractor;
  if (settings.extractor === 'none')
    throw new AtoError(
      'CONFIG_INVALID',
      'Nothing looks for candidates: extractor = none.',
      'Set ATOCORE_EXTRACTOR=rules, or model with an endpoint.',
    );
  const { extractor_url: url, extractor_model: model, extractor_key: key } = settings;
  if (url === undefined || model === undefined)
    throw new AtoError(
      'CONFIG_INVALID',
      `extractor = model lacks ${url === undefined ? 'extractor_url' : 'extractor_model'}.`,
      'Set ATOCORE_EXTRACTOR_URL and ATOCORE_EXTRACTOR_MODEL, or ATOCORE_EXTRACTOR=rules.',
    );
  const { createModelExtractor } = await import('./model-extractor.ts');
  return createModelExtractor({ url, model, key });
}

const ruleExtractor: Extractor = {
  id: EXTRACTOR_VERSION,
  async extract(turn, known) {
    const { candidates, dropped }: Extraction = extractCandidates(turn, known);
    return { candidates, dropped: { ...dropped } as Record<string, number> };
  },
};
