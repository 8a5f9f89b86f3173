import { lineOffsets } from './lines.ts';
import type { ParsedDocument } from './parse-markdown.ts';
import { type ChunkLimits, cutBlock, type Piece } from './pieces.ts';

/** Part of the index fingerprint: another way of chunking means another index. */
export const CHUNKING_VERSION = 'c1';

/**
 * What was stored of a document by another version is read again at the next refresh, also of a file that did not change. A new way of
 * redacting gets a new end: chunks that stay the same keep their vectors then.
 */
export const PREPARED_VERSION = `${CHUNKING_VERSION}r1`;

export interface Chunk {
  /** Place in the document, from 0. */
  ordinal: number;
  /** Titles of the headings above its first text; of merged small sections, what they share. */
  headingPath: string[];
  text: string;
  /** Lines of the document's text, 1-based and inclusive. */
  startLine: number;
  endLine: number;
}

/** A chunk in the making: a slice of the source that covers whole pieces. */
interface Draft extends Piece {
  headingPath: string[];
  /** Sections in the order of the document; two drafts of one section have the same number. */
  section: number;
  /** Nothing but headings so far. */
  isBare: boolean;
  /** Holds whole sections, so that it may be joined with a neighbouring section. */
  isWhole: boolean;
}

/** Below this share of the target a section or a tail is tiny. */
const TINY_SHARE = 0.25;
/** How far over the target a chunk may go to take a heading or a tiny tail. */
const STRETCH = 1.25;

/**
 * Chunks along the headings, each of about `chunkCharsMax` characters: cut at blocks, then list items, then sentences. A fence
 * or a table row is cut only when it alone exceeds `chunkAtomCharsMax`. Every non-blank line of the body is in a chunk, in order.
 */
export function chunkDocument(parsed: ParsedDocument, limits: ChunkLimits): Chunk[] {
  const drafts = mergeSmall(packPieces(parsed, limits), limits);
  const lines = lineOffsets(parsed.source);
  let line = 1;
  return drafts.map((draft, ordinal) => {
    const slice = parsed.source.slice(draft.start, draft.end);
    const text = slice.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
    const start = draft.start + slice.length - slice.replace(/^(?:[ \t]*\n)+/, '').length;
    while ((lines[line] ?? Number.POSITIVE_INFINITY) <= start) line += 1;
    const startLine = line;
    while ((lines[line] ?? Number.POSITIVE_INFINITY) < start + text.length) line += 1;
    return {
      ordinal,
      headingPath: draft.headingPath,
      text: `${draft.prefix ?? ''}${text}${draft.suffix ?? ''}`,
      startLine,
      endLine: line,
    };
  });
}

function lengthOf(piece: Piece): number {
  return piece.end - piece.start + (piece.prefix?.length ?? 0) + (piece.suffix?.length ?? 0);
}

/** Fills drafts with pieces; a heading closes the draft before it and stays with what follows. */
function packPieces(parsed: ParsedDocument, limits: ChunkLimits): Draft[] {
  const drafts: Draft[] = [];
  const max = limits.chunkCharsMax;
  let section = 0;
  for (const block of parsed.blocks) {
    const isHeading = block.kind === 'heading';
    if (isHeading) section += 1;
    for (const piece of cutBlock(block, limits)) {
      const last = drafts.at(-1);
      if (last !== undefined && canJoin(last, piece) && canPack(last, piece, isHeading, max)) {
        last.end = piece.end;
        if (piece.suffix !== undefined) last.suffix = piece.suffix;
        last.headingPath = block.headingPath;
        last.section = section;
        last.isBare &&= isHeading;
      } else {
        drafts.push({ ...piece, headingPath: block.headingPath, section, isBare: isHeading, isWhole: true });
      }
    }
  }
  drafts.forEach((draft, index) => {
    const isAlone = drafts[index - 1]?.section !== draft.section && drafts[index + 1]?.section !== draft.section;
    draft.isWhole = isAlone;
  });
  return drafts;
}

function canJoin(first: Piece, second: Piece): boolean {
  return first.suffix === undefined && second.prefix === undefined;
}

function canPack(last: Draft, piece: Piece, isHeading: boolean, max: number): boolean {
  const joined = lengthOf({ ...last, end: piece.end, ...(piece.suffix === undefined ? {} : { suffix: piece.suffix }) });
  if (!last.isBare) return !isHeading && joined <= max;
  if (isHeading) return joined <= max;
  // A short heading is worth more with its text than alone, even before a long fence.
  return joined <= max || lengthOf(last) <= max * TINY_SHARE;
}

/** Joins a tiny tail with the chunk before it, and tiny sections with their neighbours of the same parent. */
function mergeSmall(drafts: Draft[], limits: ChunkLimits): Draft[] {
  const merged: Draft[] = [];
  drafts.forEach((draft, index) => {
    const last = merged.at(-1);
    const path =
      last === undefined || !canJoin(last, draft) ? undefined : mergedPath(last, draft, limits.chunkCharsMax);
    const isEnd = index === drafts.length - 1 && draft.isBare;
    if (last !== undefined && path !== undefined) {
      join(last, draft, path);
    } else if (
      last !== undefined &&
      isEnd &&
      canJoin(last, draft) &&
      fits(last, draft, limits.chunkCharsMax * STRETCH)
    ) {
      join(last, draft, last.headingPath);
    } else {
      merged.push({ ...draft });
    }
  });
  return merged;
}

function join(last: Draft, next: Draft, headingPath: string[]): void {
  last.end = next.end;
  if (next.suffix !== undefined) last.suffix = next.suffix;
  last.section = next.section;
  last.headingPath = headingPath;
}

function fits(last: Draft, next: Draft, charsMax: number): boolean {
  return lengthOf(last) + lengthOf(next) + (next.start - last.end) <= charsMax;
}

/** The heading path of the two as one chunk, or undefined when they stay apart. */
function mergedPath(last: Draft, next: Draft, max: number): string[] | undefined {
  const isTiny = (draft: Draft) => lengthOf(draft) < max * TINY_SHARE;
  if (last.section === next.section) {
    return isTiny(next) && fits(last, next, max * STRETCH) ? last.headingPath : undefined;
  }
  if (!last.isWhole || !next.isWhole || next.isBare || !(isTiny(last) || isTiny(next)) || !fits(last, next, max)) {
    return undefined;
  }
  let shared = 0;
  while (shared < last.headingPath.length && last.headingPath[shared] === next.headingPath[shared]) shared += 1;
  const isNear = shared > 0 && shared >= Math.min(last.headingPath.length, next.headingPath.length) - 1;
  return isNear ? last.headingPath.slice(0, shared) : undefined;
}
