import { createRequire } from 'node:module';
import type MarkdownIt from 'markdown-it';

export type BlockKind =
  | 'heading'
  | 'paragraph'
  | 'code'
  | 'table'
  | 'list'
  | 'item'
  | 'quote'
  | 'html'
  | 'rule'
  | 'definition';

/** A block by the lines it covers, 1-based and inclusive. */
export interface BlockSpan {
  kind: BlockKind;
  startLine: number;
  endLine: number;
  /** Level 1 to 6 of a heading. */
  depth?: number;
  /** Items of a list, blocks of an item or a quote. */
  children?: BlockSpan[];
}

/** A top-level block with its source. */
export interface Block extends BlockSpan {
  /** The lines as written, without the last newline. */
  text: string;
  /** Titles of the headings above, outermost first; a heading's path ends with itself. */
  headingPath: string[];
  /** Offset of `text` in the document's text, in UTF-16 units. */
  start: number;
}

/** Blocks nested deeper than this stay one piece of their parent; bounds the work on hostile input. */
const NESTING_MAX = 24;

type Parser = InstanceType<typeof MarkdownIt>;

/**
 * The one user of markdown-it: CommonMark blocks with GFM tables, as line ranges. The inline rules stay off (they cost most
 * of the time and no chunk needs them) but for the plain text of headings. markdown-it and not micromark: on 15 MB of real
 * documents 1.7 s against 11.5 s, both without inline rules, and linear on every hostile input that was tried.
 *
 * It loads at the first text: a server that only answers from the store never needs it.
 */
function loadParsers(): { blocks: Parser; inline: Parser } {
  const Markdown = createRequire(import.meta.url)('markdown-it') as typeof MarkdownIt;
  const blocks = new Markdown('default', { html: true, maxNesting: NESTING_MAX });
  blocks.core.ruler.enableOnly(['normalize', 'block']);
  return { blocks, inline: new Markdown('default', { html: true, maxNesting: NESTING_MAX }) };
}

let loaded: ReturnType<typeof loadParsers> | undefined;

function parsers(): ReturnType<typeof loadParsers> {
  loaded ??= loadParsers();
  return loaded;
}

const KINDS: Readonly<Record<string, BlockKind>> = {
  heading_open: 'heading',
  paragraph_open: 'paragraph',
  fence: 'code',
  code_block: 'code',
  table_open: 'table',
  bullet_list_open: 'list',
  ordered_list_open: 'list',
  list_item_open: 'item',
  blockquote_open: 'quote',
  html_block: 'html',
  hr: 'rule',
};

/** Top-level blocks of a Markdown text in order. Link definitions leave gaps between them. */
export function parseBlocks(body: string): BlockSpan[] {
  const top: BlockSpan[] = [];
  const open: (BlockSpan | undefined)[] = [];
  let opaque = 0;
  for (const token of parsers().blocks.parse(body, {})) {
    if (token.nesting < 0) {
      const closed = open.pop();
      if (closed !== undefined && isOpaque(closed)) opaque -= 1;
      continue;
    }
    const kind = KINDS[token.type];
    const isBlock = opaque === 0 && kind !== undefined && token.map != null;
    const span: BlockSpan | undefined = isBlock
      ? { kind, startLine: token.map![0] + 1, endLine: Math.max(token.map![0] + 1, token.map![1]) }
      : undefined;
    if (span !== undefined) {
      if (kind === 'heading') span.depth = Number(token.tag.slice(1));
      const parent = open.at(-1);
      const siblings = parent === undefined ? top : (parent.children ?? []);
      siblings.push(span);
      if (parent !== undefined) parent.children = siblings;
    }
    if (token.nesting > 0) {
      open.push(span);
      if (span !== undefined && isOpaque(span)) opaque += 1;
    }
  }
  return top;
}

/** Rows and inline content are no blocks of their own. */
function isOpaque(span: BlockSpan): boolean {
  return span.kind === 'table' || span.kind === 'heading' || span.kind === 'paragraph';
}

const HAS_MARKUP = /[*_`<&\\[\]!~]/;
const HEADING_CHARS_MAX = 1_000;

/** What a reader sees of a heading, in one line: without markers, emphasis, link targets and closing hashes. */
export function headingText(source: string): string {
  const bare = source
    .replace(/\n[ \t]*(?:=+|-+)[ \t]*$/, '')
    .replace(/^[ \t]{0,3}#{1,6}(?=[ \t]|$)/, '')
    .replace(/[ \t]#+[ \t]*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (bare.length > HEADING_CHARS_MAX || !HAS_MARKUP.test(bare)) return bare.slice(0, HEADING_CHARS_MAX);
  let seen = '';
  for (const token of parsers().inline.parseInline(bare, {})[0]?.children ?? []) {
    if (token.type === 'text' || token.type === 'code_inline' || token.type === 'text_special') seen += token.content;
    else if (token.type === 'image') seen += token.content;
  }
  // A heading of nothing but HTML or an image without text keeps its source, so that it still has a name.
  return seen.replaceAll(/\s+/g, ' ').trim() || bare;
}
