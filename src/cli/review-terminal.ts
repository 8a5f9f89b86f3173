import { createInterface, emitKeypressEvents } from 'node:readline';
import { toAtoError } from '../core/errors.ts';
import { type Item, type Queue, undo } from './review-items.ts';
import type { CliSession } from './session.ts';

const KEYS: Record<string, string> = {
  a: 'accept',
  r: 'reject',
  e: 'edit',
  m: 'merge',
  s: 'skip',
  u: 'undo',
  q: 'quit',
};
const HELP = '[a]ccept  [r]eject  [e]dit  [m]erge  [s]kip  [u]ndo last  [q]uit';
/** Everything that a terminal could obey instead of show; queue text comes from agents and documents. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

const plain = (text: string) => text.replaceAll(UNPRINTABLE, ' ').replaceAll(/\s+/g, ' ').trim();

/** One item as lines for the terminal. */
export function renderItem(item: Item, at: number, of: number): string {
  const proposal = Object.entries(item.proposal)
    .filter(([name, value]) => name !== 'effect' && value !== null && String(value) !== '')
    .map(([name, value]) => `  ${name}: ${plain(typeof value === 'string' ? value : JSON.stringify(value))}`);
  return [
    '',
    `${at}/${of}  ${item.kind.replaceAll('_', ' ')}  ${item.project || 'global'}  since ${item.created_at.slice(0, 10)}`,
    `  ${plain(item.title)}`,
    `> ${plain(item.content)}`,
    ...proposal,
    `  evidence: ${plain(item.evidence)}`,
    ...(item.quote === null ? [] : [`  quote: "${plain(item.quote)}"`]),
    ...(item.stale === null ? [] : [`  look twice: ${plain(item.stale)}`]),
    ...(item.group === null || item.group === item.id ? [] : [`  nearly the same as ${item.group}`]),
    `  ${plain(String(item.proposal['effect'] ?? ''))}`,
  ].join('\n');
}

/** Goes through the queue at a terminal: one key a decision, a line of text where words are needed. */
export async function reviewAtTerminal(session: CliSession, queue: Queue): Promise<void> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  if (queue.items.length === 0) {
    say('Nothing waits.');
    return;
  }
  say(`${queue.items.length} of ${queue.pending} waiting.  ${HELP}`);
  const decided: number[] = [];
  for (let at = 0; at < queue.items.length; ) {
    const item = queue.items[at]!;
    say(renderItem(item, at + 1, queue.items.length));
    const choice = KEYS[await readKey(session.signal)];
    if (choice === 'quit' || session.signal.aborted) break;
    if (choice === undefined) {
      say(HELP);
      continue;
    }
    try {
      if (choice === 'undo') {
        const last = decided.pop();
        if (last === undefined) say('Nothing to take back.');
        else await undo(session, queue.items[last]!.id);
        at = last ?? at;
        continue;
      }
      if (choice !== 'skip') {
        await decide(session, item, choice);
        decided.push(at);
      }
      at += 1;
    } catch (error) {
      // The item stays in front of the person, who sees why and decides anew.
      say(`  ${plain(toAtoError(error).message)}`);
      if (toAtoError(error).code === 'CONFLICT') at += 1;
    }
  }
  say(`${decided.length} decided.`);
}

async function decide(session: CliSession, item: Item, decision: string): Promise<void> {
  const words = decision === 'edit' || (decision === 'merge' && item.kind === 'conflict');
  const content = words ? await readLine('new text: ', plain(item.content)) : undefined;
  const reason = decision === 'reject' ? (await readLine('reason (may be empty): ', '')) || undefined : undefined;
  await session.call('resolve_review', { item: item.id, decision, content, reason });
}

/** One key press, without return. Control-C and the end of input mean quit. */
function readKey(signal: AbortSignal): Promise<string> {
  const { stdin } = process;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve) => {
    const finish = (key: string) => {
      stdin.removeListener('keypress', onKey);
      stdin.removeListener('end', onEnd);
      signal.removeEventListener('abort', onEnd);
      stdin.setRawMode(false);
      stdin.pause();
      resolve(key);
    };
    const onEnd = () => finish('q');
    const onKey = (text: string | undefined, key: { ctrl?: boolean; name?: string }) =>
      finish(key.ctrl && (key.name === 'c' || key.name === 'd') ? 'q' : (text ?? '').toLowerCase());
    stdin.on('keypress', onKey);
    stdin.once('end', onEnd);
    signal.addEventListener('abort', onEnd);
  });
}

/** A line of text with a text to begin from. */
function readLine(question: string, start: string): Promise<string> {
  const asker = createInterface({ input: process.stdin, output: process.stdout });
  return new Promise((resolve) => {
    asker.once('close', () => resolve(''));
    asker.question(question, (answer) => {
      resolve(answer.trim());
      asker.close();
    });
    if (start) asker.write(start);
  });
}
