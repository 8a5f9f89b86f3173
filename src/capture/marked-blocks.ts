/** A text with its marked passages taken out, and how many passages there were. */
export interface Unmarked {
  text: string;
  count: number;
}

/**
 * Removes `<name …>…</name>` for each of the names (parts of a regular expression), in any letter case. Blocks may
 * be nested; an unclosed one reaches to the end: losing text costs less than keeping what does not belong. A closing
 * mark without an opening one is removed alone. A mark between backticks is talked about, not used, unless
 * `evenQuoted`. Linear in the length of the text.
 */
export function removeBlocks(text: string, names: readonly string[], evenQuoted = false): Unmarked {
  const [before, after] = evenQuoted ? ['', ''] : ['(?<!`)', '(?!`)'];
  const mark = new RegExp(`${before}<\\s{0,8}(/?)\\s{0,8}(${names.join('|')})(?:\\s[^<>]{0,400})?>${after}`, 'gi');
  const kept: string[] = [];
  let open = '';
  let depth = 0;
  let count = 0;
  let from = 0;
  for (const found of text.matchAll(mark)) {
    const name = found[2]!.toLowerCase();
    // Inside a block only its own marks count.
    if (depth > 0 && name !== open) continue;
    if (depth === 0) kept.push(text.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[1] === '/') {
      depth = Math.max(0, depth - 1);
    } else {
      if (depth === 0) count += 1;
      open = name;
      depth += 1;
    }
  }
  if (depth === 0) kept.push(text.slice(from));
  return { text: kept.join(''), count };
}
