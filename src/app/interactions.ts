import type { Interaction } from '../capture/interaction.ts';
import { idsBefore, listInteractions, removeInteractions } from '../capture/interaction-store.ts';
import { invalidInput } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { cutAtSentence } from '../core/text.ts';
import { type Act, appendHistory } from '../storage/history.ts';
import { markForScrub, scrub } from '../storage/scrub.ts';
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

/**
 * Removes turns that happened before a moment (ISO-8601 UTC), and every copy of them in the files of the database. What was made from
 * them and waits for review, or was accepted, stays. Answers how many went; none is no error.
 */
export async function pruneTurns(
  app: AtoCore,
  options: { before: string; project?: string | undefined },
  act: Act,
): Promise<{ removed: number; before: string; scrubbed: boolean }> {
  const { before } = options;
  const { snapshot } = readRegistry(app);
  const project = options.project === undefined ? undefined : snapshot.canonical(options.project) || null;
  return app.withStore(async (store) => {
    const removed = await store.write(() => {
      const count = removeInteractions(store.db, idsBefore(store.db, before, project));
      if (count === 0) return 0;
      markForScrub(store.db, act.at);
      const after = { removed: count, before, project: project ?? '' };
      appendHistory(
        store.db,
        { subject: 'interactions', project: project ?? '', action: 'pruned', before: null, after },
        act,
      );
      return count;
    });
    if (removed === 0) return { removed, before, scrubbed: true };
    try {
      await scrub(store, app.config.busy_timeout_ms);
      return { removed, before, scrubbed: true };
    } catch (error) {
      // The rows are gone; their copies go with the next upkeep, and `status` says so until then.
      app.log.warn({ err: error }, 'free pages of the database are not cleaned yet');
      return { removed, before, scrubbed: false };
    }
  });
}
