import { words } from '../core/text.ts';
import { behindDenial, deniesAndStates, dropDenial } from './correction.ts';
import { endsInCommand, endsInRepair, isCommand } from './extract-commands.ts';
import { lacksContent } from './extract-content.ts';
import { isTelling } from './extract-evidence.ts';
import { doubtAbout, isFaultBefore } from './extract-moment.ts';
import type { DropReason } from './extract-rejections.ts';
import { mainClause, objectionTo } from './extract-rejections.ts';
import type { ExtractRule } from './extract-rules.ts';
import { HEADING_CUES, OPEN_HEADING_CUES, RULES } from './extract-rules.ts';
import { languagesOf } from './language.ts';
import { plain } from './plain.ts';
import type { RuleForms } from './rule.ts';
import type { Sentence } from './sentence.ts';
import { dropLeadIn } from './sentence.ts';
import { withdrawsItself } from './withdrawal.ts';

/** Nobody says this much in one statement. */
const STATEMENT_CHARS_MAX = 600;
const STATEMENT_WORDS_MIN = 3;

/** Text that stands alone, to be judged as a sentence. */
export const asStatement = (text: string): Sentence => ({
  text,
  quote: text,
  heading: '',
  isQuestion: false,
  isItem: false,
  line: 0,
});

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

/** Statements of the project: what is said behind a denial puts one in the place of another. */
const CORRECTED = new Set(['decision', 'requirement', 'practice', 'fact', 'state', 'finding']);
const CORRECTION = RULES.find(({ id }) => id === 'correction')!;

const MODAL =
  /\b(?:must|cannot|can't|shall|never|has to|have to|doit|jamais|muss|darf|at least|at most|no more than)\b/;

/** The rule that takes a statement, or why it is left. */
export type Verdict = { rule: Pick<ExtractRule, 'id' | 'type' | 'firm'> } | { reason: DropReason };

/** What a statement is, whatever stands around it. */
export function judge(sentence: Sentence): Verdict {
  if (sentence.text.length > STATEMENT_CHARS_MAX) return { reason: 'too_long' };
  const bare = plain(dropLeadIn(sentence.text));
  const isDenial = deniesAndStates(bare);
  const text = isDenial ? behindDenial(bare) : plain(sentence.text);
  if (sentence.isQuestion) return { reason: 'question' };
  if (withdrawsItself(text)) return { reason: 'withdrawn' };
  if (sentence.heading !== '' && OPEN_HEADING_CUES.test(sentence.heading)) return { reason: 'undecided' };
  const texts = readings(sentence.text);
  const second = isDenial ? text : (texts[1] ?? text);
  const objection = objectionTo(text, false) ?? objectionTo(second, false);
  if (objection !== undefined) return { reason: objection };
  const isListed = sentence.heading !== '' && HEADING_CUES.test(sentence.heading);
  if (words(text).length < (isListed ? 2 : STATEMENT_WORDS_MIN)) return { reason: 'too_short' };
  if (!isListed && isCommand(text)) return { reason: 'instruction' };
  const found = ruleOf(texts);
  const rule =
    (sentence.corrects === true || isDenial) && found !== undefined && CORRECTED.has(found.id) ? CORRECTION : found;
  const weakness = rule?.firm === true ? undefined : (objectionTo(text, true) ?? objectionTo(second, true));
  if (weakness !== undefined) return { reason: weakness };
  if (rule !== undefined && lacksContent(second)) return { reason: 'no_content' };
  const doubt =
    rule === undefined || isListed
      ? undefined
      : (doubtAbout(mainClause(text), rule.id) ?? doubtAbout(mainClause(second), rule.id));
  if (doubt !== undefined) return { reason: doubt };
  if (rule !== undefined && isFaultBefore(tailOf(sentence), rule.id)) return { reason: 'passing' };
  if (rule !== undefined && !isListed && !isTelling(dropDenial(dropLeadIn(sentence.text)), rule.id))
    return { reason: 'slight' };
  if (rule !== undefined)
    return (endsInRepair(text) && !rule.firm) ||
      (endsInCommand(text) && !isListed && !OUTWEIGHS_COMMAND.has(rule.id) && !MODAL.test(text))
      ? { reason: 'instruction' }
      : { rule };
  return isListed ? { rule: { id: 'heading', type: 'project', firm: true } } : { reason: 'no_rule' };
}

/** What was cut off behind what is judged: the request or the question at the end of its sentence. */
function tailOf({ text, quote }: Sentence): string {
  const whole = plain(quote.replace(/\s+/g, ' '));
  const from = whole.indexOf(plain(text));
  return from < 0 ? '' : whole.slice(from + text.length);
}

/** A statement, the same without the words that lead into it, and what follows "one more thing: ". */
function readings(text: string): string[] {
  const whole = plain(text);
  const bare = plain(dropLeadIn(text));
  const stated = behindDenial(bare);
  const announced = /^[^:,.\d]{3,60}:\s+(.{12,})$/s.exec(bare)?.[1];
  return [
    ...new Set([whole, bare, ...(stated === bare ? [] : [stated]), ...(announced === undefined ? [] : [announced])]),
  ];
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
