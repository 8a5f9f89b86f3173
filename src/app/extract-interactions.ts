import { recordRun } from '../capture/extraction-runs.ts';
import { createExtractor, type Extractor, type ExtractorAnswer } from '../capture/extractor.ts';
import { readInstructions } from '../capture/instruction-files.ts';
import type { Interaction } from '../capture/interaction.ts';
import { findInteraction, idsToExtract } from '../capture/interaction-store.ts';
import { createKnownText } from '../capture/known-text.ts';
import { isoTime } from '../core/clock.ts';
import { AtoError, toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Fact } from '../memory/fact.ts';
import type { Act } from '../storage/history.ts';
import type { Store } from '../storage/store.ts';
import { takeLock } from '../storage/store-lock.ts';
import type { AtoCore } from './atocore.ts';
import { reinforcePending } from './reinforce-memories.ts';
import { type StoredCandidate, storeCandidates } from './store-candidates.ts';

export interface ExtractOptions {
  /** ISO-8601 UTC: reads every turn from that moment on, also those that were read before. Default: those that none has read. */
  since?: string | undefined;
  /** Turns to read at most. Default and maximum `extractedTurnsMax`. */
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
  progress?: ((done: number, total: number) => void) | undefined;
  /** How long to wait for an extraction that another process runs. Default `lockWaitMsMax`. */
  waitMs?: number | undefined;
}

export interface ExtractReport {
  extractor: string;
  interactions_read: number;
  /** Turns that still wait, when there were more than `limit`. */
  interactions_left: number;
  candidates: StoredCandidate[];
  /** Statements that were left out, by reason. */
  dropped: Record<string, number>;
  /** Memories that replies said again. */
  reinforced: number;
  /** Secrets that candidates held; absent when there was none. */
  redactions?: number;
}

/**
 * Reads captured turns and puts what may be worth keeping into the review queue; nothing becomes active by it (case C29). Each turn and
 * its candidates are one transaction, so that a run that ends anywhere is gone on with by the next (case C22). Throws CONFIG_INVALID
 * without an extractor (case C25), UNAVAILABLE when a model does not answer or none of its answers can be read, LOCKED while another
 * process extracts. Replies are compared with memories in any case.
 */
export async function extractInteractions(app: AtoCore, options: ExtractOptions = {}): Promise<ExtractReport> {
  const lock = await takeLock(app.lockFolder, 'extract', 'exclusive', options.waitMs ?? LIMITS.lockWaitMsMax);
  try {
    let failed: unknown;
    const report = await runExtractor(app, options).catch((error: unknown) => {
      failed = error;
      return undefined;
    });
    const reinforced = await reinforcePending(app, options.signal);
    if (!report) throw failed;
    return { ...report, reinforced };
  } finally {
    lock.release();
  }
}

async function runExtractor(app: AtoCore, options: ExtractOptions): Promise<Omit<ExtractReport, 'reinforced'>> {
  const extractor = await createExtractor(app.config);
  const started_at = isoTime(app.clock.now());
  const limit = Math.min(options.limit ?? LIMITS.extractedTurnsMax, LIMITS.extractedTurnsMax);
  const ids = await app.withStore(async ({ db }) =>
    idsToExtract(db, { since: options.since, limit: LIMITS.extractedTurnsMax }),
  );
  const report: Omit<ExtractReport, 'reinforced'> = {
    ...{
      extractor: extractor.id,
      interactions_read: 0,
      interactions_left: Math.max(0, ids.length - limit),
    },
    ...{ candidates: [] as StoredCandidate[], dropped: {} as Record<string, number> },
  };
  const work: Work = { app, extractor, report, instructions: new Map(), unreadable: [], wasReadable: false };
  let error: AtoError | undefined;
  try {
    for (const id of ids.slice(0, limit)) {
      if (options.signal?.aborted)
        throw new AtoError('INTERRUPTED', 'Extraction was stopped.', 'The next run goes on where it ended.');
      await extractOne(work, id, options.signal);
      options.progress?.(report.interactions_read, Math.min(ids.length, limit));
      // Somebody may be waiting for an answer of this process.
      await new Promise((next) => setImmediate(next));
    }
    await settleUnreadable(work);
  } catch (thrown) {
    error = toAtoError(thrown);
  }
  if (report.interactions_read > 0 || error)
    await app.withStore((store) =>
      store.write(() =>
        recordRun(store.db, {
          ...{ extractor: extractor.id, started_at, finished_at: isoTime(app.clock.now()) },
          ...{ interactions: report.interactions_read, candidates: report.candidates.length },
          ...{ dropped: report.dropped, error: error?.code ?? null },
        }),
      ),
    );
  if (error) throw error;
  return report;
}

interface Work {
  app: AtoCore;
  extractor: Extractor;
  report: Omit<ExtractReport, 'reinforced'>;
  instructions: Map<string, Fact[]>;
  /** The last turns in a row that a model answered without a list; not yet read, since the model may be the reason. */
  unreadable: { id: string; answer: ExtractorAnswer }[];
  /** Whether the model has written any list in this run. */
  wasReadable: boolean;
}

async function extractOne(work: Work, id: string, signal: AbortSignal | undefined): Promise<void> {
  await work.app.withStore(async (store) => {
    const turn = findInteraction(store.db, id);
    // Erased or pruned since the list was made.
    if (!turn) return;
    const known = createKnownText(store.db, turn.project, instructionsFor(turn, work.instructions));
    const answer = await work.extractor.extract(turn, known, signal);
    if (answer.readable === false) {
      work.unreadable.push({ id, answer });
      if (work.unreadable.length >= LIMITS.unreadableAnswersMax) throw unfitModel(work);
      return;
    }
    if (answer.readable) {
      work.wasReadable = true;
      await settleUnreadable(work);
    }
    await keep(work, store, id, answer);
  });
}

/** A model that also writes lists failed at those turns alone: they are read. One that never does is no extractor, and they wait. */
async function settleUnreadable(work: Work): Promise<void> {
  if (work.unreadable.length === 0) return;
  if (!work.wasReadable) throw unfitModel(work);
  await work.app.withStore(async (store) => {
    for (const { id, answer } of work.unreadable) await keep(work, store, id, answer);
  });
  work.unreadable = [];
}

function unfitModel({ extractor, unreadable: { length } }: Work): AtoError {
  return new AtoError(
    'UNAVAILABLE',
    `The model of extractor ${extractor.id} wrote no list of candidates: ${length} ${length === 1 ? 'answer' : 'answers in a row'} could not be read.`,
    'Set ATOCORE_EXTRACTOR_MODEL to one that answers in JSON, or ATOCORE_EXTRACTOR=rules. The turns wait.',
    { component: 'extractor' },
  );
}

async function keep(
  { app, extractor, report }: Work,
  store: Store,
  id: string,
  answer: ExtractorAnswer,
): Promise<void> {
  const act: Act = { actor: `system:${extractor.id}`, reason: 'extracted', at: isoTime(app.clock.now()) };
  const { candidates, dropped, redactions } = await store.write(
    () => {
      const turn = findInteraction(store.db, id);
      return turn
        ? storeCandidates(app, store, turn, { ...answer, extractor: extractor.id }, act)
        : { candidates: [], dropped: {}, redactions: 0 };
    },
    // What a power failure takes back is done again: the mark goes with it.
    { durable: false },
  );
  report.interactions_read += 1;
  if (redactions > 0) report.redactions = (report.redactions ?? 0) + redactions;
  report.candidates.push(...candidates);
  for (const [reason, count] of Object.entries(dropped)) report.dropped[reason] = (report.dropped[reason] ?? 0) + count;
}

function instructionsFor(turn: Interaction, read: Map<string, Fact[]>): Fact[] {
  const folder = turn.cwd ?? '';
  let known = read.get(folder);
  if (!known) {
    known = readInstructions(turn.cwd);
    read.set(folder, known);
  }
  return known;
}
