import type { Unmarked } from './marked-blocks.ts';
import { removeBlocks } from './marked-blocks.ts';

/**
 * Removes `<private>…</private>`: in any letter case, nested, and to the end of the text when unclosed. `count` is
 * the number of passages. Between backticks too: what a person marks is hidden rather too often than too rarely.
 */
export function removePrivate(text: string): Unmarked {
  return removeBlocks(text, ['private'], true);
}
