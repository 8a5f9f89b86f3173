import type { MemoryType } from '../memory/memory.ts';
import { dropDenial, isBareDenial } from './correction.ts';
import { isConfirmation, recordsOf } from './extract-agent.ts';
import { isOwnStatement, objectionAround, type Uttered, withdrawn } from './extract-breath.ts';
import { clausesOf } from './extract-clauses.ts';
import { admit, createCollector, type Found } from './extract-collector.ts';
import { asStatement, judge, type Verdict } from './extract-judge.ts';
import { doubtAbout } from './extract-moment.ts';
import type { DropReason } from './extract-rejections.ts';
import { EXTRACTOR_VERSION } from './extractor-version.ts';
import { plain } from './plain.ts';
import type { Sentence } from './sentence.ts';
import { dropLeadIn, splitStatements } from './sentence.ts';
import { cleanTurn } from './turn.ts';
import { withdrawalOf } from './withdrawal.ts';

/** Longer than any sentence, even one without a full stop; it bounds the work of the rules. */
const SENTENCE_CHARS_MAX = 1_500;

/** One exchange, as captured. `captured_at` is an ISO instant. */
export interface ExtractTurn {
  prompt: string;
  response: string;
  captured_at: string;
}

/**
 * What the caller already knows: whether a document, an instruction file or an active memory says this (cases C27
 * and F01). A correction is known only where a memory says neither more nor less: "coated glass" is corrected by "glass".
 */
export interface KnownText {
  isRestatement: (text: string, isCorrection: boolean) => boolean;
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
 * Candidates of one turn: what the person stated, and what the agent recorded as a decision that the person
 * confirmed in this turn (case F03: an agent's interim claims do not count). The same turn always gives the same
 * candidates; no model is asked.
 */
export function extractCandidates(turn: ExtractTurn, known: KnownText): Extraction {
  return admit(findCandidates(turn), known);
}

/** The part of `extractCandidates` that asks nobody: a thread can do it. */
export function findCandidates(turn: ExtractTurn): Found {
  const collector = createCollector(turn.captured_at, EXTRACTOR_VERSION);
  const { prompt, response, skip } = cleanTurn(turn);
  if (skip !== undefined) {
    collector.drop(skip);
    return collector.result();
  }
  const said = splitStatements(prompt);
  for (const [reason, times] of Object.entries(said.leftOut)) collector.drop(reason as DropReason, times);
  takeStatements(said.sentences, collector);
  const isAssent = said.sentences.some((sentence) => !sentence.isQuestion && isConfirmation(plain(sentence.text)));
  const isAsking = !isAssent && said.sentences.some((sentence) => sentence.isQuestion);
  for (const record of recordsOf(response)) {
    if (record.quote.length > SENTENCE_CHARS_MAX) {
      collector.drop('too_long');
      continue;
    }
    const fits = !record.loose || 'rule' in judge(asStatement(record.content));
    if (!fits || !(isAssent || (record.attributed && !isAsking))) collector.drop('unconfirmed');
    else collector.take(record.content, record.quote, { id: 'record', type: typeOf(record.content) }, 'agent');
  }
  return collector.result();
}

type Collector = ReturnType<typeof createCollector>;

/** First each sentence by itself, then what stands around it. Each ends as a candidate or as a counted reason. */
function takeStatements(sentences: readonly Sentence[], collector: Collector): void {
  const fitting = sentences.filter(({ text }) => text.length <= SENTENCE_CHARS_MAX);
  collector.drop('too_long', sentences.length - fitting.length);
  const all = fitting.map((sentence, at) => {
    if (withdrawalOf(plain(sentence.text)) !== undefined) return sentence;
    const before = at === 0 ? '' : plain(fitting[at - 1]!.text);
    return utteranceOf(isBareDenial(before) ? { ...sentence, corrects: true } : sentence);
  });
  const gone = withdrawn(all);
  const uttered: Uttered[] = [];
  for (const [at, one] of all.entries())
    if ('verdict' in one)
      uttered.push(gone.has(at) && 'rule' in one.verdict ? { ...one, verdict: { reason: 'withdrawn' } } : one);
    else collector.drop('withdrawn');
  for (const [at, one] of uttered.entries()) {
    const reason = 'reason' in one.verdict ? one.verdict.reason : objectionAround(uttered, at);
    if (reason !== undefined) {
      uttered[at] = { ...one, verdict: { reason } };
      collector.drop(reason);
    } else if ('rule' in one.verdict) {
      const { text, quote } = one.clause;
      const content = dropLeadIn(one.verdict.rule.id === 'correction' ? dropDenial(dropLeadIn(text)) : text);
      collector.take(content, quote, one.verdict.rule, 'person');
    }
  }
}

/** A sentence is taken whole; of one that is too long for a memory, the first clause that says something. */
function utteranceOf(sentence: Sentence): Uttered {
  const judged = clausesOf(sentence).map((clause): Judged => ({ clause, verdict: judge(clause) }));
  const chosen =
    judged.find((one) => 'rule' in one.verdict) ?? behindCommand(judged[0]!) ?? partOf(judged[0]!) ?? judged[0]!;
  return { sentence, ...chosen };
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
  return 'rule' in second && isOwnStatement(text, second.rule.id)
    ? { clause: { ...clause, text }, verdict: second }
    : undefined;
}

/** A sentence of several parts of which one fits a rule is taken as it stands: the parts belong together. */
function partOf({ clause, verdict }: Judged): Judged | undefined {
  if ('rule' in verdict || !['no_rule', 'passing'].includes(verdict.reason)) return undefined;
  const firmOnly = (text: string): boolean => !PARTS.test(text);
  const parts = clause.text.split(firmOnly(clause.text) ? /[,:]\s/ : PARTS);
  const whole = plain(clause.text);
  for (const text of parts.slice(verdict.reason === 'passing' ? 1 : 0, 5)) {
    const part = judge({ ...clause, text });
    if ('rule' in part && doubtAbout(whole, part.rule.id) !== undefined) return undefined;
    if (text !== clause.text && 'rule' in part && (part.rule.firm || !firmOnly(clause.text)))
      return { clause, verdict: part };
  }
  return undefined;
}
const PARTS = /;\s|\s[-–—]\s|,\s(?:and|so|but|et|donc|mais|und|aber)\s/;

function typeOf(content: string): MemoryType {
  return /\byou (?:prefer|like|want .{0,20}\b(?:reports?|plots?|answers?)|would rather)\b|\bvous préférez\b|\btu préfères\b/i.test(
    content,
  )
    ? 'preference'
    : 'project';
}
