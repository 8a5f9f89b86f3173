import { redact } from '../redaction/redact.ts';
import { removePrivate } from './private-marks.ts';
import { cleanTurn, type RawTurn, type SkipReason } from './turn.ts';

/** A turn as it may be written down; with `skip` it must not be. */
export interface StorableTurn {
  prompt: string;
  response: string;
  redactions: number;
  redacted_kinds: string[];
  private_passages: number;
  skip?: SkipReason | 'private';
}

const REDACTED = /\[redacted:([a-z0-9-]{1,40})\]/g;

/**
 * Makes a turn fit to be stored: private passages out, secrets replaced, then injected blocks out and both sides cut (cases C20, F02,
 * F15). Secrets are sought before anything is cut, so that no half of one is left. Marks of an earlier redaction count too: a client
 * redacts before it writes its spool.
 */
export async function prepareTurn(turn: RawTurn): Promise<StorableTurn> {
  const open = { prompt: removePrivate(turn.prompt), response: removePrivate(turn.response) };
  const [prompt, response] = await Promise.all([redact(open.prompt.text), redact(open.response.text)]);
  const clean = cleanTurn({ prompt: prompt.text, response: response.text });
  const kinds = [...`${clean.prompt}\n${clean.response}`.matchAll(REDACTED)].map((mark) => mark[1]!);
  const skip = clean.skip === 'empty' && open.prompt.count > 0 ? 'private' : clean.skip;
  return {
    prompt: clean.prompt,
    response: clean.response,
    redactions: kinds.length,
    redacted_kinds: [...new Set(kinds)].sort(),
    private_passages: open.prompt.count + open.response.count,
    ...(skip === undefined ? {} : { skip }),
  };
}
