import { words } from '../core/text.ts';
import type { MemoryType } from '../memory/memory.ts';
import { isConfirmation, recordsOf } from './extract-agent.ts';
import { clausesOf, withdrawalOf } from './extract-clauses.ts';
import { endsInCommand, endsInRepair, isCommand } from './extract-commands.ts';
import type { DropReason } from './extract-rejections.ts';
import { objectionTo } from './extract-rejections.ts';
import type { ExtractRule } from './extract-rules.ts';
import { HEADING_CUES, OPEN_HEADING_CUES, RULES } from './extract-rules.ts';
import { languagesOf } from './language.ts';
import { plain } from './plain.ts';
import { makeDatesAbsolute } from './relative-dates.ts';
import type { RuleForms } from './rule.ts';
import type { Sentence } from './sentence.ts';
import { dropLeadIn, splitStatements } from './sentence.ts';
import { cleanTurn } from './turn.ts';

/** Changes whenever a rule or a rejection does, so that a candidate says which rules made it. */
export const EXTRACTOR_VERSION = 'rules-4';

const CONTENT_CHARS_MIN = 8;
/** A candidate longer than this is a paragraph, and a person who reviews it would have to read it twice. */
const CONTENT_CHARS_MAX = 280;
/** Nobody says this much in one statement. */
const STATEMENT_CHARS_MAX = 600;
/** Longer than any sentence, even one without a full stop; it bounds the work of the rules. */
const SENTENCE_CHARS_MAX = 1_500;
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
    if (sentence.text.length > SENTENCE_CHARS_MAX) {
      collector.drop('too_long');
      continue;
    }
    const withdrawn = withdrawalOf(plain(sentence.text));
    if (withdrawn !== undefined) collector.withdraw(withdrawn);
    else takeSentence(sentence, collector);
  }
  const isAssent = said.sentences.some((sentence) => !sentence.isQuestion && isConfirmation(plain(sentence.text)));
  const isAsking = !isAssent && said.sentences.some((sentence) => sentence.isQuestion);
  for (const record of recordsOf(response)) {
    if (record.quote.length > SENTENCE_CHARS_MAX) continue;
    const fits = !record.loose || 'rule' in judge(asStatement(record.content));
    if (!fits || !(isAssent || (record.attributed && !isAsking))) collector.drop('unconfirmed');
    else collector.take(record.content, record.quote, { id: 'record', type: typeOf(record.content) }, 'agent');
  }
  return collector.result();
}

type Collector = ReturnType<typeof createCollector>;

/** A sentence is taken whole; of one that is too long for a memory, the first clause that says something. */
function takeSentence(sentence: Sentence, collector: Collector): void {
  const judged = clausesOf(sentence).map((clause): Judged => ({ clause, verdict: judge(clause) }));
  const { clause, verdict } =
    judged.find((one) => 'rule' in one.verdict) ?? behindCommand(judged[0]!) ?? partOf(judged[0]!) ?? judged[0]!;
  if ('reason' in verdict) collector.drop(verdict.reason);
  else collector.take(dropLeadIn(clause.text), clause.quote, verdict.rule, 'person');
  collector.endSentence();
}

interface Judged {
  clause: Sentence;
  verdict: Verdict;
}

const BEHIND_COMMAND =
  /^(?:[^,;:–—]{3,160}?(?:[,;]|\s[-–—]|,? because|,? since)|(?:ok |so |now )*let(?:'s| me)\b[^:]{3,80}:)\s+(.{12,})$/is;

/** What is stated behind a command: "rename it, all columns are in snake_case". */
function behindCommand({ clause, verdict }: Judged): Judged | undefined {
  if ('rule' in verdict || verdict.reason !== 'instruction' || clause.isQuestion) return undefined;
  const text = BEHIND_COMMAND.exec(clause.text)?.[1];
  if (text === undefined) return undefined;
  const second = judge({ ...clause, text });
  return 'rule' in second ? { clause: { ...clause, text }, verdict: second } : undefined;
}

/** A sentence of several parts of which one fits a rule is taken as it stands: the parts belong together. */
function partOf({ clause, verdict }: Judged): Judged | undefined {
  if ('rule' in verdict || !['no_rule', 'passing'].includes(verdict.reason)) return undefined;
  const firmOnly = (text: string): boolean => !PARTS.test(text);
  const parts = clause.text.split(firmOnly(clause.text) ? /[,:]\s/ : PARTS);
  for (const text of parts.slice(verdict.reason === 'passing' ? 1 : 0, 5)) {
    const part = judge({ ...clause, text });
    if (text !== clause.text && 'rule' in part && (part.rule.firm || !firmOnly(clause.text)))
      return { clause, verdict: part };
  }
  return undefined;
}
const PARTS = /;\s|\s[-–—]\s|,\s(?:and|so|but|et|donc|mais|und|aber)\s/;

const asStatement = (text: string): Sentence => ({ text, quote: text, heading: '', isQuestion: false, isItem: false });

/** In these the request that follows is the consequence of what was stated. */
const OUTWEIGHS_COMMAND = new Set([
  'decision',
  'identity',
  'preference',
  'adaptation',
  'definition',
  'correction',
  'fact',
  'explicit',
  'finding',
]);

const MODAL =
  /\b(?:must|cannot|can't|shall|never|has to|have to|doit|jamais|muss|darf|at least|at most|no more than)\b/;

type Verdict = { rule: Pick<ExtractRule, 'id' | 'type' | 'firm'> } | { reason: DropReason };

function judge(sentence: Sentence): Verdict {
  if (sentence.text.length > STATEMENT_CHARS_MAX) return { reason: 'too_long' };
  const text = plain(sentence.text);
  if (sentence.isQuestion) return { reason: 'question' };
  if (sentence.heading !== '' && OPEN_HEADING_CUES.test(sentence.heading)) return { reason: 'undecided' };
  const texts = readings(sentence.text);
  const objection = objectionTo(text, false) ?? objectionTo(texts[1] ?? text, false);
  if (objection !== undefined) return { reason: objection };
  const isListed = sentence.heading !== '' && HEADING_CUES.test(sentence.heading);
  if (words(text).length < (isListed ? 2 : STATEMENT_WORDS_MIN)) return { reason: 'too_short' };
  if (!isListed && isCommand(text)) return { reason: 'instruction' };
  const rule = ruleOf(texts);
  const weakness = rule?.firm === true ? undefined : (objectionTo(text, true) ?? objectionTo(texts[1] ?? text, true));
  if (weakness !== undefined) return { reason: weakness };
  if (rule !== undefined)
    return (endsInRepair(text) && !rule.firm) ||
      (endsInCommand(text) && !isListed && !OUTWEIGHS_COMMAND.has(rule.id) && !MODAL.test(text))
      ? { reason: 'instruction' }
      : { rule };
  return isListed ? { rule: { id: 'heading', type: 'project', firm: true } } : { reason: 'no_rule' };
}

/** A statement, the same without the words that lead into it, and what follows "one more thing: ". */
function readings(text: string): string[] {
  const whole = plain(text);
  const bare = plain(dropLeadIn(text));
  const announced = /^[^:,.\d]{3,60}:\s+(.{12,})$/s.exec(bare)?.[1];
  return [...new Set([whole, bare, ...(announced === undefined ? [] : [announced])])];
}

/** The first clause: a weak rule looks there for what speaks against it, since an aside may tell of other times. */
function headOf(text: string): string {
  const head = text.split(/[,;(]\s?|\s[-–—]\s/)[0]!;
  return head.split(/\s+/).length >= 4 ? head : text;
}

/** The first rule that fits one of the readings of a statement. */
function ruleOf(texts: readonly string[]): ExtractRule | undefined {
  const languages = [...languagesOf(texts[0]!)];
  const bare = texts[1] ?? texts[0]!;
  const hits = (patterns: readonly RegExp[] | undefined, text: string): boolean =>
    patterns?.some((pattern) => pattern.test(text)) === true;
  // Words that lead in neither make a statement nor break one: exceptions are sought in the bare reading as well.
  const fits = ({ any, none }: RuleForms, common: readonly RegExp[], text: string): boolean =>
    hits(any, text) && ![text, bare].some((reading) => hits(none, reading) || hits(common, headOf(reading)));
  return RULES.find(({ forms, none }) =>
    texts.some((text) =>
      languages.some((language) => forms[language] !== undefined && fits(forms[language], none, text)),
    ),
  );
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
  let beforeSentence = 0;
  let beforeLast = 0;
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
    /** Marks the end of a sentence, which a withdrawal reaches back to. */
    endSentence(): void {
      beforeLast = beforeSentence;
      beforeSentence = candidates.length;
    },
    /** Takes back what the last sentence gave, or all. */
    withdraw(reach: 'last' | 'all'): void {
      const from = reach === 'all' ? 0 : beforeLast;
      for (const { content } of candidates.splice(from)) {
        seen.delete(words(content).join(' '));
        drop('withdrawn');
      }
      beforeLast = candidates.length;
      beforeSentence = candidates.length;
    },
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
