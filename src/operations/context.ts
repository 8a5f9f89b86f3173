import { z } from 'zod';
import { autoContext } from '../app/auto-context.ts';
import { detectFor } from '../app/detect.ts';
import { searchAll } from '../app/search-all.ts';
import { BAND_NAMES } from '../context/bands.ts';
import { LIMITS } from '../core/limits.ts';
import { defineOperation } from './operation.ts';
import {
  degradedSchema,
  degradedWhenAny,
  detectionSchema,
  evidenceFolder,
  projectName,
  promptText,
} from './schemas.ts';

const callerFolder = evidenceFolder
  .optional()
  .describe('Absolute working folder of the caller, as evidence for the project');

const entrySchema = z.object({
  ref: z.string().describe('Label in the text, such as S1'),
  uri: z.string(),
  title: z.string(),
  tier: z.string(),
  tokens: z.number(),
  score: z.number(),
  reason: z.string(),
  cut: z.boolean(),
  signals: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  source_hash: z.string().nullable(),
});

export const contextPackSchema = z.object({
  project: z.string().nullable(),
  detection: detectionSchema,
  context: z.string(),
  tokens: z.number(),
  budget_tokens: z.number(),
  bands: z.array(
    z.object({
      name: z.enum(BAND_NAMES),
      budget_tokens: z.number(),
      tokens: z.number(),
      entries: z.array(entrySchema),
    }),
  ),
  omitted: z.array(z.object({ ref: z.string(), band: z.string(), reason: z.string(), tokens: z.number() })),
  outranked: z.array(z.object({ ref: z.string(), by: z.string(), reason: z.string() })),
  degraded: degradedSchema,
  receipt: z.string(),
  duration_ms: z.number(),
});

export const autoContextOperation = defineOperation({
  name: 'auto_context',
  title: 'Context for a prompt',
  description:
    'Answers what the model should know before it works on a prompt: trusted project state, reviewed memories and the best passages of the project documents, within a token budget. Call it first, with the words of the user, whenever a task touches a project, a decision, a vendor, a requirement or a status.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({
    prompt: promptText.describe('The words of the user'),
    project: projectName.optional(),
    cwd: callerFolder,
    budget_tokens: z
      .number()
      .int()
      .min(LIMITS.budgetTokensMin)
      .max(LIMITS.budgetTokensMax)
      .optional()
      .describe('Default 2000'),
    explain: z.boolean().default(false).describe('Answer the structure too: scores, reasons, what was left out'),
  }),
  output: contextPackSchema,
  handler: (call, input) => autoContext(call.app, { ...input, cwd: input.cwd ?? call.cwd }),
});

export const detectProjectOperation = defineOperation({
  name: 'detect_project',
  title: 'Find the project of a prompt',
  description:
    'Says which registered project a prompt belongs to, with confidence and evidence; null when it is ambiguous or unknown.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({ prompt: promptText, cwd: callerFolder }),
  output: detectionSchema.extend({ degraded: degradedWhenAny }),
  handler: async (call, { prompt, cwd }) => {
    const { detection, degraded } = await call.app.withStore(async (store) =>
      detectFor(call.app, store, { prompt, cwd: cwd ?? call.cwd }),
    );
    return { ...detection, ...(degraded.length > 0 ? { degraded } : {}) };
  },
});

export const SEARCH_KINDS = ['document', 'memory', 'state'] as const;

export const searchOperation = defineOperation({
  name: 'search',
  title: 'Search documents, memories and state',
  description: 'Finds passages by words and meaning, in one project or in all. Every hit explains its score.',
  scope: 'read',
  readOnly: true,
  input: z.strictObject({
    query: z
      .string()
      .max(LIMITS.queryCharsMax)
      .refine((text) => text.trim() !== '', 'wanted: some text'),
    project: projectName.optional(),
    kinds: z.array(z.enum(SEARCH_KINDS)).max(SEARCH_KINDS.length).optional().describe('Default: all'),
    limit: z.number().int().min(1).max(LIMITS.searchResultsMax).default(10),
  }),
  output: z.object({
    hits: z.array(
      z.object({
        ref: z.string(),
        kind: z.enum(SEARCH_KINDS),
        project: z.string().nullable(),
        title: z.string(),
        path: z.string().nullable(),
        heading_path: z.array(z.string()),
        snippet: z.string(),
        score: z.number(),
        signals: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
      }),
    ),
    degraded: degradedSchema,
  }),
  handler: ({ app }, input) => searchAll(app, input),
});
