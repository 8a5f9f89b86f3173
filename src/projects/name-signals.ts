import { distance } from 'fastest-levenshtein';
import { foldText, words } from '../core/text.ts';
import { isOrdinaryEnglish, KNOWN_PIECES_MIN } from './background.ts';
import type { DetectableProject, SignalFound } from './detection.ts';

interface Name {
  project: string;
  written: string;
  /** Folded, runs of separators as one hyphen. */
  plain: string;
  parts: string[];
}

const STRENGTH = {
  exact: 0.97,
  /** Joined by a hyphen or a dot to further letters, perhaps a longer name that is not registered: only helps. */
  joined: 0.5,
  /** An alias that is an ordinary word counts fully only where the text marks it as a name; else it only helps. */
  ordinary: 0.35,
  typo: 0.7,
  typoTwo: 0.6,
} as const;
const TYPO_CHARS_MIN = 6;
const TYPO_TWO_CHARS_MIN = 10;
/** Slips of the pen are looked for in what people type, not in pasted files. */
const TYPO_WORDS_MAX = 400;
const TYPO_COMPARISONS_MAX = 20_000;
/** Names this short collide with words, units and variables of any text. */
const SHORT_CHARS_MAX = 2;
const SEPARATORS = '[-_./\\s]+';

/**
 * Ids and aliases that a prompt names, in any letter case, at Unicode word boundaries, the longest first: a name inside
 * a longer name of the registry does not count. Spelling slips (one letter from 6 letters, two from 10; digits must
 * agree) count less, and only in prompts of up to 400 words. Each project appears at most once.
 */
export function nameSignals(prompt: string, projects: readonly DetectableProject[]): SignalFound[] {
  const folded = foldText(prompt);
  const promptWords = words(prompt);
  const present = new Set(promptWords);
  const names = projects.flatMap(({ id, aliases }) => [id, ...aliases].map((written) => toName(id, written)));
  const usable = names.filter((name) => name.plain !== '');
  usable.sort((a, b) => b.plain.length - a.plain.length || (a.plain < b.plain ? -1 : 1));

  const found = new Map<string, SignalFound>();
  let rest = folded;
  for (const name of usable) {
    if (name.parts.length > 0 ? !name.parts.every((part) => present.has(part)) : !rest.includes(name.plain)) continue;
    rest = rest.replace(pattern(name), (match, at: number, whole: string) => {
      const signal = judgeMatch(name, match, at, whole);
      keepStrongest(found, signal);
      // A longer name may be misspelled around it.
      if (signal.strength === STRENGTH.joined) return match;
      // Blanked, so that shorter names inside it stay silent, and every position stays true.
      return '\u0001'.repeat(match.length);
    });
  }
  const left = words(rest);
  if (left.length <= TYPO_WORDS_MAX) for (const slip of typos(left, usable)) keepStrongest(found, slip);
  return [...found.values()];
}

function toName(project: string, written: string): Name {
  const folded = foldText(written.trim());
  return { project, written, plain: folded.replaceAll(new RegExp(SEPARATORS, 'gu'), '-'), parts: words(written) };
}

function pattern({ plain }: Name): RegExp {
  const escaped = plain
    .split('-')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join(SEPARATORS);
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'gu');
}

function judgeMatch(name: Name, match: string, at: number, whole: string): SignalFound {
  const before = whole.slice(Math.max(0, at - 24), at);
  const after = whole.slice(at + match.length, at + match.length + 24);
  const { project, written } = name;
  if (isJoined(before, after)) {
    const detail = `"${written}" as part of a longer name`;
    return { project, signal: 'name', detail, strength: STRENGTH.joined };
  }
  const common = name.plain.length <= SHORT_CHARS_MAX || isOrdinaryEnglish(written);
  if (common && !isMarked(before, after)) {
    return { project, signal: 'name', detail: `"${written}", an ordinary word`, strength: STRENGTH.ordinary };
  }
  return { project, signal: 'name', detail: `"${written}"`, strength: STRENGTH.exact };
}

function isJoined(before: string, after: string): boolean {
  return /[\p{L}\p{N}\u0001][-.]$/u.test(before) || /^[-.][\p{L}\p{N}\u0001]/u.test(after);
}

/** Quoted, after @ or #, called a project, or all that there is: then even an ordinary word is meant as a name. */
function isMarked(before: string, after: string): boolean {
  if (/["'`“«]$/u.test(before) && /^["'`”»]/u.test(after)) return true;
  if (/[@#]$/.test(before)) return true;
  if (/\b(project|repo|repository|workspace)\s*:?\s*$/u.test(before)) return true;
  if (/^\s+(project|repo|repository|workspace)\b/u.test(after)) return true;
  return before.trim() === '' && after.trim() === '';
}

/** Names that the remaining words nearly spell. An exact name of another project has been blanked before. */
function typos(left: readonly string[], names: readonly Name[]): SignalFound[] {
  const found: SignalFound[] = [];
  const windows = new Map<number, Set<string>>();
  const taken: string[] = [];
  let comparisons = 0;
  for (const name of names) {
    const { plain, parts } = name;
    if (plain.length < TYPO_CHARS_MIN || parts.length === 0) continue;
    const allowed = plain.length >= TYPO_TWO_CHARS_MIN ? 2 : 1;
    const candidates = windows.get(parts.length) ?? windowsOf(left, parts.length);
    windows.set(parts.length, candidates);
    const target = parts.join('-');
    for (const window of candidates) {
      if (Math.abs(window.length - target.length) > allowed || digitsOf(window) !== digitsOf(target)) continue;
      comparisons += 1;
      if (comparisons > TYPO_COMPARISONS_MAX) return found;
      const apart = distance(window, target);
      // The same words at distance 0 were found above, or stand in a way that a name does not, such as over a comma.
      if (apart === 0 || apart > allowed || isOrdinaryEnglish(window, KNOWN_PIECES_MIN)) continue;
      // Longer names come first: what nearly spells one of them does not also nearly spell a shorter one inside it.
      if (taken.some((longer) => longer !== window && `-${longer}-`.includes(`-${window}-`))) continue;
      taken.push(window);
      const strength = apart === 1 ? STRENGTH.typo : STRENGTH.typoTwo;
      found.push({ project: name.project, signal: 'near_name', detail: `"${window}" for "${name.written}"`, strength });
    }
  }
  return found;
}

function windowsOf(left: readonly string[], size: number): Set<string> {
  const windows = new Set<string>();
  for (let at = 0; at + size <= left.length; at += 1) windows.add(left.slice(at, at + size).join('-'));
  return windows;
}

/** `pump-2` is no misspelling of `pump-3`. */
function digitsOf(text: string): string {
  return text.replaceAll(/\P{N}/gu, '');
}

function keepStrongest(found: Map<string, SignalFound>, signal: SignalFound): void {
  const known = found.get(signal.project);
  if (known === undefined || known.strength < signal.strength) found.set(signal.project, signal);
}
