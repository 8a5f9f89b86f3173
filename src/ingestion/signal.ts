import { words } from '../core/text.ts';

export type PathSignal = 'low' | 'normal' | 'high';

/** Folders of what is over. `reviews` counts only as the whole name: `code-reviews` is a topic, not a drawer. */
const LOW_FOLDER_WORDS = new Set(['archive', 'archives', 'archived', 'history']);
const LOW_ANYWHERE = / pre (?:cleanup|migration) /;
const HIGH_WORDS = new Set(
  'status decision decisions requirement requirements roadmap charter architecture schema contract contracts workflow'.split(
    ' ',
  ),
);
/** A longer title merely mentions such a word; a short one is named by it. */
const TITLE_WORDS_MAX = 5;

/**
 * How much a document's place says about its standing (case C09). Words of folders, file stem and a short title are compared
 * whole and without case; `low` wins over `high`.
 */
export function pathSignal(relativePath: string, title: string): PathSignal {
  const segments = relativePath.split('/');
  const stem = (segments.pop() ?? '').replace(/\.[^.]*$/, '');
  const folders = segments.map(words);
  const names = [...folders, words(stem)];
  const isOver = (folder: string[]) =>
    folder.some((word) => LOW_FOLDER_WORDS.has(word)) || (folder.length === 1 && folder[0] === 'reviews');
  if (folders.some(isOver) || names.some((name) => LOW_ANYWHERE.test(` ${name.join(' ')} `))) return 'low';
  const titleWords = words(title);
  if (titleWords.length <= TITLE_WORDS_MAX) names.push(titleWords);
  return names.some((name) => name.some((word) => HIGH_WORDS.has(word))) ? 'high' : 'normal';
}
