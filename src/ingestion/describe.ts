import { isCalendarDay, isoTime } from '../core/clock.ts';
import { LIMITS } from '../core/limits.ts';
import type { Block } from './block-parser.ts';

/** Front matter title, else the first heading of level 1, else the first heading, else the file name without its extension. */
export function documentTitle(relativePath: string, frontMatter: Record<string, unknown>, blocks: Block[]): string {
  const given = field(frontMatter, 'title');
  const headings = blocks.filter((block) => block.kind === 'heading' && block.headingPath.length > 0);
  const heading = headings.find((block) => block.depth === 1) ?? headings[0];
  const name = relativePath.slice(relativePath.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
  const written = typeof given === 'string' || typeof given === 'number' ? oneLine(String(given)) : '';
  return written || heading?.headingPath.at(-1) || oneLine(name);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LIMITS.titleCharsMax);
}

const DATE_FIELDS = ['date', 'updated', 'modified'] as const;

/** Front matter `date`, `updated` or `modified`, else a YYYY-MM-DD in the file name; undefined when it is no real day. */
export function documentDate(
  relativePath: string,
  frontMatter: Record<string, unknown>,
  raw: string,
): string | undefined {
  for (const name of DATE_FIELDS) {
    // The day as its author wrote it: YAML timestamps move to UTC, and roll 13 months over into the next year.
    const line = new RegExp(`^["']?${name}["']?[ \\t]*:[ \\t]*["']?(\\d{4}[-/]\\d{1,2}[-/]\\d{1,2})`, 'im').exec(raw);
    const value = field(frontMatter, name);
    const day = realDay(line?.[1] ?? (typeof value === 'string' || typeof value === 'number' ? String(value) : ''));
    if (day !== undefined) return day;
  }
  const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1);
  return realDay(/(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/.exec(fileName)?.[0] ?? '');
}

/** A calendar day that exists, as YYYY-MM-DD. Reads YYYY-MM-DD, YYYY/M/D and YYYYMMDD at the start of the text. */
function realDay(text: string): string | undefined {
  const match = /^\s*(\d{4})(?:[-/](\d{1,2})[-/](\d{1,2})|(\d{2})(\d{2}))(?!\d)/.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [match[1], match[2] ?? match[4], match[3] ?? match[5]].map(Number) as [
    number,
    number,
    number,
  ];
  if (!isCalendarDay(year, month, day) || year < 1900 || year > 2200) return undefined;
  return isoTime(new Date(Date.UTC(year, month - 1, day))).slice(0, 10);
}

/** Front matter `tags`, `tag` or `keywords`: a list, or a text cut at commas. Without `#`, each once, bounded. */
export function documentTags(frontMatter: Record<string, unknown>): string[] {
  const given = field(frontMatter, 'tags') ?? field(frontMatter, 'tag') ?? field(frontMatter, 'keywords');
  const listed = Array.isArray(given) ? given : typeof given === 'string' ? given.split(',') : [];
  const tags = listed
    .filter((tag) => typeof tag === 'string' || typeof tag === 'number')
    .map((tag) => oneLine(String(tag)).replace(/^#+/, ''))
    .filter((tag) => tag !== '' && tag.length <= LIMITS.tagCharsMax);
  return [...new Set(tags)].slice(0, LIMITS.tagsMax);
}

/** Front matter keys are written in any case. */
function field(frontMatter: Record<string, unknown>, name: string): unknown {
  const key = Object.keys(frontMatter).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : frontMatter[key];
}
