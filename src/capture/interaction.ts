import { z } from 'zod';
import { LIMITS } from '../core/limits.ts';
import { removePrivate } from './private-marks.ts';
import { redact } from './redact.ts';
import { cleanTurn, type RawTurn, type SkipReason } from './turn.ts';

/** Which project detection saw in a turn, and what else it might have been. */
const routingSchema = z.object({
  confidence: z.number().optional(),
  candidates: z
    .array(
      z.object({
        project: z.string(),
        confidence: z.number(),
        evidence: z.array(z.object({ signal: z.string(), detail: z.string() })),
      }),
    )
    .optional(),
});
export type Routing = z.output<typeof routingSchema>;

/** One captured turn. `project` is null when none could be told for sure; `captured_at` is the moment of the turn. */
export const interactionSchema = z.object({
  id: z.string(),
  project: z.string().nullable(),
  client: z.string(),
  session_id: z.string(),
  turn_id: z.string(),
  prompt: z.string(),
  response: z.string(),
  cwd: z.string().nullable(),
  redactions: z.number().describe('Secrets that were replaced by [redacted:<kind>]'),
  redacted_kinds: z.array(z.string()),
  private_passages: z.number().describe('Passages between <private> marks that were left out'),
  routing: routingSchema,
  captured_at: z.string(),
  extracted_by: z.string().nullable().describe('Extractor that has read it; null while none has'),
  reinforced_at: z.string().nullable(),
});
export type Interaction = z.output<typeof interactionSchema>;

/** The address of an interaction. */
export function interactionUri(id: string): string {
  return `atocore://interactions/${id}`;
}

/** A turn as it may be stored; with `skip` it must not be. */
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

/** Any name that a program would give itself; it becomes part of the key of a turn. */
export const clientName = z
  .string()
  .max(LIMITS.clientNameCharsMax)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:/@+ -]*$/u, 'wanted: a name such as claude-code');
/** An id that a client gave, without control characters. */
export const clientId = z
  .string()
  .min(1)
  .max(LIMITS.sessionIdCharsMax)
  .regex(/^\P{Cc}*$/u, 'wanted: no control characters');
