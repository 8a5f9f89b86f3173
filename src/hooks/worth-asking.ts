import { removePrivate } from '../capture/private-marks.ts';
import { cleanTurn } from '../capture/turn.ts';
import { STOP_WORDS, words } from '../core/text.ts';

/** Words that only answer or drive on: a prompt of nothing else asks for no knowledge. */
const ASSENT = new Set(
  (
    'yes yeah yep no nope ok okay sure fine good great perfect nice thanks thank thx cool go ahead continue proceed next ' +
    'retry again stop wait done please yourself fix commit push run test try keep going looks lgtm ship merge ' +
    'oui non merci continue vas vasy bien parfait suite stp svp'
  ).split(' '),
);
/** One word alone says too little to look for, unless it is a name with a number in it, such as p06. */
const WORDS_MIN = 2;

/**
 * The words of a prompt that are worth a look into the store: what the person typed without what clients injected. Undefined for commands,
 * prompts that a machine made, and prompts that say nothing to look for.
 */
export function wordsWorthAsking(prompt: string): string | undefined {
  const { prompt: typed, skip } = cleanTurn({ prompt: removePrivate(prompt).text, response: '' });
  if (skip !== undefined) return undefined;
  const telling = new Set(words(typed).filter((word) => !STOP_WORDS.has(word) && !ASSENT.has(word) && word.length > 1));
  const named = [...telling].some((word) => /\d/.test(word) && /\p{L}/u.test(word));
  return telling.size >= WORDS_MIN || named ? typed : undefined;
}
