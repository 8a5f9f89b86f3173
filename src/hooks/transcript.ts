import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LIMITS } from '../core/limits.ts';

/** What a person typed, and under which id the client keeps it. */
export interface TypedPrompt {
  text: string;
  id: string | undefined;
}

const BLOCK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;
/** Every row of a person holds one of these; rows of tools, which are the large ones, do not, and are never parsed. */
const TYPED_SIGN = '"promptSource"';
const ADDED_SIGN = '"queued_command"';

/**
 * What the person typed in the turn that just ended, read from the end of its transcript: the last typed prompt, or the one of `turn` where
 * the client tells turns apart, and below it what was added while the agent worked. Undefined when a machine began that turn or there is no transcript; `too_far` when so much was written
 * since then that the rest is not searched.
 */
export function findPrompt(path: string, turn: string | undefined): TypedPrompt | 'too_far' | undefined {
  let reached = false;
  let added: string[] = [];
  for (const line of linesFromEnd(path)) {
    if (line === 'cut') return 'too_far';
    if (!line.includes(TYPED_SIGN) && !line.includes(ADDED_SIGN)) continue;
    const row = readRow(line.toString('utf8'));
    if (row === undefined) continue;
    const ofTurn = turn === undefined || row['promptId'] === undefined || row['promptId'] === turn;
    // Before the turn's own rows lie those of the turn before; behind them may lie what was typed ahead.
    if (!ofTurn && reached) return undefined;
    const isTyped = typeof row['promptSource'] === 'string';
    reached ||= ofTurn && isTyped;
    if (!ofTurn && isTyped) added = [];
    const prompt = ofTurn ? readTyped(row) : undefined;
    if (prompt) return { ...prompt, text: [prompt.text, ...added].join('\n\n') };
    const more = ofTurn ? readAdded(row) : undefined;
    if (more !== undefined) added.unshift(more);
  }
  return undefined;
}

/** What a person sent while the agent worked; the same kind of row brings notices of tasks, other agents and shell commands. */
function readAdded(row: Record<string, unknown>): string | undefined {
  const { type, attachment } = row;
  if (type !== 'attachment' || typeof attachment !== 'object' || attachment === null) return undefined;
  if (row['isMeta'] || row['isSidechain']) return undefined;
  const { type: kind, prompt, commandMode, isMeta, origin } = attachment as Record<string, unknown>;
  if (kind !== 'queued_command' || isMeta || (commandMode ?? 'prompt') !== 'prompt' || !isOfPerson(origin))
    return undefined;
  const text = textOf(prompt);
  return text !== undefined && COMMAND.test(text) ? undefined : text;
}
/** A command for the client or for a shell. */
const COMMAND = /^\s*[/!][A-Za-z]/;

/** Notices of tasks, schedules and other agents say where they come from. */
function isOfPerson(origin: unknown): boolean {
  return origin === undefined || origin === null || (origin as { kind?: unknown }).kind === 'human';
}

function readRow(line: string): Record<string, unknown> | undefined {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : undefined;
  } catch {
    // A row that is being written, or a damaged one.
    return undefined;
  }
}

/**
 * A row is a person's prompt by its type and its flags, never by the role in its message: tool results, summaries, subagents and injected
 * rows have that too.
 */
function readTyped(row: Record<string, unknown>): TypedPrompt | undefined {
  const { type, promptSource, origin, promptId, uuid } = row;
  if (type !== 'user' || typeof promptSource !== 'string' || promptSource === '' || promptSource === 'system')
    return undefined;
  if (row['isMeta'] || row['isCompactSummary'] || row['isSidechain'] || row['toolUseResult'] !== undefined)
    return undefined;
  if (!isOfPerson(origin)) return undefined;
  const text = textOf((row['message'] as { content?: unknown } | undefined)?.content);
  const id = promptId ?? uuid;
  return text === undefined ? undefined : { text, id: typeof id === 'string' ? id : undefined };
}

/** A prompt with pictures is a list of parts; any other part than those two makes the row something else. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content as ({ type?: unknown; text?: unknown } | null)[];
  if (!parts.every((part) => part?.type === 'text' || part?.type === 'image')) return undefined;
  return parts.flatMap((part) => (typeof part?.text === 'string' ? [part.text] : [])).join('\n\n');
}

/** Lines of a file, the last one first, back to as far as is worth looking; `cut` where more would follow. */
function* linesFromEnd(path: string): Generator<Buffer | 'cut'> {
  // Opening a pipe would wait for its other end.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  const file = openSync(path, 'r');
  try {
    let position = fstatSync(file).size;
    const stop = Math.max(0, position - LIMITS.transcriptBytesMax);
    let rest: Buffer[] = [];
    while (position > stop) {
      const length = Math.min(BLOCK_BYTES, position - stop);
      position -= length;
      const block = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(file, block, filled, length - filled, position + filled);
        if (count === 0) return;
        filled += count;
      }
      let end = block.length;
      for (let at = block.lastIndexOf(LINE_FEED); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(LINE_FEED, at - 1)) {
        yield Buffer.concat([block.subarray(at + 1, end), ...rest]);
        rest = [];
        end = at;
      }
      rest.unshift(block.subarray(0, end));
    }
    yield position === 0 ? Buffer.concat(rest) : 'cut';
  } finally {
    closeSync(file);
  }
}
