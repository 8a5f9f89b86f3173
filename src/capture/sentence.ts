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
}

/** Sentences in order, and how many passages were left out because nobody said them: code, quotations, logs. */
export interface Statements {
  sentences: Sentence[];
  leftOut: { code: number; quote: number; log: number };
}

const LOG_LINE =
  /^\s*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d|(?:INFO|WARN(?:ING)?|ERROR|ERREUR|DEBUG|TRACE|FATAL|CRITICAL)\b|npm (?:ERR|WARN|error)|Error:|Traceback|\s+at \S+ \()/;
const CODE_LINE =
  /[;{}]\s*(?:\/\/.*)?$|^\s*(?:(?:import|export|const|let|var|static|public|private|def|class|return|#include|#define|SELECT|INSERT|UPDATE|CREATE|ALTER)\b.*[=({;*]|\$ |[A-Z_]{3,}=\S)|\)\s*;\s*\/\//;
/** A line that announces pasted text, which then reaches to the next empty line. */
const PASTE_AHEAD =
  /\b(?:says?|said|states?|reads?|wrote|paste[ds]?|pasting|quot(?:e|ing)|logs?|output|from the|from their|here(?:'s| is)|voici|extrait|journal)\b[^:]{0,60}:\s*$/i;
const FORM_FIELD =
  /^\s*(?:title|body|description|subject|acceptance(?: criteria)?|as a user|given|titre|objet)\b\s*[: ]/i;
const HEADING_CHARS_MAX = 160;
const HEADING = /^\s{0,3}#{1,6}\s+(.{1,120}?)\s*#*$/;
const LIST_MARK = /^\s*(?:[-*+•]|\d{1,2}[.)])\s+(?:\[[ xX]\]\s+)?/;
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|ca|fig|figs|eq|sec|resp|incl|max|min|no|nr|cf|env|p\.ex|[A-Za-z])\.$/i;
const QUESTION_START =
  /^(?:(?:and|but|so|ok|hmm|et|mais|alors)[, ]+)?(?:what|why|how|where|who|whose|whom|which|is|isn't|are|aren't|was|were|am i|do (?:we|you|i|they)|does|did|can (?:we|i|it|the)|could (?:we|i|it)|should|would (?:it|we|you)|shall|has|have (?:we|you|they)|when (?:is|are|do|does|did|will|was)|any idea|pourquoi|comment|est-ce|qu'est-ce|quel(?:le)?s?|combien|où|qui|à quoi|peut-on|faut-il|doit-on)\b/i;

/** Splits a message. Code, quotations and logs are counted and left out; nothing else is lost. */
export function splitStatements(message: string): Statements {
  const sentences: Sentence[] = [];
  const leftOut = { code: 0, quote: 0, log: 0 };
  let heading = '';
  let inFence = false;
  let inPaste = false;
  for (const line of message.replaceAll('\r\n', '\n').split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) {
      inFence = !inFence;
      if (inFence) leftOut.code += 1;
      continue;
    }
    if (inFence) continue;
    if (line.trim() === '') {
      inPaste = false;
      continue;
    }
    const kind = inPaste ? 'quote' : lineKind(line);
    if (kind !== undefined) {
      leftOut[kind] += 1;
      continue;
    }
    const found = line.length <= HEADING_CHARS_MAX ? HEADING.exec(line) : null;
    if (found) {
      heading = found[1]!.toLowerCase();
      continue;
    }
    for (const quote of splitLine(line)) sentences.push(toSentence(quote, heading));
    inPaste = PASTE_AHEAD.test(line);
  }
  return { sentences, leftOut };
}

function lineKind(line: string): keyof Statements['leftOut'] | undefined {
  if (/^\s*>/.test(line) || FORM_FIELD.test(line)) return 'quote';
  if (LOG_LINE.test(line)) return 'log';
  return CODE_LINE.test(line) || /^(?: {4}|\t)\S/.test(line) ? 'code' : undefined;
}

/** Sentences of one line: an end mark and a blank part them, but not after an abbreviation or a single letter. */
function splitLine(line: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const end of line.matchAll(/[.!?…]["'”»)\]]{0,2}\s+(?=\S)/g)) {
    const to = end.index + end[0].trimEnd().length;
    if (ABBREVIATION.test(line.slice(Math.max(from, to - 12), to))) continue;
    // A quotation that ends with a mark of its own goes on in the sentence around it: `"It must." is on the page`.
    if (/["'”»)\]]\s/.test(end[0]) && /\p{Ll}/u.test(line[end.index + end[0].length]!)) continue;
    parts.push(line.slice(from, to));
    from = end.index + end[0].length;
  }
  parts.push(line.slice(from));
  return parts.map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

function toSentence(quote: string, heading: string): Sentence {
  const text = quote.replace(LIST_MARK, '').replace(/\s+/g, ' ').trim();
  return { text, quote, heading, isQuestion: /\?["'”»)\]]*$/.test(text) || QUESTION_START.test(text) };
}

const LEAD_IN =
  /^(?:(?:ok(?:ay)?(?: so)?|so|well|hmm+|hm|right|good|great|perfect|alright|fine|also|and|but|anyway|btw|by the way|actually|for the record|fyi|note(?: that)?|remember(?: that)?|as i said(?: last \w+)?|attention|bon|alors|donc|en fait|au fait|et|mais)(?:\s*[,.:;–—-]\s*|\s+))+/i;

/** The statement without the words that only lead into it; capitalised when something was taken off. */
export function dropLeadIn(text: string): string {
  const rest = text.replace(LEAD_IN, '');
  return rest === text || rest.length < 8 ? text : rest[0]!.toUpperCase() + rest.slice(1);
}
