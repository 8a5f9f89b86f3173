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

/** Takes what rules found, in the order of the turn, and counts what it does not take by reason. */
export function createCollector(capturedAt: string, known: KnownText, version: string) {
  const candidates: Candidate[] = [];
  const dropped: Partial<Record<DropReason, number>> = {};
  const seen = new Set<string>();
  const drop = (reason: DropReason, times = 1): void => {
    if (times > 0) dropped[reason] = (dropped[reason] ?? 0) + times;
  };
  const reasonAgainst = (content: string, key: string): DropReason | undefined => {
    if (content.length < CONTENT_CHARS_MIN || key.length < CONTENT_CHARS_MIN / 2) return 'too_short';
    if (content.length > CONTENT_CHARS_MAX) return 'too_long';
    if (seen.has(key)) return 'repeated';
    if (known.isRestatement(content)) return 'restatement';
    return candidates.length >= CANDIDATES_PER_TURN_MAX ? 'cap' : undefined;
  };
  return {
    drop,
    take(
      statement: string,
      quote: string,
      rule: Pick<ExtractRule, 'id' | 'type'>,
      speaker: Candidate['speaker'],
    ): void {
      const dated = makeDatesAbsolute(statement, capturedAt);
      const key = words(dated.text).join(' ');
      const reason = reasonAgainst(dated.text, key);
      if (reason !== undefined) {
        drop(reason);
        return;
      }
      seen.add(key);
      const date = dated.absolute_date === undefined ? {} : { absolute_date: dated.absolute_date };
      candidates.push({
        content: dated.text,
        type: rule.type,
        rule: rule.id,
        extractor_version: version,
        quote,
        speaker,
        ...date,
      });
    },
    result: (): Extraction => ({ candidates, dropped }),
  };
}
