import { z } from 'zod';
import { LIMITS } from '../core/limits.ts';
import { cronProblem } from './cron.ts';

const ratio = z.coerce.number().min(0).max(1);
const factor = z.coerce.number().min(0).max(10);
const flag = z
  .union([z.boolean(), z.enum(['0', '1', 'true', 'false'])])
  .transform((v) => v === true || v === '1' || v === 'true');
const list = z
  .union([z.array(z.string()), z.string().transform((v) => v.split(',').map((item) => item.trim()))])
  .transform((v) => v.filter(Boolean));
const text = z.string().min(1).max(4_096);

/** An address of a service. No credentials in it: addresses end up in messages and logs. */
const address = z.url({ protocol: /^https?$/ }).refine((value) => {
  // What is no address at all has been told by the first check.
  const url = URL.parse(value);
  return !url?.username && !url?.password;
}, 'names a user or a password, which belong into the token');

/** A cron expression in UTC; what switches it off is kept as `off`. */
const schedule = z
  .string()
  .max(120)
  .transform((value, issues) => {
    const expression = value.trim();
    if (expression === '' || expression.toLowerCase() === 'off') return 'off';
    const problem = cronProblem(expression);
    if (problem) issues.addIssue({ code: 'custom', message: `not a cron expression: ${problem}` });
    return expression;
  });

/** `name=/abs/path,...` or an object of the same: named, read-only roots. */
const sources = z.union([
  z.record(z.string(), z.string()),
  z.string().transform((value, issues) => {
    const named: Record<string, string> = {};
    for (const part of value.split(',').filter((item) => item.trim() !== '')) {
      const at = part.indexOf('=');
      if (at < 1) issues.addIssue({ code: 'custom', message: `"${part}" is not name=/absolute/path` });
      else named[part.slice(0, at).trim()] = part.slice(at + 1).trim();
    }
    return named;
  }),
]);

/**
 * Every configuration value once: its type, range, default and meaning. The environment variable of a key is `ATOCORE_` and the
 * key in upper case; the key itself is what `config/atocore.json` holds. `home` can only come from a flag or the environment.
 */
export const CONFIG_FIELDS = {
  home: text.describe('Root of all state. Default ~/.atocore'),
  db_path: text.optional().describe('Database file. Default <home>/data/db/atocore.db'),
  vector_uri: text
    .optional()
    .describe('Vector store: a folder, s3://, gs://, az:// or db:// address. Default <home>/data/lancedb'),
  backup_dir: text.optional().describe('Folder of the snapshots. Default <home>/backups/snapshots'),
  registry_path: text.optional().describe('Project registry. Default <home>/config/project-registry.json'),
  sources: sources.default({}).describe('More named read-only roots beside vault and drive: name=/abs/path,...'),
  host: text.default('127.0.0.1').describe('HTTP bind address. Beyond loopback a token must be configured'),
  port: z.coerce.number().int().min(0).max(65_535).default(8100).describe('HTTP port; 0 takes a free one'),
  allowed_hosts: list.default([]).describe('Extra Host header values accepted, comma-separated'),
  allowed_origins: list.default([]).describe('Extra Origin header values accepted, comma-separated'),
  url: address.optional().describe('Client side: talk to that service instead of the local home'),
  token: text.optional().describe('Client side: bearer token for that service (secret)'),
  stdio_scope: z.enum(['read', 'write', 'admin']).default('admin').describe('What a local stdio client may do'),
  busy_timeout_ms: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe('How long a write waits for another process, in milliseconds'),
  embedder: z
    .string()
    .regex(/^(bundled|none|transformers:.+)$/, 'wanted: bundled, none or transformers:<model id or folder>')
    .default('bundled')
    .describe('bundled (offline), transformers:<model id or folder>, or none (lexical only)'),
  budget_tokens: z.coerce
    .number()
    .int()
    .min(LIMITS.budgetTokensMin)
    .max(LIMITS.budgetTokensMax)
    .default(2_000)
    .describe('Default budget of a context pack, in tokens'),
  band_state: ratio.default(0.2).describe('Share of the budget for trusted project state'),
  band_user: ratio.default(0.05).describe('Share for identity and preference memories'),
  band_project: ratio.default(0.15).describe('Share for project memories'),
  band_knowledge: ratio.default(0.1).describe('Share for knowledge memories'),
  band_documents: ratio.default(0.5).describe('Share for document chunks; unspent shares of the bands above flow down'),
  band_entry_max: ratio.default(0.5).describe('Largest share of its band that one entry may take'),
  rank_semantic: factor
    .optional()
    .describe('Weight of the semantic score beside the lexical one. Default: what the embedder recommends'),
  rank_high_signal: factor.default(1.1).describe('Factor for chunks of status, decision, requirement, ... documents'),
  rank_low_signal: factor.default(0.6).describe('Factor for chunks under archive, history and review paths'),
  rank_drive: factor.default(1.02).describe('Factor for chunks of the source named drive'),
  capture_disabled: flag.default(false).describe('Kill switch of the capture hook'),
  context_disabled: flag.default(false).describe('Kill switch of the prompt hook'),
  backup_schedule: schedule
    .optional()
    .describe(
      'Cron expression (UTC) of snapshots made by serve, such as 15 3 * * *; off switches it off. Default: daily',
    ),
  drill_schedule: schedule
    .optional()
    .describe('Cron expression (UTC) of restore drills made by serve; off switches it off. Default: weekly'),
  backup_remote: text
    .optional()
    .describe('Off-host target of snapshots, an rsync destination or a folder; serve pushes each scheduled one there'),
  backup_passphrase_file: text
    .optional()
    .describe(
      'File whose first line is a passphrase: pushed snapshots are encrypted with it, one <stamp>.tar.age each. Default: not encrypted',
    ),
  receipt_days: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe('How long receipts of context packs are kept, in days'),
  review_cap: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe(
      'How many candidates and proposals of one project may wait for review; beyond it the oldest untouched expires',
    ),
  review_expiry_days: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(60)
    .describe('How long an untouched candidate or proposal waits for review before it expires, in days'),
  extractor: z
    .enum(['rules', 'model', 'none'])
    .default('rules')
    .describe(
      'What looks for candidates in captured turns: rules (on this machine), model (an OpenAI-compatible endpoint) or none',
    ),
  extractor_url: address
    .optional()
    .describe(
      'Base address of the endpoint for extractor=model, such as http://127.0.0.1:11434/v1; turns are sent there',
    ),
  extractor_model: z.string().min(1).max(200).optional().describe('Name of the model for extractor=model'),
  extractor_key: text.optional().describe('Bearer key of that endpoint, when it wants one (secret)'),
  build_sha: z.string().max(120).default('unknown').describe('Commit of this build'),
  build_time: z.string().max(120).default('unknown').describe('Time of this build'),
  build_branch: z.string().max(120).default('unknown').describe('Branch of this build'),
  log_level: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('Least level that is logged, as JSON lines on stderr'),
} as const;

export const configSchema = z.strictObject(CONFIG_FIELDS);
export type ConfigValues = z.output<typeof configSchema>;
export type ConfigKey = keyof ConfigValues;

/** Keys whose value `config show` masks. */
export const SECRET_KEYS: ReadonlySet<ConfigKey> = new Set(['token', 'extractor_key']);
