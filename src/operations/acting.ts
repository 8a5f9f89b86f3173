import { isoTime } from '../core/clock.ts';
import type { Act } from '../storage/history.ts';
import type { Call } from './operation.ts';

/** The history side of a call: who did it, why and when. */
export function actOf(call: Call, reason: string): Act {
  return { actor: `${call.principal.kind}:${call.principal.name}`, reason, at: isoTime(call.app.clock.now()) };
}

/** Quotes one argument for a command line that a person can paste. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
