import { words } from '../core/text.ts';
import type { Candidate, Extraction, KnownText } from './extract.ts';
import type { DropReason } from './extract-rejections.ts';
import type { ExtractRule } from './extract-rules.ts';
import { makeDatesAbsolute } from './relative-dates.ts';

const CONTENT_CHARS_MIN = 8;
/** A candidate longer than this is a paragraph, and a person who reviews it would have to read it twice. */
const CONTENT_CHARS_MAX = 280;
/** More than this from one turn is a pasted text rather than somebody's words. */
const CANDIDATES_PER_TURN_MAX = 6;

/** What rules found in a turn before anybody asked whether it is known, in the order of the turn. */
export type Found = Extraction;

/** Gathers what rules find, and counts what they leave by reason. */
export function createCollector(capturedAt: string, version: string) {
  const found: Found = { candidates: [], dropped: {} };
  return {
    drop(reason: DropReason, times = 1): void {
      if (times > 0) found.dropped[reason] = (found.dropped[reason] ?? 0) + times;
    },
    take(
      statement: string,
      quote: string,
      rule: Pick<ExtractRule, 'id' | 'type'>,
      speaker: Candidate['speaker'],
    ): void {
      const dated = makeDatesAbsolute(statement, capturedAt);
      const date = dated.absolute_date === undefined ? {} : { absolute_date: dated.absolute_date };
      found.candidates.push({
        content: dated.text,
        type: rule.type,
        rule: rule.id,
        extractor_version: version,
        quote,
        speaker,
        ...date,
      });
    },
    result: (): Found => found,
  };
}

/** Leaves of what was found what is too short or too long, said twice, known already, or too much for one turn. */
export function admit(found: Found, known: KnownText): Extraction {
  const candidates: Candidate[] = [];
  const dropped = { ...found.dropped };
  const seen = new Set<string>();
  for (const candidate of found.candidates) {
    const { content } = candidate;
    const key = words(content).join(' ');
    const reason =
      reasonAgainst({ content, key, isCorrection: candidate.rule === 'correction' }, seen, known) ??
      (candidates.length >= CANDIDATES_PER_TURN_MAX ? 'cap' : undefined);
    if (reason === undefined) {
      seen.add(key);
      candidates.push(candidate);
    } else dropped[reason] = (dropped[reason] ?? 0) + 1;
  }
  return { candidates, dropped };
}

function reasonAgainst(
  { content, key, isCorrection }: { content: string; key: string; isCorrection: boolean },
  seen: ReadonlySet<string>,
  known: KnownText,
): DropReason | undefined {
  if (content.length < CONTENT_CHARS_MIN || key.length < CONTENT_CHARS_MIN / 2) return 'too_short';
  if (content.length > CONTENT_CHARS_MAX) return 'too_long';
  if (seen.has(key)) return 'repeated';
  return known.isRestatement(content, isCorrection) ? 'restatement' : undefined;
}
