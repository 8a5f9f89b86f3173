import { z } from 'zod';
import { ERROR_TABLE, type ErrorCode } from '../core/errors.ts';

/** One thing that the doctor looked at. */
export const findingSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  /** What to do next; null when nothing is to do. */
  hint: z.string().nullable(),
  /** What a failing check means, one of the error codes; null when it is ok. */
  code: z.enum(Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]]).nullable(),
  /** Whether `--repair` mends it. */
  repairable: z.boolean(),
});
export type Finding = z.output<typeof findingSchema>;

export function sound(name: string, detail: string): Finding {
  return { name, ok: true, detail, hint: null, code: null, repairable: false };
}

export function ailing(name: string, code: ErrorCode, detail: string, hint: string, repairable = false): Finding {
  return { name, ok: false, detail, hint, code, repairable };
}

export const REPAIR_HINT = '`atocore doctor --repair` mends it.';
