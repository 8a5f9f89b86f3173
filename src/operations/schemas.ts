import { z } from 'zod';
import { isoTime, parseTime } from '../core/clock.ts';
import { isAbsoluteAnywhere } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';

/** Input and output shapes that several operations share. */
export const projectName = z.string().max(LIMITS.aliasCharsMax).describe('Project id or any alias, in any letter case');
export const reasonText = z.string().trim().min(1).max(LIMITS.reasonCharsMax).describe('Why; kept in the history');
/**
 * The folder that a turn was recorded in. Relative to what, only the caller could say: here it would be the folder of the server.
 */
export const cwdText = z
  .string()
  .max(LIMITS.pathCharsMax)
  .refine((text) => text === '' || isAbsoluteAnywhere(text), 'wanted: an absolute folder');
/** The same where a folder is evidence and nothing more: a relative one is passed over and named as a degradation. */
export const evidenceFolder = z.string().max(LIMITS.pathCharsMax);
/** A day or a time that exists; the operation gets it in UTC. */
export const timeText = z
  .string()
  .max(40)
  .refine((text) => parseTime(text) !== undefined, 'wanted: a date that exists (2026-03-02) or an ISO-8601 time')
  .transform((text) => isoTime(parseTime(text)!));
export const listLimit = z.number().int().min(1).max(LIMITS.listResultsMax).default(100);
export const promptText = z
  .string()
  .max(LIMITS.promptCharsMax)
  .refine((text) => text.trim() !== '', 'wanted: some text');

export const degradedSchema = z.array(z.object({ component: z.string(), reason: z.string() }));
/** For answers that name what is missing only when something is. */
export const degradedWhenAny = degradedSchema.optional();
export const candidateSchema = z.object({
  project: z.string(),
  confidence: z.number(),
  evidence: z.array(z.object({ signal: z.string(), detail: z.string() })),
});
export const detectionSchema = z.object({
  project: z.string().nullable(),
  confidence: z.number(),
  candidates: z.array(candidateSchema),
});
