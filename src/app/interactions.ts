import type { Interaction } from '../capture/interaction.ts';
import { listInteractions } from '../capture/interaction-store.ts';
import { invalidInput } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { cutAtSentence } from '../core/text.ts';
import type { AtoCore } from './atocore.ts';
import { readRegistry } from './read-registry.ts';

const LIST_DEFAULT = 100;
/** Lists are for finding a turn; one whole turn may be as long as 500 of these. */
const SHOWN_CHARS_MAX = 400;

/**
 * Captured turns, newest first, with their texts shortened. Any name of a project finds them (case C01), the empty one those without a
 * project. Throws INVALID_INPUT for a limit out of range.
 */
export async function listTurns(
  app: AtoCore,
  filter: { project?: string | undefined; limit?: number | undefined },
): Promise<{ interactions: Interaction[]; degraded?: { component: string; reason: string }[] }> {
  const { limit = LIST_DEFAULT } = filter;
  if (limit < 1 || limit > LIMITS.listResultsMax)
    throw invalidInput(`interaction list: limit = ${limit}.`, `Wanted: 1 to ${LIMITS.listResultsMax}.`);
  const { snapshot, named } = readRegistry(app);
  const project = filter.project === undefined ? undefined : snapshot.canonical(filter.project) || null;
  return app.withStore(async (store) => ({
    interactions: listInteractions(store.db, { project, limit }).map((turn) => ({
      ...turn,
      prompt: cutAtSentence(turn.prompt, SHOWN_CHARS_MAX),
      response: cutAtSentence(turn.response, SHOWN_CHARS_MAX),
    })),
    ...named,
  }));
}
