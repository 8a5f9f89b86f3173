import { z } from 'zod';
import { LIMITS } from '../core/limits.ts';

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
