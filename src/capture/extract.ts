import { words } from '../core/text.ts';
import type { MemoryType } from '../memory/memory.ts';
import type { DropReason } from './extract-rejections.ts';
import { endsInCommand, isCommand, REJECTIONS } from './extract-rejections.ts';
import type { ExtractRule } from './extract-rules.ts';
import { HEADING_CUES, RULES } from './extract-rules.ts';
import { makeDatesAbsolute } from './relative-dates.ts';
import type { Sentence } from './sentence.ts';
import { dropLeadIn, splitStatements } from './sentence.ts';
import { cleanTurn } from './turn.ts';

/** Changes whenever a rule or a rejection does, so that a candidate says which rules made it. */
export const EXTRACTOR_VERSION = 'rules-1';

const CONTENT_CHARS_MIN = 8;
/** A candidate longer than this is a paragraph, and a person who reviews it would have to read it twice. */
const CONTENT_CHARS_MAX = 280;
/** Nobody says this much in one sentence; it also bounds the work of the rules. */
const STATEMENT_CHARS_MAX = 600;
const STATEMENT_WORDS_MIN = 3;
/** More than this from one turn is a pasted text rather than somebody's words. */
const CANDIDATES_PER_TURN_MAX = 6;

/** One exchange, as captured. `captured_at` is an ISO instant. */
export interface ExtractTurn {
  prompt: string;
  response: string;
  captured_at: string;
}

/**
 * What the caller already knows: whether a document, an instruction file or an active memory says this (cases C27
 * and F01).
 */
export interface KnownText {
  isRestatement: (text: string) => boolean;
}

/** Something that might be worth keeping. It is a suggestion: only a person makes it a memory (case C29). */
export interface Candidate {
  /** 8 to 280 characters: the statement, with relative dates made absolute. */
  content: string;
  type: MemoryType;
  rule: string;
  extractor_version: string;
  /** The sentence as it stands in the turn. */
  quote: string;
  speaker: 'person' | 'agent';
  absolute_date?: string;
}

export interface Extraction {
  candidates: Candidate[];
  /** How many statements were left, by reason. */
  dropped: Partial<Record<DropReason, number>>;
}

/**
 * * Candidates of one turn: what the person stated, and what the agent recorded as a decision that the person
 * confirmed in this turn (case F03: an agent's interim claims do not count). The same turn always gives the same
 * candidates; no model is asked.
 */
export function extractCandidates(turn: ExtractTurn, known: KnownText): Extraction {
  const collector = createCollector(turn.captured_at, known);
  const { prompt, response, skip } = cleanTurn(turn);
  if (skip !== undefined) {
    collector.drop(skip);
    return collector.result();
  }
  const said = splitStatements(prompt);
  for (const [reason, times] of Object.entries(said.leftOut)) collector.drop(reason as DropReason, times);
  for (const sentence of said.sentences) {
    const verdict = judge(sentence);
    if ('reason' in verdict) collector.drop(verdict.reason);
    else collector.take(dropLeadIn(sentence.text), sentence.quote, verdict.rule, 'person');
  }
  const confirmed = said.sentences.some((sentence) => !sentence.isQuestion && CONFIRMATION.test(plain(sentence.text)));
  for (const record of recordsOf(response)) {
    if (!confirmed && !record.attributed) collector.drop('unconfirmed');
    else collector.take(record.content, record.quote, { id: 'record', type: typeOf(record.content) }, 'agent');
  }
  return collector.result();
}

/** In these the request that follows is the consequence of what was stated. */
const OUTWEIGHS_COMMAND = new Set(['decision', 'identity', 'preference', 'adaptation', 'definition', 'correction']);

const MODAL = /\b(?:must|cannot|can't|shall|never|has to|have to|doit|jamais)\b/;

type Verdict = { rule: Pick<ExtractRule, 'id' | 'type'> } | { reason: DropReason };

function judge(sentence: Sentence): Verdict {
  if (sentence.text.length > STATEMENT_CHARS_MAX) return { reason: 'too_long' };
  const text = plain(sentence.text);
  if (sentence.isQuestion) return { reason: 'question' };
  const rejection = REJECTIONS.find(({ pattern }) => pattern.test(text));
  if (rejection !== undefined) return { reason: rejection.reason };
  if (words(text).length < STATEMENT_WORDS_MIN) return { reason: 'too_short' };
  if (isCommand(text)) return { reason: 'instruction' };
  const bare = plain(dropLeadIn(sentence.text));
  const rule = RULES.find(({ any, none = [] }) => fits(any, text, bare) && !fits(none, text, bare));
  if (rule !== undefined)
    return endsInCommand(text) && !OUTWEIGHS_COMMAND.has(rule.id) && !MODAL.test(text)
      ? { reason: 'instruction' }
      : { rule };
  if (sentence.heading !== '' && HEADING_CUES.test(sentence.heading))
    return { rule: { id: 'heading', type: 'project' } };
  return { reason: 'no_rule' };
}

const fits = (patterns: readonly RegExp[], text: string, bare: string): boolean =>
  patterns.some((pattern) => pattern.test(text) || pattern.test(bare));

/** Lower case with straight quotes; a quotation of more than three words is somebody else's and becomes `‹›`. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/"([^"]{1,400})"|“([^”]{1,400})”|«([^»]{1,400})»|`([^`]{1,400})`/g, (quoted) =>
      quoted.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length > 3 ? '‹›' : quoted,
    );
}

const CONFIRMATION =
  /^(?:yes|yep|yeah|ok(?:ay)?[,.]? (?:go|do|agreed)|agreed|i agree|correct|confirmed|exactly|right|perfect|sounds? (?:right|good)|go (?:ahead|with|for)|do (?:that|it)|approved|oui|d'accord|parfait|exact|validé|confirmé|on fait comme ça|vas-y)(?![\p{L}])(?! but)/u;
const RECORD =
  /^(?:[-*]\s+)?(?:\*\*)?(?:your |la |votre )?(?:decision|décision)?\s?(?:is |was )?(?:recorded|logged|noted|enregistrée?|notée?)?(?:\*\*)?\s?:(?:\*\*)?\s+(.+)$/i;
const RECORD_START = /^(?:[-*]\s+)?(?:\*\*)?(?:(?:your |la |votre )?(?:decision|décision)|recorded|logged|noted|noté)/i;
const ATTRIBUTED =
  /\byou (?:decided|chose|have (?:decided|chosen)|settled on|opted for)\b|\b(?:as|per) your decision\b|\b(?:vous avez|tu as) (?:décidé|choisi)\b/i;

interface AgentRecord {
  content: string;
  quote: string;
  /** Says itself that the person decided. */
  attributed: boolean;
}

/** What the agent wrote down as somebody's decision: `Decision recorded: …`, `Noted: you prefer …`. */
function recordsOf(response: string): AgentRecord[] {
  const records: AgentRecord[] = [];
  for (const { text, quote, isQuestion } of splitStatements(response).sentences) {
    const found = RECORD_START.test(text) ? RECORD.exec(text) : null;
    const attributed = ATTRIBUTED.test(text) && !isQuestion;
    if (found !== null) records.push({ content: found[1]!.replace(/^\*\*|\*\*$/g, ''), quote, attributed });
    else if (attributed) records.push({ content: text, quote, attributed });
  }
  return records;
}

function typeOf(content: string): MemoryType {
  return /\byou (?:prefer|like|want .{0,20}\b(?:reports?|plots?|answers?)|would rather)\b|\bvous préférez\b|\btu préfères\b/i.test(
    content,
  )
    ? 'preference'
    : 'project';
}

function createCollector(capturedAt: string, known: KnownText) {
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
        extractor_version: EXTRACTOR_VERSION,
        quote,
        speaker,
        ...date,
      });
    },
    result: (): Extraction => ({ candidates, dropped }),
  };
}
