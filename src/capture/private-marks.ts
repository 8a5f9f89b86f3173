/** Text with the passages that a person marked as private taken out, and how many passages there were. */
export interface Unmarked {
  text: string;
  count: number;
}

const MARK = /<\s{0,8}(\/?)\s{0,8}private\s{0,8}>/gi;

/**
 * Removes `<private>…</private>`, in any letter case. Marks may be nested; an unclosed mark hides everything to the end, since
 * losing text costs less than keeping what was meant to stay private. A closing mark without an opening one is removed alone.
 * Linear in the length of the text.
 */
export function removePrivate(text: string): Unmarked {
  const kept: string[] = [];
  let depth = 0;
  let count = 0;
  let from = 0;
  for (const mark of text.matchAll(MARK)) {
    if (depth === 0) kept.push(text.slice(from, mark.index));
    from = mark.index + mark[0].length;
    if (mark[1] === '/') {
      depth = Math.max(0, depth - 1);
    } else {
      if (depth === 0) count += 1;
      depth += 1;
    }
  }
  if (depth === 0) kept.push(text.slice(from));
  return { text: kept.join(''), count };
}
