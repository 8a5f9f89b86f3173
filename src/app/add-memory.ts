import { CONFIDENCE_BY_PERSON, CONFIDENCE_OF_CANDIDATE, type Memory, type MemoryType } from '../memory/memory.ts';
import { findTwin, insertMemory } from '../memory/memory-store.ts';
import { isReservedName } from '../projects/project.ts';
import type { Act } from '../storage/history.ts';
import type { AtoCore } from './atocore.ts';

export interface NewMemoryInput {
  content: string;
  type: MemoryType;
  project?: string | undefined;
  tags?: string[] | undefined;
  valid_until?: string | undefined;
  source?: string | undefined;
}

export interface AddedMemory {
  memory: Memory;
  duplicate_of?: string;
  conflicts: { ref: string; reason: string }[];
}

/**
 * Adds a memory: active when a person adds it, else a candidate. The same words with the same status are not stored twice: the answer
 * is the one that is there. A candidate beside its active twin is allowed (case C26). Throws UNKNOWN_PROJECT with near names.
 */
export async function addMemory(
  app: AtoCore,
  input: NewMemoryInput,
  options: { byPerson: boolean; act: Act },
): Promise<AddedMemory> {
  const project = resolveScope(app, input.project);
  const status = options.byPerson ? 'active' : 'candidate';
  return app.withStore((store) =>
    store.write(() => {
      const wanted = { content: input.content, type: input.type, project };
      const twin = findTwin(store.db, wanted, status);
      if (twin) return { memory: twin, duplicate_of: twin.id, conflicts: [] };
      const activeTwin = status === 'candidate' ? findTwin(store.db, wanted, 'active') : undefined;
      const memory = insertMemory(
        store.db,
        {
          ...wanted,
          status,
          confidence: options.byPerson ? CONFIDENCE_BY_PERSON : CONFIDENCE_OF_CANDIDATE,
          tags: input.tags ?? [],
          valid_until: input.valid_until ?? null,
          source: input.source ?? null,
        },
        options.act,
      );
      return { memory, ...(activeTwin ? { duplicate_of: activeTwin.id } : {}), conflicts: [] };
    }),
  );
}

/** The canonical id of a write's project; empty, absent and `inbox` are the global scope. Throws UNKNOWN_PROJECT (case C03). */
export function resolveScope(app: AtoCore, name: string | undefined): string {
  if (name === undefined || isReservedName(name)) return '';
  return app.registry.load().get(name).id;
}
