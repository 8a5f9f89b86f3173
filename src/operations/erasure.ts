import { z } from 'zod';
import { deleteData, resolveRef } from '../app/delete-data.ts';
import { invalidInput } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { actOf, shellQuote } from './acting.ts';
import { defineOperation } from './operation.ts';
import { reasonText } from './schemas.ts';

export const deleteDataOperation = defineOperation({
  name: 'delete_data',
  title: 'Erase for good',
  description:
    'Erases interactions, memories or documents for good: rows, full text, vectors, review queue, receipts and free pages. Only a person may do it; it cannot be undone.',
  scope: 'admin',
  readOnly: false,
  verbatim: ['refs'],
  destructive: true,
  person: async ({ refs, reason, confirm }, { app }) => {
    if (!confirm) return undefined;
    // Nobody is asked about what is not there.
    await app.withStore(async ({ db }) => refs.map((ref) => resolveRef(db, ref)));
    return {
      question: `Erase for good, without a way back: ${refs.join(', ')}?`,
      command: `atocore delete ${refs.map(shellQuote).join(' ')} --reason ${shellQuote(reason)} --confirm`,
      page: '/#projects',
    };
  },
  input: z.strictObject({
    refs: z
      .array(z.string().min(1).max(2_048))
      .min(1)
      .max(LIMITS.erasedRefsMax)
      .describe('Ids or atocore:// addresses of interactions, memories or documents, or source:path of documents'),
    reason: reasonText,
    confirm: z.boolean().default(false).describe('Must be true'),
  }),
  output: z.object({
    counts: z.object({
      interactions: z.number(),
      memories: z.number(),
      documents: z.number(),
      chunks: z.number(),
      vectors: z.number(),
      review_items: z.number(),
      receipts: z.number(),
    }),
    kept: z.array(z.object({ ref: z.string(), reason: z.string() })).describe('What still holds or names it'),
    scrubbed: z.boolean().describe('No copy is left in the files of the database'),
  }),
  handler: (call, { refs, reason, confirm }) => {
    if (!confirm)
      throw invalidInput(
        `delete_data: confirm = false; ${refs.length} reference${refs.length === 1 ? '' : 's'} would be erased for good.`,
        'Pass confirm (on the command line --confirm) when that is what you want.',
      );
    return deleteData(call.app, refs, actOf(call, reason));
  },
});
