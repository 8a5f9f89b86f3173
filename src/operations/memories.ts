import { z } from 'zod';
import { addMemory } from '../app/add-memory.ts';
import { readRegistry } from '../app/read-registry.ts';
import { reviseAndReview } from '../app/review.ts';
import { LIMITS } from '../core/limits.ts';
import { splitOutranked, stateUri } from '../memory/conflicts.ts';
import {
  type Memory,
  memoryContentSchema,
  memorySchema,
  memoryStatusSchema,
  memoryTypeSchema,
  tagsSchema,
} from '../memory/memory.ts';
import { listMemories } from '../memory/memory-store.ts';
import { listState } from '../state/state-store.ts';
import type { Database } from '../storage/database.ts';
import { actOf } from './acting.ts';
import { defineOperation } from './operation.ts';
import { PLAIN_DOCUMENT, PLAIN_WORDS } from './plain-names.ts';
import { degradedWhenAny, listLimit, projectName, reasonText, timeText } from './schemas.ts';

export const addMemoryOperation = defineOperation({
  name: 'add_memory',
  title: 'Add a memory',
  description:
    'Keeps one distilled fact. From an agent it becomes a candidate that a person reviews; nothing unreviewed is ever shown as true. Use it when the user states something worth keeping.',
  scope: 'write',
  readOnly: false,
  verbatim: ['project'],
  plain: { tags: PLAIN_WORDS, source: PLAIN_DOCUMENT },
  input: z.strictObject({
    content: memoryContentSchema,
    type: memoryTypeSchema,
    project: projectName.optional().describe('Id or alias; empty for the global scope'),
    tags: tagsSchema.optional(),
    valid_until: timeText.optional().describe('After this instant it is never shown'),
    source: z.string().max(1_024).optional().describe('Where it comes from'),
  }),
  output: z.object({
    memory: memorySchema,
    duplicate_of: z.string().optional(),
    conflicts: z.array(z.object({ ref: z.string(), reason: z.string() })),
    review_item: z.string().optional(),
  }),
  handler: (call, input) =>
    addMemory(call.app, input, { byPerson: call.principal.kind === 'person', act: actOf(call, 'added') }),
});

const listedMemorySchema = memorySchema.extend({
  outranked_by: z
    .string()
    .optional()
    .describe('Entry of trusted state that says otherwise: the memory is active, but in no pack'),
});

/** Adds to each active memory the entry of trusted state of its project that contradicts it. */
function nameOutranking(db: Database, memories: readonly Memory[]): z.output<typeof listedMemorySchema>[] {
  const active = memories.filter(({ status, project }) => status === 'active' && project !== '');
  const state = [...new Set(active.map(({ project }) => project))].flatMap((project) => listState(db, project));
  const outranking = new Map(splitOutranked(active, state).outranked.map(({ memory, entry }) => [memory.id, entry]));
  return memories.map((memory) => {
    const entry = outranking.get(memory.id);
    return entry === undefined ? memory : { ...memory, outranked_by: stateUri(entry) };
  });
}

export const listMemoriesOperation = defineOperation({
  name: 'list_memories',
  title: 'List memories',
  description: 'Lists memories by project, type, status or words. Without a project it lists all scopes.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({
    project: projectName.optional(),
    type: memoryTypeSchema.optional(),
    status: memoryStatusSchema.optional(),
    tag: z.string().max(LIMITS.tagCharsMax).optional(),
    query: z.string().max(LIMITS.queryCharsMax).optional(),
    limit: listLimit,
  }),
  output: z.object({ memories: z.array(listedMemorySchema), degraded: degradedWhenAny }),
  handler: ({ app }, { project, ...filter }) => {
    const { snapshot, named } = readRegistry(app);
    const scope = project === undefined ? {} : { project: snapshot.canonical(project) };
    return app.withStore(async ({ db }) => ({
      memories: nameOutranking(db, listMemories(db, { ...filter, ...scope })),
      ...named,
    }));
  },
});

export const reviseMemoryOperation = defineOperation({
  name: 'revise_memory',
  title: 'Revise a memory',
  description:
    'Supersedes (with new content), invalidates or expires one memory by its id. Never deletes; the history keeps the reason.',
  scope: 'write',
  readOnly: false,
  idempotent: true,
  verbatim: ['id'],
  input: z.strictObject({
    id: z.string().max(64),
    action: z.enum(['supersede', 'invalidate', 'expire']),
    content: memoryContentSchema.optional().describe('What replaces it, for supersede'),
    reason: reasonText,
  }),
  output: z.object({ memory: memorySchema, successor: memorySchema.optional(), history_id: z.number() }),
  handler: async (call, { reason, ...revision }) => {
    const byPerson = call.principal.kind === 'person';
    const { historyId, ...result } = await reviseAndReview(call.app, revision, { byPerson, act: actOf(call, reason) });
    return { ...result, history_id: historyId };
  },
});
