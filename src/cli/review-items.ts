import { invalidInput } from '../core/errors.ts';
import type { CliSession } from './session.ts';

/** A review item as `list_review` answers it. */
export interface Item {
  id: string;
  kind: string;
  project: string;
  created_at: string;
  title: string;
  content: string;
  proposal: Record<string, unknown>;
  evidence: string;
  quote: string | null;
  stale: string | null;
  group: string | null;
}

export interface Queue {
  items: Item[];
  counts: Record<string, number>;
  pending: number;
  oldest: string | null;
}

/** Takes a decision back as the person at this terminal. */
export async function undo(session: CliSession, id: string, reason: unknown = 'taken back'): Promise<Item> {
  if (typeof reason !== 'string' || reason.trim() === '') throw invalidInput('The reason is empty.', 'Give a reason.');
  const { undoDecision } = await import('../app/review.ts');
  const { isoTime } = await import('../core/clock.ts');
  const { redact } = await import('../redaction/redact.ts');
  const app = await session.app();
  const act = {
    actor: `person:${session.personName}`,
    reason: (await redact(reason)).text,
    at: isoTime(app.clock.now()),
  };
  return (await undoDecision(app, id, act)) as Item;
}
