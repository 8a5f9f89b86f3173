import { oneLine } from '../context/defuse.ts';
import { cutAtSentence } from '../core/text.ts';

/** What a brief is made of, as the operations answer it. */
export interface BriefParts {
  project: string | null;
  state: { category: string; key: string; value: string; since: string }[];
  memories: { type: string; content: string; confidence: number; valid_until: string | null; outranked_by?: string }[];
  review: { pending: number; oldest: string | null };
}

/** A session pays for these lines from its first call on; everything else is one auto_context away. */
const STATE_LINES_MAX = 12;
const MEMORY_LINES_MAX = 6;
const LINE_CHARS_MAX = 240;

/**
 * The brief of a project and the one line about the review queue, between marks that capture knows; empty when neither has anything to say.
 * Capture takes every block out whose name begins with `atocore-`.
 */
export function briefText({ project, state, memories, review }: BriefParts, now = new Date()): string {
  const lines = [...stateLines(state), ...memoryLines(memories, now), ...reviewLine(review)];
  if (lines.length === 0) return '';
  const head = project === null ? '<atocore-brief>' : `<atocore-brief project="${project}">`;
  return [head, ...lines, '</atocore-brief>'].join('\n');
}

function stateLines(state: BriefParts['state']): string[] {
  if (state.length === 0) return [];
  const newest = [...state].sort((a, b) => (a.since < b.since ? 1 : -1)).slice(0, STATE_LINES_MAX);
  return [
    '## Trusted project state (approved by a person)',
    ...newest.map((entry) =>
      line(`${entry.category} · ${entry.key}: ${entry.value}`, ` (since ${entry.since.slice(0, 10)})`),
    ),
    ...(state.length > newest.length ? [`- and ${state.length - newest.length} more: ask auto_context`] : []),
  ];
}

function memoryLines(memories: BriefParts['memories'], now: Date): string[] {
  const best = memories
    .filter(({ valid_until }) => valid_until === null || Date.parse(valid_until) > now.getTime())
    // What trusted state contradicts is not said beside it.
    .filter(({ outranked_by }) => outranked_by === undefined)
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, MEMORY_LINES_MAX);
  if (best.length === 0) return [];
  return ['## Project memories', ...best.map((memory) => line(`${memory.type}: ${memory.content}`))];
}

/** Case F20: one line, and only when something waits. */
function reviewLine({ pending, oldest }: BriefParts['review']): string[] {
  if (pending === 0) return [];
  const since = oldest === null ? '' : ` since ${oldest.slice(0, 10)}`;
  const noun = pending === 1 ? 'proposal waits' : 'proposals wait';
  return [`Review: ${pending} ${noun} for the user${since}; say once that \`atocore review\` takes a minute.`];
}

function line(text: string, after = ''): string {
  return `- ${cutAtSentence(oneLine(text), LINE_CHARS_MAX)}${after}`;
}
