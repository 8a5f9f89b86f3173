import { contentStems, cutAtSentence } from '../core/text.ts';

interface Piece {
  start: number;
  end: number;
  /** Query stems in it. */
  stems: ReadonlySet<string>;
}

/** Ends of sentences and lines: a piece of text starts behind each. */
const PIECE_ENDS = /[.!?]["')\]]*\s+|\n+/g;

/**
 * The part of a text that holds most of the query's words, at most `charsMax` long and made of whole sentences or lines, with … where text
 * is missing. Of equal parts the first; without any word of the query the head of the text (pure).
 */
export function bestWindow(text: string, query: ReadonlySet<string>, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const pieces = splitPieces(text, query);
  const room = charsMax - 4;
  let best = { start: 0, end: 0, found: 0 };
  for (let first = 0; first < pieces.length; first += 1) {
    const found = new Set<string>();
    const start = pieces[first]!.start;
    for (let last = first; last < pieces.length && pieces[last]!.end - start <= room; last += 1) {
      for (const stem of pieces[last]!.stems) found.add(stem);
      // Among windows with the same words the first one wins, and then the one that shows the most of what follows.
      const longer = found.size === best.found && start === best.start;
      if (found.size > best.found || longer) best = { start, end: pieces[last]!.end, found: found.size };
    }
  }
  if (best.start === 0 || best.found === 0) return cutAtSentence(text, charsMax);
  const before = lead(pieces, best, room);
  const kept = text.slice(before, best.end).trim();
  return `${before === 0 ? '' : '… '}${kept}${best.end < text.trimEnd().length ? ' …' : ''}`;
}

/** Room that is left over shows what stands before the window. */
function lead(pieces: readonly Piece[], window: { start: number; end: number }, room: number): number {
  let { start } = window;
  for (const piece of pieces.filter((known) => known.start < window.start).reverse()) {
    if (window.end - piece.start > room) break;
    start = piece.start;
  }
  return start;
}

function splitPieces(text: string, query: ReadonlySet<string>): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  const add = (end: number) => {
    if (end > start) {
      const stems = new Set(contentStems(text.slice(start, end)).filter((stem) => query.has(stem)));
      pieces.push({ start, end, stems });
    }
    start = end;
  };
  for (const match of text.matchAll(PIECE_ENDS)) add(match.index + match[0].length);
  add(text.length);
  return pieces;
}
