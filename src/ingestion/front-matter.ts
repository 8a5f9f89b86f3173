import matter from 'gray-matter';
import { LIMITS } from '../core/limits.ts';

export interface FrontMatter {
  /** JSON values only. */
  data: Record<string, unknown>;
  /** Why the block could not be used; never holds its content. */
  error?: string;
  /** The block as written, for values that a parser rewrites (dates). */
  raw: string;
  /** Where the body begins in the text; 0 when there is no front matter. */
  bodyStart: number;
}

const OPENING = /^---[ \t]*([A-Za-z][\w+.#-]*)?[ \t]*\n/;
const READ_LANGUAGES = new Set(['yaml', 'yml', 'json']);
const DEPTH_MAX = 6;
const NODES_MAX = 1_000;
const KEY_CHARS_MAX = 120;
const STRING_CHARS_MAX = 2_000;
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Splits the front matter from a text and reads it. Only YAML (without custom tags) and JSON are read; a script language is
 * an error that names it, and is never evaluated. Text that merely begins with a rule (`---`) has no front matter.
 */
export function readFrontMatter(text: string): FrontMatter {
  const none: FrontMatter = { data: {}, raw: '', bodyStart: 0 };
  const opening = OPENING.exec(text);
  if (opening === null) return none;
  const start = opening[0].length;
  const closing = /^---[ \t]*$/m.exec(text.slice(start, start + LIMITS.frontMatterCharsMax + 8));
  if (closing === null) return none;
  const raw = text.slice(start, start + closing.index);
  const bodyStart = Math.min(text.length, start + closing.index + closing[0].length + 1);
  const language = opening[1]?.toLowerCase() ?? 'yaml';
  if (!READ_LANGUAGES.has(language)) {
    return { data: {}, raw, bodyStart, error: `front matter in "${language}" is not read: only YAML and JSON are` };
  }
  let data: unknown;
  try {
    data = parseBlock(raw, language);
  } catch (error) {
    return { data: {}, raw, bodyStart, error: `front matter does not parse: ${reasonOf(error)}` };
  }
  if (data === null || data === undefined) return { data: {}, raw, bodyStart };
  if (typeof data !== 'object' || Array.isArray(data)) return none;
  return { ...plainData(data), raw, bodyStart };
}

function refuse(): never {
  throw new Error('script front matter is not evaluated');
}

function parseBlock(raw: string, language: string): unknown {
  // The options object also keeps gray-matter from its cache, which would share (and keep) parsed objects for ever.
  return matter(`---${language}\n${raw}\n---\n`, {
    engines: { javascript: refuse, js: refuse, coffee: refuse, coffeescript: refuse, cson: refuse },
  }).data;
}

/** The parser's reason without the excerpt that it adds: warnings must not carry content. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown reason';
  const line = 'mark' in error ? (error.mark as { line?: number } | null)?.line : undefined;
  if ('reason' in error && typeof error.reason === 'string') {
    return `${error.reason.slice(0, 120)}${line === undefined ? '' : ` (line ${line + 1})`}`;
  }
  return error instanceof SyntaxError ? 'invalid JSON' : 'too deeply nested or malformed';
}

function plainData(data: object): { data: Record<string, unknown>; error?: string } {
  const budget = { nodes: NODES_MAX, chars: LIMITS.frontMatterCharsMax, cut: false };
  const plain = plainValue(data, 0, budget) as Record<string, unknown>;
  return budget.cut ? { data: plain, error: 'front matter was cut: it is too large or too deep' } : { data: plain };
}

interface Budget {
  nodes: number;
  chars: number;
  cut: boolean;
}

/** A copy of JSON values only. YAML anchors share objects, so the copy is counted: ten lines can mean a billion nodes. */
function plainValue(value: unknown, depth: number, budget: Budget): unknown {
  budget.nodes -= 1;
  if (budget.nodes < 0 || depth > DEPTH_MAX || budget.chars < 0) {
    budget.cut = true;
    return null;
  }
  if (typeof value === 'string') {
    if (value.length > STRING_CHARS_MAX) budget.cut = true;
    budget.chars -= value.length;
    return value.slice(0, STRING_CHARS_MAX);
  }
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (budget.nodes < 0) break;
      items.push(plainValue(item, depth + 1, budget));
    }
    return items;
  }
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) return null;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (budget.nodes < 0) break;
    if (!PROTOTYPE_KEYS.has(key)) copy[key.slice(0, KEY_CHARS_MAX)] = plainValue(item, depth + 1, budget);
  }
  return copy;
}
