import { LIMITS } from '../core/limits.ts';
import type { CallOperation } from './ask-service.ts';
import { type BriefParts, briefText } from './brief.ts';
import type { HookEvent } from './hook-event.ts';
import { wordsWorthAsking } from './worth-asking.ts';

interface Detection {
  project: string | null;
  candidates: { project: string; confidence: number; evidence: { signal: string }[] }[];
}
interface Pack {
  context: string;
  tokens: number;
  project: string | null;
  detection: Detection;
  bands: { entries: unknown[] }[];
}

/** Without one project, passages of any may only be shown when one of them is at least this likely: most prompts belong to none. */
const LIKELY_MIN = 0.3;
/** A second pack is asked for this share of what fits, since its length in characters is not known before. */
const FIT_SHARE = 0.9;
/** Evidence that the folder itself gives. */
const PLACES = new Set(['workspace', 'git', 'remote']);
/** Nothing to look for in the text: only the folder may tell. */
const NO_WORDS = '-';

/** What the model should know for an event, with its marks; empty when there is nothing worth saying. */
export function answerEvent(call: CallOperation, event: HookEvent): Promise<string> {
  if (event.kind === 'prompt') return contextFor(call, event);
  return event.kind === 'session' ? briefFor(call, event) : Promise.resolve('');
}

async function contextFor(call: CallOperation, { prompt, cwd }: HookEvent & { kind: 'prompt' }): Promise<string> {
  const words = wordsWorthAsking(prompt)?.slice(-LIMITS.queryCharsMax);
  if (words === undefined) return '';
  const ask = async (budget?: number) =>
    (await call('auto_context', { prompt: words, cwd, ...(budget && { budget_tokens: budget }) })) as Pack;
  const pack = await ask();
  if (!isWorthShowing(pack)) return '';
  const { hookContextCharsMax: most, budgetTokensMin: least } = LIMITS;
  if (pack.context.length <= most) return pack.context;
  const smaller = await ask(Math.max(least, Math.floor((pack.tokens * FIT_SHARE * most) / pack.context.length)));
  return smaller.context.length <= most ? smaller.context : '';
}

function isWorthShowing({ bands, project, detection }: Pack): boolean {
  if (!bands.some((band) => band.entries.length > 0)) return false;
  return project !== null || detection.candidates.some(({ confidence }) => confidence >= LIKELY_MIN);
}

/** A session that is resumed has its brief already. */
async function briefFor(call: CallOperation, { cwd, source }: HookEvent & { kind: 'session' }): Promise<string> {
  if (source === 'resume') return '';
  const [project, review] = await Promise.all([
    cwd === undefined ? null : projectOf(call, cwd),
    call('list_review', { limit: 1 }) as Promise<BriefParts['review']>,
  ]);
  if (project === null) return briefText({ project, state: [], memories: [], review });
  const [state, memories] = await Promise.all([
    call('list_state', { project }) as Promise<{ entries: BriefParts['state'] }>,
    call('list_memories', { project, status: 'active' }) as Promise<{ memories: BriefParts['memories'] }>,
  ]);
  return briefText({ project, state: state.entries, memories: memories.memories, review });
}

async function projectOf(call: CallOperation, cwd: string): Promise<string | null> {
  const { project, candidates } = (await call('detect_project', { prompt: NO_WORDS, cwd })) as Detection;
  const evidence = candidates.find((candidate) => candidate.project === project)?.evidence ?? [];
  return evidence.some(({ signal }) => PLACES.has(signal)) ? project : null;
}
