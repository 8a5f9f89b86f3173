import type { Block, BlockKind, BlockSpan } from './block-parser.ts';
import { lineOffsets } from './lines.ts';

export interface ChunkLimits {
  /** Length that a chunk aims for. */
  chunkCharsMax: number;
  /** A fence or a table row is whole up to here. */
  chunkAtomCharsMax: number;
}

/** The smallest thing that chunks are packed from: a slice [start, end) of the document's text. */
export interface Piece {
  start: number;
  end: number;
  /** Stands before the slice when it goes on with a cut fence or table. */
  prefix?: string;
  /** Closes a fence that goes on in the next piece. */
  suffix?: string;
}

/** Cuts one block into pieces of at most `chunkCharsMax`, but for fences and table rows, which stay whole up to the atom limit. */
export function cutBlock(block: Block, limits: ChunkLimits): Piece[] {
  const whole = { start: block.start, end: block.start + block.text.length };
  if (block.text.length <= limits.chunkCharsMax) return [whole];
  const lines = lineOffsets(block.text).map((offset) => offset + block.start);
  const cutter: Cutter = { text: block.text, shift: block.start, lines, firstLine: block.startLine, limits };
  return cutSpan(cutter, block, whole);
}

interface Cutter {
  text: string;
  /** Offset of `text` in the document. */
  shift: number;
  /** Offsets in the document of the lines of `text`. */
  lines: number[];
  /** Number of the first line of `text`. */
  firstLine: number;
  limits: ChunkLimits;
}

function slice(cutter: Cutter, piece: Piece): string {
  return cutter.text.slice(piece.start - cutter.shift, piece.end - cutter.shift);
}

function cutSpan(cutter: Cutter, span: BlockSpan, range: Piece): Piece[] {
  if (range.end - range.start <= cutter.limits.chunkCharsMax) return [range];
  if (span.children !== undefined && span.children.length > 0) return cutChildren(cutter, span.children, range);
  const byKind: Partial<Record<BlockKind, (cutter: Cutter, range: Piece) => Piece[]>> = {
    code: cutFence,
    table: cutTable,
    html: cutAtLines,
    definition: cutAtLines,
  };
  return (byKind[span.kind] ?? cutAtSentences)(cutter, range);
}

/** A child reaches from its first line to the next child's: markers and blank lines between belong to the one before. */
function cutChildren(cutter: Cutter, children: BlockSpan[], range: Piece): Piece[] {
  const pieces: Piece[] = [];
  children.forEach((child, index) => {
    const following = children[index + 1];
    const start = index === 0 ? range.start : lineStart(cutter, child.startLine);
    const end = following === undefined ? range.end : lineStart(cutter, following.startLine);
    // One of `pieces.push(...)` would overflow the stack on a list of 100,000 items.
    if (end > start) for (const piece of cutSpan(cutter, child, { start, end })) pieces.push(piece);
  });
  return pieces;
}

function lineStart(cutter: Cutter, line: number): number {
  return cutter.lines[line - cutter.firstLine] ?? cutter.shift + cutter.text.length;
}

/** The lines of a range as ranges that include their newline. */
function linesOf(cutter: Cutter, range: Piece): Piece[] {
  const text = slice(cutter, range);
  const starts = lineOffsets(text);
  return starts.map((start, index) => ({
    start: range.start + start,
    end: range.start + (starts[index + 1] ?? text.length),
  }));
}

/** Joins neighbouring ranges up to a length; a range above it stands alone. */
function packRanges(ranges: Piece[], charsMax: number): Piece[] {
  const packed: Piece[] = [];
  for (const range of ranges) {
    const last = packed.at(-1);
    if (last !== undefined && range.end - last.start <= charsMax) last.end = range.end;
    else packed.push({ ...range });
  }
  return packed;
}

function cutAtLines(cutter: Cutter, range: Piece): Piece[] {
  const { chunkCharsMax } = cutter.limits;
  const lines = linesOf(cutter, range).flatMap((line) => cutLong(cutter, line, chunkCharsMax));
  return packRanges(lines, chunkCharsMax);
}

const SENTENCE_END = /[.!?][)"'\]*_]*(?=\s)|[。！？]|\n[ \t>]*\n/g;

function cutAtSentences(cutter: Cutter, range: Piece): Piece[] {
  const { chunkCharsMax } = cutter.limits;
  const text = slice(cutter, range);
  const sentences: Piece[] = [];
  let start = range.start;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = range.start + match.index + match[0].length;
    sentences.push({ start, end });
    start = end;
  }
  if (start < range.end) sentences.push({ start, end: range.end });
  return packRanges(
    sentences.flatMap((sentence) => cutLong(cutter, sentence, chunkCharsMax)),
    chunkCharsMax,
  );
}

/** A range without any better place to cut: at white space in its second half, else between two characters. */
function cutLong(cutter: Cutter, range: Piece, charsMax: number): Piece[] {
  const pieces: Piece[] = [];
  let start = range.start;
  while (range.end - start > charsMax) {
    const head = slice(cutter, { start, end: start + charsMax });
    const gap = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '));
    const hard = /[\ud800-\udbff]$/.test(head) ? charsMax - 1 : charsMax;
    const end = start + (gap >= charsMax / 2 ? gap + 1 : hard);
    pieces.push({ start, end });
    start = end;
  }
  pieces.push({ start, end: range.end });
  return pieces;
}

/** A continued part repeats at least this share of new text beside its repeated opening. */
const NEW_TEXT_SHARE_MIN = 0.5;
const FENCE = /`{3,}|~{3,}/;
const INFO_CHARS_MAX = 100;

function cutFence(cutter: Cutter, range: Piece): Piece[] {
  const { chunkCharsMax, chunkAtomCharsMax } = cutter.limits;
  if (range.end - range.start <= chunkAtomCharsMax) return [range];
  const lines = linesOf(cutter, range);
  const opening = slice(cutter, lines[0]!).trimEnd();
  const fence = FENCE.exec(opening.slice(0, INFO_CHARS_MAX));
  const mark = fence?.[0] ?? '';
  // Inside a list item the marker is not said again, only its width; inside a quote the `>` is.
  const lead = fence === null ? '' : opening.slice(0, fence.index).replaceAll(/[^>\s]/g, ' ');
  const info =
    fence === null ? '' : opening.slice(fence.index + mark.length, fence.index + mark.length + INFO_CHARS_MAX);
  const prefix = fence === null ? '' : `${lead}${mark}${info}\n`;
  const suffix = fence === null ? '' : `\n${lead}${mark}`;
  const room = Math.max(chunkCharsMax * NEW_TEXT_SHARE_MIN, chunkCharsMax - prefix.length - suffix.length);
  const parts = packRanges(
    lines.flatMap((line) => cutLong(cutter, line, room)),
    room,
  );
  // A closing fence alone at the end belongs to the part before.
  if (parts.length > 1 && slice(cutter, parts.at(-1)!).trim().length <= lead.length + mark.length) {
    const tail = parts.pop()!;
    parts.at(-1)!.end = tail.end;
  }
  return parts.map((part, index) => ({
    ...part,
    ...(index > 0 && prefix !== '' ? { prefix } : {}),
    ...(index < parts.length - 1 && suffix !== '' ? { suffix } : {}),
  }));
}

function cutTable(cutter: Cutter, range: Piece): Piece[] {
  const { chunkCharsMax, chunkAtomCharsMax } = cutter.limits;
  const rows = linesOf(cutter, range);
  const head = { start: range.start, end: rows[Math.min(1, rows.length - 1)]!.end };
  const header = slice(cutter, head);
  const prefix = header.length <= chunkCharsMax && rows.length > 2 ? `${header.trimEnd()}\n` : '';
  const room = Math.max(chunkCharsMax * NEW_TEXT_SHARE_MIN, chunkCharsMax - prefix.length);
  const whole = (row: Piece) => (row.end - row.start <= chunkAtomCharsMax ? [row] : cutLong(cutter, row, room));
  const parts = packRanges(rows.slice(2).flatMap(whole), room);
  const first = parts.shift();
  if (first === undefined || prefix === '') return [...whole(head), ...(first === undefined ? [] : [first]), ...parts];
  return [{ start: head.start, end: first.end }, ...parts.map((part) => ({ ...part, prefix }))];
}
