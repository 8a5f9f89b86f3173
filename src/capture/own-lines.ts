import { handOverOf, SPEAKS_AGAIN } from './handed-over.ts';
import { opensLetter } from './letters.ts';
import { continuesOutput, isMachineLine } from './machine-lines.ts';

/** What of a message its writer typed: pasted code, logs, quotations, documents and conversations are left out. */

/** How many passages of each kind were left out. */
export interface LeftOut {
  code: number;
  quote: number;
  log: number;
}

/** A line that announces pasted text. */
const PASTE_AHEAD =
  /\b(?:says?|said|states?|reads?|wrote|writes|paste[ds]?|pasting|quot(?:e|ing)|logs?|output|from the|from their|here(?:'s| is| are)|voici|extrait|journal|schreibt|excerpt|snippet|transcript|message|e-?mail|contract|spec|datasheet|clause|paragraph|section)\b[^:\n]{0,80}:\s*$/i;
/** Announces the words of others, whoever is named with them. */
const OTHERS_AHEAD =
  /\b(?:says?|wrote|writes|paste[ds]?|pasting|quot(?:e|ing)|excerpt|snippet|transcript|log|logs|output)\b[^:\n]{0,80}:\s*$/i;
/** Announces a list of one's own rather than a paste. */
const OWN_AHEAD =
  /\b(?:we|i|our|my|us)\b(?!.*\b(?:says?|said|wrote|writes|paste[ds]?|pasting|quot(?:e|ing)|from the|log|output|got|received|found in)\b)|\b(?:decided|agreed|decisions?|requirements?|constraints?|rules|conventions?|preferences?)\b(?!.*\b(?:says?|wrote|paste[ds]?|pasting|quot(?:e|ing)|from the (?:doc|spec|contract|e-?mail|manual|wiki|ticket|website)|in the (?:doc|spec|contract|manual|wiki|ticket))\b)/i;
const FORM_FIELD =
  /^\s*(?:title|body|description|subject|acceptance(?: criteria)?|as a user|given|from|to|cc|sent|date|titre|objet|betreff)\b\s*:\s|^\s*(?:as a user|given) /i;
/** Words with which somebody speaks for himself again after a paste. */
const OWN_WORDS = /\?|^(?:i|we|you|my|our|so|ok|please|can|could|what|why|how|is|does|do|let|on|nous|je|tu|wir|ich)\b/i;
const CHAT_LINE = /^\s*\[?\d{1,2}:\d{2}(?: ?[ap]m)?\]?\s+<?@?[\p{L}\d._-]+(?: [\p{L}.]+)?>?\s?[:>]\s/iu;
const SPEAKER = /^@?([A-Z][\p{L}.-]+(?: [A-Z][\p{L}.-]+)?)(?: \([^)\n]{1,30}\))?\s?:\s/u;
const BLOCK_QUOTE = /^\s*(?:"""|'''|<<<+|-{5,}|={5,})\s*$/;
const TAG = /^\s*<(\/?)([A-Za-z][\w-]{0,30})(?:\s[^<>]{0,200})?>\s*$/;

/** The typed lines, in order (an empty one stands for each that was left out), and what was left out. */
export function ownLines(
  all: readonly string[],
  isCode: (line: string) => boolean,
): { lines: string[]; leftOut: LeftOut } {
  const leftOut: LeftOut = { code: 0, quote: 0, log: 0 };
  const speakers = speakersOf(all);
  const lines: string[] = [];
  let fence = '';
  let paste: 'none' | 'ahead' | 'in' | 'pause' = 'none';
  // Of a text that was handed over, a sentence that merely begins with "we" is still a part.
  let ends = OWN_WORDS;
  let isOutput = false;
  let isInCode = false;
  const leave = (kind: keyof LeftOut): void => {
    leftOut[kind] += 1;
    lines.push('');
  };
  for (const line of all) {
    const mark = fenceOf(line);
    if (fence !== '') {
      if (mark.close === fence) fence = '';
      continue;
    }
    if (mark.open !== '' && all.length > 1) {
      fence = mark.open;
      leave(mark.kind);
      continue;
    }
    if (line.trim() === '') {
      if (paste === 'in') paste = 'pause';
      isOutput = false;
      lines.push('');
      continue;
    }
    if (paste === 'ahead') paste = 'in';
    if (paste === 'pause') paste = ends.test(line.trim()) ? 'none' : 'in';
    const kind: keyof LeftOut | undefined =
      paste === 'in'
        ? 'quote'
        : isInCode && goesOnInCode(line)
          ? 'code'
          : (kindOf(line, speakers) ?? (isOutput && continuesOutput(line) ? 'log' : undefined));
    isOutput = kind === 'log';
    isInCode = kind === 'code' && (isInCode || /[({[]\s*$/.test(line)) && !/^\s*[)}\]]/.test(line);
    if (kind === undefined && opensLetter(line, all)) {
      paste = 'ahead';
      ends = SPEAKS_AGAIN;
      leave('quote');
      continue;
    }
    if (kind !== undefined) {
      leave(kind);
      continue;
    }
    const handOver = handOverOf(line);
    if (handOver !== undefined) {
      lines.push(handOver.own);
      leftOut.quote += 1;
      if (handOver.ahead) paste = 'ahead';
      ends = SPEAKS_AGAIN;
      continue;
    }
    const announces = PASTE_AHEAD.test(line) && (OTHERS_AHEAD.test(line) || !OWN_AHEAD.test(line));
    // The announcement itself states nothing; what stands before it in the line may.
    lines.push(announces ? line.replace(/[^.!?]{0,300}:\s*$/, '') : line);
    if (announces) {
      paste = 'ahead';
      ends = OWN_WORDS;
    }
  }
  return { lines, leftOut };

  function kindOf(line: string, names: ReadonlySet<string>): keyof LeftOut | undefined {
    if (/^\s*>/.test(line) || FORM_FIELD.test(line) || CHAT_LINE.test(line)) return 'quote';
    if (names.has(SPEAKER.exec(line)?.[1] ?? '')) return 'quote';
    if (isMachineLine(line)) return 'log';
    return isCode(line) ? 'code' : undefined;
  }
}

/** Inside of brackets that a line of code opened: indented, or the one that closes them. */
const goesOnInCode = (line: string): boolean => /^(?:\s+\S|\s*[)}\]])/.test(line);

/** What opens or closes at a line: a code fence, a block in quotes, an element that wraps a document. */
function fenceOf(line: string): { open: string; close: string; kind: 'code' | 'quote' } {
  const code = /^\s*(```|~~~)/.exec(line)?.[1];
  if (code !== undefined) {
    const closed = line.trim().length > 3 && line.trim().endsWith(code);
    return { open: closed ? '' : code, close: code, kind: 'code' };
  }
  const block = BLOCK_QUOTE.exec(line)?.[0].trim().slice(0, 3);
  if (block !== undefined) return { open: block, close: block, kind: 'quote' };
  const tag = TAG.exec(line);
  if (tag === null) return { open: '', close: '', kind: 'quote' };
  const name = `<${tag[2]!.toLowerCase()}>`;
  return tag[1] === '/' ? { open: '', close: name, kind: 'quote' } : { open: name, close: '', kind: 'quote' };
}

/** Names that begin two lines or more: a pasted conversation. */
function speakersOf(lines: readonly string[]): Set<string> {
  const times = new Map<string, number>();
  for (const line of lines) {
    const name = SPEAKER.exec(line)?.[1];
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + 1);
  }
  const several = [...times].filter(([, count]) => count >= 2).map(([name]) => name);
  return new Set(several.length > 0 ? times.keys() : []);
}
