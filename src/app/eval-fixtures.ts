import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config/load.ts';
import { isoTime, parseTime } from '../core/clock.ts';
import { AtoError, invalidInput } from '../core/errors.ts';
import { makeFolder } from '../core/files.ts';
import { withoutMark } from '../core/json.ts';
import { LIMITS } from '../core/limits.ts';
import { isExpired, memoryContentSchema, memoryStatusSchema, memoryTypeSchema, tagsSchema } from '../memory/memory.ts';
import { getMemory, insertMemory, updateMemory } from '../memory/memory-store.ts';
import { stateCategorySchema, stateKeySchema, stateValueSchema } from '../state/entry.ts';
import { setState } from '../state/state-store.ts';
import { sql } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import type { Store } from '../storage/store.ts';
import { resolveScope } from './add-memory.ts';
import { type AtoCore, createAtoCore } from './atocore.ts';
import { autoContext } from './auto-context.ts';
import { fillIndex } from './eval-beir.ts';
import { refreshAndIndex } from './refresh.ts';

const caseSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  prompt: z.string().min(1).max(LIMITS.promptCharsMax),
  project: z.string().optional(),
  expect_present: z.array(z.string().min(1)).default([]),
  expect_absent: z.array(z.string().min(1)).default([]),
  budget_tokens: z.number().int().min(LIMITS.budgetTokensMin).max(LIMITS.budgetTokensMax).optional(),
  /** `content_gap`: nothing holds the answer, so the case must fail, as a gap. */
  kind: z.enum(['content_gap', 'ranking']).optional(),
});
const casesSchema = z.object({ cases: z.array(caseSchema).min(1) });
type EvalCase = z.output<typeof caseSchema>;

const memoriesSchema = z.array(
  z.object({
    content: memoryContentSchema,
    type: memoryTypeSchema,
    project: z.string().default(''),
    status: memoryStatusSchema.default('active'),
    confidence: z.number().min(0).max(1).default(0.8),
    tags: tagsSchema.default([]),
    valid_until: z
      .string()
      .refine((text) => parseTime(text) !== undefined, 'wanted: a date that exists (2026-03-02) or an ISO-8601 time')
      .nullish(),
  }),
);
const stateSchema = z.array(
  z.object({
    project: z.string(),
    category: stateCategorySchema,
    key: stateKeySchema,
    value: stateValueSchema,
    reason: z.string().min(1),
  }),
);

export interface FixtureFailure {
  id: string;
  name: string;
  /** `content_gap`: no ingested chunk, shown memory or state entry holds the missing text; `ranking`: one does (case C18). */
  kind: 'content_gap' | 'ranking';
  missing: string[];
  present_but_forbidden: string[];
}

export interface FixtureReport {
  set: string;
  passed: number;
  failed: number;
  /** Failures of cases that say themselves that nothing holds their answer, and that nothing does. */
  expected_gaps: number;
  cases: number;
  failures: FixtureFailure[];
}

/**
 * Asks every case of a fixtures file with the product's own ingestion, memories and packs in a scratch home, which is removed
 * afterwards. `registry.json`, `memories.json`, `state.json`, `vault/` and `drive/` beside the file are loaded when they are there.
 */
export async function evalFixtures(
  file: string,
  config: Config,
  progress?: (done: number, total: number) => void,
): Promise<FixtureReport> {
  const { cases } = readJson(file, casesSchema);
  const folder = dirname(file);
  const scratch = mkdtempSync(join(tmpdir(), 'atocore-eval-'));
  const app = createAtoCore(scratchConfig(config, scratch, folder));
  try {
    await loadFixtures(app, folder, join(scratch, 'config'));
    const failures: FixtureFailure[] = [];
    for (const [at, wanted] of cases.entries()) {
      const failure = await askCase(app, wanted);
      if (failure) failures.push(failure);
      progress?.(at + 1, cases.length);
    }
    const gaps = new Set(cases.filter((known) => known.kind === 'content_gap').map((known) => known.id));
    return {
      set: basename(folder),
      passed: cases.length - failures.length,
      failed: failures.length,
      expected_gaps: failures.filter(({ id, kind }) => kind === 'content_gap' && gaps.has(id)).length,
      cases: cases.length,
      failures,
    };
  } finally {
    await app.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function scratchConfig(config: Config, scratch: string, folder: string): Config {
  return {
    ...config,
    home: scratch,
    db_path: join(scratch, 'atocore.db'),
    vector_uri: join(scratch, 'lancedb'),
    registry_path: join(scratch, 'config', 'project-registry.json'),
    sources: { vault: join(folder, 'vault'), drive: join(folder, 'drive') },
  };
}

async function loadFixtures(app: AtoCore, folder: string, configFolder: string): Promise<void> {
  const registry = join(folder, 'registry.json');
  if (existsSync(registry)) {
    makeFolder(configFolder);
    copyFileSync(registry, app.config.registry_path);
  }
  for (const project of app.registry.load().projects) await refreshAndIndex(app, project);
  if (app.config.embedder !== 'none') await fillIndex(app, undefined);
  const act: Act = { actor: 'person:eval', reason: 'fixture', at: isoTime(app.clock.now()) };
  await app.withStore((store) =>
    store.write(() => {
      loadMemories(app, store, join(folder, 'memories.json'), act);
      loadState(app, store, join(folder, 'state.json'), act);
    }),
  );
}

function loadMemories(app: AtoCore, store: Store, file: string, act: Act): void {
  if (!existsSync(file)) return;
  for (const { status, project, valid_until, ...rest } of readJson(file, memoriesSchema)) {
    const fresh = { ...rest, project: resolveScope(app, project), valid_until: valid_until ?? null };
    const open = status === 'candidate' ? 'candidate' : 'active';
    const { id } = insertMemory(store.db, { ...fresh, status: open }, act);
    if (status !== open) updateMemory(store.db, getMemory(store.db, id), { status }, status, act);
  }
}

function loadState(app: AtoCore, store: Store, file: string, act: Act): void {
  if (!existsSync(file)) return;
  for (const { project, reason, ...write } of readJson(file, stateSchema))
    setState(store.db, { ...write, project: app.registry.load().get(project).id }, { ...act, reason });
}

async function askCase(app: AtoCore, wanted: EvalCase): Promise<FixtureFailure | undefined> {
  const { id, name = wanted.prompt.slice(0, 80), prompt, project, budget_tokens } = wanted;
  const { context } = await autoContext(app, { prompt, project, budget_tokens });
  const missing = wanted.expect_present.filter((text) => !context.includes(text));
  const forbidden = wanted.expect_absent.filter((text) => context.includes(text));
  if (missing.length + forbidden.length === 0) return undefined;
  const held = await app.withStore(async (store) => missing.every((text) => isHeld(store, text, app.clock.now())));
  // Text that must not be there is a matter of ranking and trust, whatever else is missing.
  const kind = held || forbidden.length > 0 ? 'ranking' : 'content_gap';
  return { id, name, kind, missing, present_but_forbidden: forbidden };
}

/** Whether anything that a pack may show holds the text. */
function isHeld(store: Store, text: string, now: Date): boolean {
  const inChunk = sql(store.db, 'SELECT 1 FROM chunks WHERE instr(text, ?) > 0 LIMIT 1').get(text);
  const inState = sql(store.db, `SELECT 1 FROM state_entries WHERE status = 'active' AND instr(value, ?) > 0 LIMIT 1`);
  const memories = sql(store.db, `SELECT valid_until FROM memories WHERE status = 'active' AND instr(content, ?) > 0`);
  return (
    inChunk !== undefined ||
    inState.get(text) !== undefined ||
    (memories.all(text) as { valid_until: string | null }[]).some((memory) => !isExpired(memory, now))
  );
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(withoutMark(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!existsSync(file))
      throw new AtoError('NOT_FOUND', `${basename(file)} does not exist.`, 'Give a fixtures file.');
    throw invalidInput(`${basename(file)} is not JSON: ${(error as Error).message}`);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidInput(`${basename(file)}, ${issue?.path.join('.') || 'top'}: ${issue?.message}.`);
}
