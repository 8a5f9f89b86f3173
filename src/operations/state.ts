import { z } from 'zod';
import { readRegistry } from '../app/read-registry.ts';
import { setTrustedState } from '../app/review.ts';
import { oneLine } from '../context/defuse.ts';
import { stateCategorySchema, stateEntrySchema, stateKeySchema, stateValueSchema } from '../state/entry.ts';
import { listState, removeState } from '../state/state-store.ts';
import { actOf, shellQuote } from './acting.ts';
import { type Call, defineOperation } from './operation.ts';
import { PLAIN_DOCUMENT, PLAIN_WORDS } from './plain-names.ts';
import { degradedWhenAny, projectName, reasonText, timeText } from './schemas.ts';

const sources = z
  .array(z.string().max(1_024))
  .max(32)
  .optional()
  .describe('Where the fact comes from: references or addresses');

/** The id of a registered project under any of its names; NOT_FOUND with the near names otherwise, before anybody is asked. */
const projectId = (call: Call, name: string) => call.app.registry.load().get(name).id;

export const listStateOperation = defineOperation({
  name: 'list_state',
  title: 'List trusted state',
  description: 'The facts that a person approved for a project; with as_of those that were in force at that time.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({ project: projectName, category: stateCategorySchema.optional(), as_of: timeText.optional() }),
  output: z.object({ entries: z.array(stateEntrySchema), degraded: degradedWhenAny }),
  handler: ({ app }, { project, category, as_of }) => {
    const { snapshot, named } = readRegistry(app);
    return app.withStore(async (store) => ({
      entries: listState(store.db, snapshot.canonical(project), { category, asOf: as_of }),
      ...named,
    }));
  },
});

export const setStateOperation = defineOperation({
  name: 'set_state',
  title: 'Set trusted state',
  description: 'Sets one approved fact of a project. Only a person may do this; agents use propose_state.',
  scope: 'admin',
  readOnly: false,
  idempotent: true,
  verbatim: ['project'],
  plain: { key: PLAIN_WORDS, sources: PLAIN_DOCUMENT },
  namedBy: { value: 'key' },
  person: ({ project, category, key, value, reason }, call) => ({
    question: `Set trusted state of ${projectId(call, project)}: ${category} · ${oneLine(key)} = "${oneLine(value)}"? Reason: ${oneLine(reason)}`,
    command: `atocore state set ${[project, category, key, value].map(shellQuote).join(' ')} --reason ${shellQuote(reason)}`,
    page: '/#state',
  }),
  input: z.strictObject({
    project: projectName,
    category: stateCategorySchema,
    key: stateKeySchema,
    value: stateValueSchema,
    reason: reasonText,
    sources,
  }),
  output: z.object({ entry: stateEntrySchema, superseded: stateEntrySchema.optional() }),
  handler: (call, { project, reason, ...write }) => {
    const id = projectId(call, project);
    return setTrustedState(call.app, { ...write, project: id, sources: write.sources ?? [] }, actOf(call, reason));
  },
});

export const removeStateOperation = defineOperation({
  name: 'remove_state',
  title: 'Remove trusted state',
  description: 'Takes one approved fact out of force; its history stays. Only a person may do this.',
  scope: 'admin',
  readOnly: false,
  verbatim: ['project', 'key'],
  person: ({ project, category, key, reason }, call) => ({
    question: `Remove trusted state of ${projectId(call, project)}: ${category} · ${oneLine(key)}? Reason: ${oneLine(reason)}`,
    command: `atocore state remove ${[project, category, key].map(shellQuote).join(' ')} --reason ${shellQuote(reason)}`,
    page: '/#state',
  }),
  input: z.strictObject({
    project: projectName,
    category: stateCategorySchema,
    key: stateKeySchema,
    reason: reasonText,
  }),
  output: z.object({ entry: stateEntrySchema }),
  handler: (call, { project, category, key, reason }) => {
    const id = projectId(call, project);
    return call.app.withStore((store) =>
      store.write(() => ({ entry: removeState(store.db, id, category, key, actOf(call, reason)) })),
    );
  },
});
