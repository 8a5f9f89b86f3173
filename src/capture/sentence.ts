import type { LeftOut } from './own-lines.ts';
import { ownLines } from './own-lines.ts';
import { quotationsIn } from './plain.ts';

/**
 * Splitting of a chat message into what was said in it: sentences of running text, items of lists and headings above
 * them.
 */

/**
 * One statement with what is known about its place. `quote` is verbatim; `text` has list marks and lead-in words
 * removed.
 */
export interface Sentence {
  text: string;
  quote: string;
  /** The heading that it stands under, lower-cased; empty when there is none. */
  heading: string;
  isQuestion: boolean;
  /** Stands in a list. */
  isItem: boolean;
  /** The line of the message that it stands in: what is said in one breath. */
  line: number;
  /** The sentence before it only denied something: this one says how it is. */
  corrects?: boolean;
}

/** Sentences in order, and how many passages were left out because nobody said them: code, quotations, logs. */
export interface Statements {
  sentences: Sentence[];
  leftOut: LeftOut;
}

const CODE_LINE =
  /[;{}]\s*(?:\/\/.*)?$|^\s*(?:(?:import|export|const|let|var|static|public|private|def|class|return|#include|#define|SELECT|INSERT|UPDATE|CREATE|ALTER)\b.*[=({;*]|\$ |[A-Z_]{3,}=\S)|\)\s*;\s*\/\/|^\s*(?:\/\/|\/\*|\*\/|# [A-Z]{4,5}\b|<!--|--\s\S+.*;)|^\s*[a-z_]\w*(?:\.\w+|\[\w+\])* ?[-+*/|&]?= ?[\w"'([{-].*(?:[()[\]{};#]|\s[*/+-]\s)|^[+-]\s{2,}\S|^@@ /;
/** An end mark, or a little picture, and a blank. */
const SENTENCE_END = /(?:[.!?…]["'”»)\]]{0,2}|\p{Extended_Pictographic}\ufe0f?)\s+(?=\S)/gu;
const HEADING_CHARS_MAX = 160;
const HEADING = /^\s{0,3}#{1,6}\s+(.{1,120}?)\s*#*$/;
const LIST_MARK = /^\s*(?:[-*+•–]|\(?\d{1,2}[.)]|[a-e]\))\s+(?:\[[ xX]\]\s+)?/;
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|ca|fig|figs|eq|sec|resp|incl|max|min|no|nr|cf|env|p\.ex|z\.b|bzw|[A-Za-z])\.$/i;
/** What follows a German ordinal: "3. März". */
const ORDINAL_OF = /^\s(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez|quartal|woche|stock)/i;
const QUESTION_START =
  /^(?:(?:(?:quick|short|stupid|dumb|another|next|last|one|kurze|dumme|noch eine|eine|petite|autre) )?(?:question|frage)s?\s?[:,-]\s|(?:and|but|so|or|ok|okay|hmm?|hey|hi|well|et|ou|mais|alors|und|oder|aber|sag mal|dis)[, ]+)*(?:what(?!ever|'s more| (?:i|we) (?:take|want|need|decided|know|mean|learned|agreed))|why|how(?!ever)|where(?!as|ver)|who(?!ever)|whose|whom|which(?! means)|is(?! (?:now|not|required|limited)\b)|(?:is|are|was|were|did|does|has|have|would|could|should|ca|wo)n'?t (?:we|you|i|they|it|that|this|the|there|he|she)|isn't|are|aren't|was|were|am i|do (?:we|you|i|they)|does(?! not\b|n't\b)|did(?! not\b|n't\b)|can (?:we|i|it|the|this|that|one)|could (?:we|i|it|the|this|that|one)|should(?! (?:be|not|never|always)\b)|would (?:it|we|you)|shall|has(?! to\b)|have (?:we|you|they)|when (?:is|are|do|does|did|will|was)|any (?:idea|chance|thoughts|news|clue|reason|way)|anyone|anybody|is there|are there|should i|kann (?:ich|man|es|das)|gibt es|gibt's|hat (?:jemand|das|der|die|wer)|sind (?:das|die|wir)|darf (?:ich|man)|(?:muss|müssen|soll|sollen|darf|dürfen|sind|haben|braucht|brauchen) (?:ich|man|das|die|wir|der|es|alle)|wann|wieviel\p{L}*|wieso|ist da|y a-t-il|a-t-on|est-il|est-elle|c'est quoi|quand est-ce|on peut|pourquoi|comment|est-ce|qu'est-ce|quel(?:le)?s?|combien|où|qui|à quoi|peut-on|faut-il|doit-on|warum|wieso|wie|welche[rsn]?|wer|wo|können wir|sollen wir|was (?:ist|sind|macht|passiert|kostet|bedeutet)|ist (?:es|das|die|der))(?![\p{L}\p{N}])/iu;
/** "What came out of it: …" announces a statement. */
const ANNOUNCED = /^[^:?]{5,60}:\s.{12,}[^?]$/;
const QUESTION_END = /\?["'”»)\]!]*$/;
/** "ok?" asks for assent to something that is stated. */
const ASSENT_TAG = /[,.]? (?:ok(?:ay)?|deal|d'accord|alles klar)\?+$/i;

/** Splits a message. Code, quotations and logs are counted and left out; nothing else is lost. */
export function splitStatements(message: string): Statements {
  const sentences: Sentence[] = [];
  const { lines, leftOut } = ownLines(
    message.replaceAll('\r\n', '\n').split('\n'),
    (line) => CODE_LINE.test(line) || /^(?: {4}|\t)\S/.test(line),
  );
  let title = '';
  let caption = '';
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const isItem = LIST_MARK.test(line);
    const found = line.length <= HEADING_CHARS_MAX ? HEADING.exec(line) : null;
    if (found) {
      title = found[1]!.toLowerCase();
      caption = '';
      continue;
    }
    if (!isItem && isCaption(line, lines, at)) {
      caption = line.toLowerCase();
      continue;
    }
    if (!isItem) caption = '';
    const heading = caption === '' ? title : caption;
    for (const quote of splitLine(line)) sentences.push(toSentence(quote, { heading, isItem, line: at }));
  }
  return { sentences, leftOut };
}

/** Whether a line only announces the list below it: "Requirements from the workshop:", "**Decisions**". */
function isCaption(line: string, lines: readonly string[], at: number): boolean {
  if (line.length > HEADING_CHARS_MAX) return false;
  let next = at + 1;
  while (next < lines.length && next < at + 3 && lines[next]!.trim() === '') next += 1;
  if (!LIST_MARK.test(lines[next] ?? '')) return false;
  const bare = line.replace(/[*_]+/g, '').trim();
  return /:$/.test(bare) || (!/[.!?]$/.test(bare) && bare.split(/\s+/).length <= 8);
}

/** Sentences of one line: an end mark and a blank part them, but not after an abbreviation or a single letter. */
function splitLine(line: string): string[] {
  const parts: string[] = [];
  const quotations = quotationsIn(line);
  let from = 0;
  for (const end of line.matchAll(SENTENCE_END)) {
    const to = end.index + end[0].trimEnd().length;
    const before = line.slice(Math.max(from, to - 12), to);
    if (ABBREVIATION.test(before) && !/\d\s?[a-z]\.$/i.test(before)) continue;
    if (/\b\d{1,2}\.$/.test(line.slice(from, to)) && ORDINAL_OF.test(line.slice(to, to + 14))) continue;
    if (quotations.some(([start, stop]) => to > start && to < stop)) continue;
    // A quotation that ends with a mark of its own goes on in the sentence around it: `"It must." is on the page`.
    if (/["'”»)\]]\s/.test(end[0]) && /\p{Ll}/u.test(line[end.index + end[0].length]!)) continue;
    parts.push(line.slice(from, to));
    from = end.index + end[0].length;
  }
  parts.push(line.slice(from));
  return parts.map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

function toSentence(quote: string, place: Pick<Sentence, 'heading' | 'isItem' | 'line'>): Sentence {
  const text = quote.replace(LIST_MARK, '').replace(/\s+/g, ' ').replace(ASSENT_TAG, '').trim();
  return {
    text,
    quote,
    ...place,
    isQuestion: QUESTION_END.test(text) || [text, dropLeadIn(text)].some(asksByItsStart),
  };
}

/** A question whose mark was left off: it begins like one, with or without "also" or "ps" before it. */
function asksByItsStart(text: string): boolean {
  return QUESTION_START.test(text) && !ANNOUNCED.test(text);
}

const LEAD_IN =
  /^(?:(?:ok(?:ay)?(?: so)?|so|well|hmm+|hm|right|good|great|perfect|alright|fine|cool|nice|sure|thanks|hey|hi|hello|yes|yep|yeah|also|oh|ah|look|listen|basically|long story short|in short|quick one|bad news|good news|update|finally|and|but|anyway|btw|by the way|actually|for the record|fyi|note(?: that)?|remember(?: that)?|as (?:discussed|agreed|mentioned|promised)|ps|as of (?:today|now)|as i said(?: last \w+)?|attention|(?:a )?(?:separate|different|other|another|unrelated|side|small|quick|last|next|new) (?:matter|topic|thing|subject|issue|note|point|question)(?: entirely)?(?=\s?[:,])|(?:one|two|three|a few|some|couple of) (?:\p{L}+ )?(?:things?|points?|facts|notes?|words)(?: (?:re|about|on|for|regarding) [^:,.]{2,30})?(?=\s?[:,])|unrelated|side note|brain ?dump|for context|just so (?:you|u) know|ooh|phew|yay|(?:i )?found it|got it|tja|also|naja|übrigens|bref|du coup|bon|alors|donc|en fait|au fait|et|mais)(?:\s*[,.:;!–—-]+\s*|\s+))+/iu;

/** The statement without the words that only lead into it; capitalised when something was taken off. */
export function dropLeadIn(text: string): string {
  const rest = text.replace(LEAD_IN, '');
  return rest === text || rest.length < 8 ? text : rest[0]!.toUpperCase() + rest.slice(1);
}
