import { foldText } from '../core/text.ts';
import { headingText } from './block-parser.ts';

/**
 * So much of a chunk is embedded. The encoder would read about 450 characters; the first 256 take less time, which is what
 * fills an index on an old machine in minutes; what that costs the fused ranking stands in docs/performance.md.
 */
const EMBEDDED_CHARS_MAX = 256;

/** The text that is embedded: title, heading path and date in one line, then the chunk without headings that the line says. */
export function embeddingText(title: string, headingPath: string[], date: string | undefined, text: string): string {
  const said = new Set([title, ...headingPath].map(key));
  const lines = text.split('\n');
  let first = 0;
  while (first < lines.length - 1) {
    const line = lines[first] ?? '';
    const isSaid = line.trim() === '' || (/^ {0,3}#{1,6}[ \t]/.test(line) && said.has(key(headingText(line))));
    if (!isSaid) break;
    first += 1;
  }
  return `${indexTitle(title, headingPath, date)}\n${lines.slice(first).join('\n')}`.slice(0, EMBEDDED_CHARS_MAX);
}

/** The title column of the lexical index: title, heading path and date, each once. */
export function indexTitle(title: string, headingPath: string[], date: string | undefined): string {
  const parts = new Map<string, string>();
  for (const part of [title, ...headingPath]) {
    const name = key(part);
    if (name !== '' && !parts.has(name)) parts.set(name, part.trim());
  }
  const names = [...parts.values()].join(' > ');
  return date === undefined || names.includes(date) ? names : `${names} (${date})`;
}

function key(text: string): string {
  return foldText(text).replaceAll(/\s+/g, ' ').trim();
}
