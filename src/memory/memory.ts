import { z } from 'zod';
import { LIMITS } from '../core/limits.ts';
import { words } from '../core/text.ts';

export const MEMORY_TYPES = ['identity', 'preference', 'project', 'episodic', 'knowledge', 'adaptation'] as const;
export const memoryTypeSchema = z.enum(MEMORY_TYPES);
export type MemoryType = z.output<typeof memoryTypeSchema>;

export const MEMORY_STATUSES = ['candidate', 'active', 'superseded', 'invalid'] as const;
export const memoryStatusSchema = z.enum(MEMORY_STATUSES);
export type MemoryStatus = z.output<typeof memoryStatusSchema>;

export const memoryContentSchema = z
  .string()
  .trim()
  .min(LIMITS.memoryCharsMin)
  .max(LIMITS.memoryCharsMax)
  .describe('One fact in plain words, 8 to 2000 characters');
export const tagsSchema = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(LIMITS.tagCharsMax)
      .regex(/^[^\s,]+$/, 'wanted: one word'),
  )
  .max(LIMITS.tagsMax);

/** A distilled fact. `project` is empty for the global scope; `confidence` is 0 to 1. */
export const memorySchema = z.object({
  id: z.string(),
  project: z.string(),
  type: memoryTypeSchema,
  status: memoryStatusSchema,
  content: z.string(),
  tags: z.array(z.string()),
  confidence: z.number(),
  source: z.string().nullable(),
  provenance: z.record(z.string(), z.unknown()),
  supersedes: z.string().nullable(),
  reference_count: z.number(),
  last_referenced_at: z.string().nullable(),
  valid_until: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Memory = z.output<typeof memorySchema>;

/** What a person wrote starts high; reinforcement raises it, decay lowers it. */
export const CONFIDENCE_BY_PERSON = 0.8;
export const CONFIDENCE_OF_CANDIDATE = 0.5;

/** The band of a context pack that a type belongs to. */
export function bandOf(type: MemoryType): 'user' | 'project' | 'knowledge' {
  if (type === 'identity' || type === 'preference') return 'user';
  return type === 'knowledge' ? 'knowledge' : 'project';
}

/** The form in which two memories are compared for being the same: folded words only. */
export function normalizeContent(content: string): string {
  return words(content).join(' ');
}

/** Whether a memory is out of date at `now`: the comparison is between instants, not texts (cases C19 and C23). */
export function isExpired(memory: { valid_until: string | null }, now: Date): boolean {
  return memory.valid_until !== null && Date.parse(memory.valid_until) <= now.getTime();
}

/** Tags are matched whole and in any letter case: `prod` never matches `production` (case C17). */
export function hasTag(memory: { tags: readonly string[] }, tag: string): boolean {
  const wanted = tag.toLowerCase();
  return memory.tags.some((known) => known.toLowerCase() === wanted);
}

/** Which status an action leads to, or undefined when the present status does not allow it. */
export function nextStatus(
  status: MemoryStatus,
  action: 'supersede' | 'invalidate' | 'expire',
): MemoryStatus | undefined {
  if (status !== 'active' && status !== 'candidate') return undefined;
  if (action === 'supersede') return status === 'active' ? 'superseded' : undefined;
  return action === 'invalidate' ? 'invalid' : status;
}
