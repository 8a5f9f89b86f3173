import { z } from 'zod';
import { LIMITS } from '../core/limits.ts';

export const STATE_CATEGORIES = [
  'status',
  'decision',
  'requirement',
  'constraint',
  'contact',
  'milestone',
  'fact',
  'config',
  'next_focus',
  'summary',
] as const;
export const stateCategorySchema = z.enum(STATE_CATEGORIES);
export type StateCategory = z.output<typeof stateCategorySchema>;

export const stateKeySchema = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.stateKeyCharsMax)
  .regex(/^[^\p{C}]+$/u, 'wanted: one line without control characters')
  .describe('Short name of the fact inside its category, such as optics-vendor');
export const stateValueSchema = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.stateValueCharsMax)
  .describe('The fact, in one or two sentences');

/** One approved fact of a project. Identity: project, category and key (letter case does not matter); the id names one version. */
export const stateEntrySchema = z.object({
  id: z.string(),
  project: z.string(),
  category: stateCategorySchema,
  key: z.string(),
  value: z.string(),
  status: z.enum(['active', 'superseded', 'invalid']),
  reason: z.string(),
  sources: z.array(z.string()),
  approved_by: z.string(),
  since: z.string(),
  until: z.string().nullable(),
});
export type StateEntry = z.output<typeof stateEntrySchema>;
