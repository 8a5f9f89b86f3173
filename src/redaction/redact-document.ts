import { LIMITS } from '../core/limits.ts';
import { redactByPatterns } from './redact.ts';

/**
 * A document without secrets, line for line: what is stored of it and found by it. In windows of whole lines, since patterns are sought
 * only where their words are, and a long text holds nearly all words: 15 MB take a second, as one text each document takes thrice that.
 * Key blocks, which are longer than a window may be, come first.
 */
export function redactDocument(text: string): string {
  return windowsOf(withoutKeyBlocks(text))
    .map((window) => redactByPatterns(window, { keepLines: true }).text)
    .join('');
}

/** Cut behind the first empty line after so many characters, or behind the first line after the larger number. */
function windowsOf(text: string): string[] {
  const windows: string[] = [];
  for (let start = 0; start < text.length; ) {
    const empty = text.indexOf('\n\n', start + LIMITS.redactedCharsMin);
    const line = text.indexOf('\n', start + LIMITS.redactedCharsMax);
    const ends = [empty < 0 ? text.length : empty + 2, line < 0 ? text.length : line + 1];
    const end = Math.min(...ends);
    windows.push(text.slice(start, end));
    start = end;
  }
  return windows;
}

const KEY_BLOCKS = [
  {
    begin: /-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY/g,
    end: /-----END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g,
  },
  { begin: /PuTTY-User-Key-File-\d/g, end: /Private-MAC: ?[0-9a-f]{32,64}/g },
];

function withoutKeyBlocks(text: string): string {
  return KEY_BLOCKS.reduce((rest, { begin, end }) => {
    const ends = [...rest.matchAll(end)].map((match) => match.index + match[0].length);
    if (ends.length === 0) return rest;
    const parts: string[] = [];
    let at = 0;
    for (const { index } of rest.matchAll(begin)) {
      while (ends.length > 0 && ends[0]! <= index) ends.shift();
      const to = ends[0];
      // What ends so far away is another block; one without an end is cut off at the end of its window.
      if (to === undefined || index < at || to - index > LIMITS.keyBlockCharsMax) continue;
      parts.push(rest.slice(at, index), redactedBlock(rest.slice(index, to)));
      at = to;
    }
    return parts.join('') + rest.slice(at);
  }, text);
}

const redactedBlock = (block: string) => `[redacted:private-key]${'\n'.repeat(block.split('\n').length - 1)}`;
