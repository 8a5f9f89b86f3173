import { LIMITS } from '../core/limits.ts';
import { type Block, type BlockSpan, headingText, parseBlocks } from './block-parser.ts';
import { documentDate, documentTags, documentTitle } from './describe.ts';
import { type FrontMatter, readFrontMatter } from './front-matter.ts';
import { lineOffsets } from './lines.ts';

export interface ParsedDocument {
  title: string;
  /** Calendar day, YYYY-MM-DD. */
  date?: string;
  tags: string[];
  /** JSON values only, bounded in size. */
  frontMatter: Record<string, unknown>;
  /** A warning, not a failure: the body is there all the same. */
  frontMatterError?: string;
  /** In order, without overlaps; together they hold every non-blank line of the body. */
  blocks: Block[];
  /** The whole text, which blocks and chunks are slices of. */
  source: string;
}

/**
 * Reads a decoded document (newlines `\n`). Never throws on content: front matter that does not parse is a named warning, and
 * Markdown on which the parser fails is read as plain paragraphs. `.txt` is plain paragraphs without front matter.
 */
export function parseDocument(text: string, relativePath: string): ParsedDocument {
  const isPlain = /\.txt$/i.test(relativePath);
  const front: FrontMatter = isPlain ? { data: {}, raw: '', bodyStart: 0 } : readFrontMatter(text);
  const lines = lineOffsets(text);
  const firstLine = lines.findIndex((offset) => offset >= front.bodyStart) + 1;
  const spans = isPlain ? [] : markdownSpans(text.slice(front.bodyStart), firstLine - 1);
  const blocks = withHeadings(
    coverLines(spans, text, lines, firstLine === 0 ? lines.length + 1 : firstLine),
    text,
    lines,
  );
  const parsed: ParsedDocument = {
    title: documentTitle(relativePath, front.data, blocks),
    tags: documentTags(front.data),
    frontMatter: front.data,
    blocks,
    source: text,
  };
  const date = documentDate(relativePath, front.data, front.raw);
  if (date !== undefined) parsed.date = date;
  if (front.error !== undefined) parsed.frontMatterError = front.error;
  return parsed;
}

function markdownSpans(body: string, lineShift: number): BlockSpan[] {
  try {
    const spans = parseBlocks(body);
    for (const span of spans) shiftLines(span, lineShift);
    return spans;
  } catch {
    // Whatever the parser gives up on is still text: no line is lost, only its structure.
    return [];
  }
}

function shiftLines(span: BlockSpan, by: number): void {
  if (by === 0) return;
  span.startLine += by;
  span.endLine += by;
  for (const child of span.children ?? []) shiftLines(child, by);
}

/** Trims blank lines off the spans and fills the gaps between them: what no block claims (link definitions, plain text) is one. */
function coverLines(spans: BlockSpan[], text: string, lines: number[], firstLine: number): BlockSpan[] {
  const isBlank = (line: number) => lineText(text, lines, line).trim() === '';
  const covered: BlockSpan[] = [];
  const fill = (from: number, to: number) => {
    for (let line = from; line <= to; line += 1) {
      if (isBlank(line)) continue;
      const startLine = line;
      while (line < to && !isBlank(line + 1)) line += 1;
      covered.push({ kind: spans.length === 0 ? 'paragraph' : 'definition', startLine, endLine: line });
    }
  };
  let next = firstLine;
  for (const span of spans) {
    fill(next, span.startLine - 1);
    let endLine = Math.min(span.endLine, lines.length);
    while (endLine > span.startLine && isBlank(endLine)) endLine -= 1;
    if (span.startLine < next || isBlank(span.startLine)) {
      next = Math.max(next, span.startLine);
      continue;
    }
    covered.push({ ...span, endLine });
    next = endLine + 1;
  }
  fill(next, lines.length);
  return covered;
}

export function lineText(text: string, lines: number[], line: number): string {
  const start = lines[line - 1] ?? text.length;
  return text.slice(start, endOfLine(text, lines, line));
}

function endOfLine(text: string, lines: number[], line: number): number {
  const next = lines[line];
  if (next !== undefined) return next - 1;
  return text.endsWith('\n') ? text.length - 1 : text.length;
}

function withHeadings(spans: BlockSpan[], text: string, lines: number[]): Block[] {
  const open: { depth: number; title: string }[] = [];
  let headingPath: string[] = [];
  return spans.map((span) => {
    const start = lines[span.startLine - 1] ?? text.length;
    const block: Block = { ...span, text: text.slice(start, endOfLine(text, lines, span.endLine)), headingPath, start };
    if (span.kind === 'heading') {
      const depth = span.depth ?? 1;
      while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop();
      open.push({ depth, title: headingText(block.text).slice(0, LIMITS.titleCharsMax) });
      headingPath = open.map((heading) => heading.title).filter((title) => title !== '');
      block.headingPath = headingPath;
    }
    return block;
  });
}
