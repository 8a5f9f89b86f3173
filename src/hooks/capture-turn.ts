import { prepareTurn } from '../capture/prepare-turn.ts';
import { countDropped, spoolFolder, writeTurn } from '../capture/spool.ts';
import { isoTime } from '../core/clock.ts';
import { sha256 } from '../core/ids.ts';
import { LIMITS } from '../core/limits.ts';
import type { HookEvent } from './hook-event.ts';
import { findPrompt } from './transcript.ts';

/** The name under which turns of Claude Code are stored. */
const CLIENT = 'claude-code';

/**
 * Writes the turn that just ended into the spool of a home. Nothing when a hook had made the agent go on, which would pair the prompt with
 * half a reply, when nobody typed a prompt, or when nothing of it may be kept. Throws when the spool cannot be written.
 */
export async function captureTurn(event: HookEvent & { kind: 'stop' }, home: string, now: Date): Promise<void> {
  if (event.again) return;
  const typed = findPrompt(event.transcript, event.turn);
  if (!typed) return;
  const folder = spoolFolder(home);
  if (typed === 'too_far') return countDropped(folder);
  const words = { prompt: startOf(typed.text), response: startOf(event.reply) };
  const prepared = await prepareTurn(words).catch((error: unknown) => {
    // What could not be redacted must not be written, but not vanish unseen either.
    countDropped(folder);
    throw error;
  });
  if (prepared.skip !== undefined) return;
  writeTurn(folder, {
    version: 1,
    client: CLIENT,
    session_id: event.session,
    turn_id: event.turn ?? typed.id ?? `sha_${sha256(JSON.stringify([typed.text, event.reply])).slice(0, 32)}`,
    prompt: prepared.prompt,
    response: prepared.response,
    cwd: event.cwd ?? null,
    captured_at: isoTime(now),
    redactions: prepared.redactions,
  });
}

/** What is stored is cut far below this; a whole pasted log would take longer to redact than a hook may take. No half of a word stays. */
function startOf(text: string): string {
  const { hookTextCharsMax: most } = LIMITS;
  return text.length <= most ? text : text.slice(0, most).replace(/\S{1,4096}$/, '');
}
