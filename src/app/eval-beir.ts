import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Config } from '../config/load.ts';
import { isoTime } from '../core/clock.ts';
import { AtoError } from '../core/errors.ts';
import { sha256 } from '../core/ids.ts';
import { LIMITS } from '../core/limits.ts';
import { chunkDocument } from '../ingestion/chunk.ts';
import { type PreparedDocument, putDocument } from '../ingestion/document-store.ts';
import { parseDocument } from '../ingestion/parse-markdown.ts';
import { type SearchMode, searchChunks } from '../search/search-chunks.ts';
import type { Store } from '../storage/store.ts';
import { type AtoCore, createAtoCore } from './atocore.ts';
import { type Judgements, type Measures, meanMeasures, measureRanking, percentile } from './eval-measures.ts';

export const EVAL_MODES = ['lexical', 'semantic', 'hybrid'] as const satisfies readonly SearchMode[];

export interface BeirReport {
  set: string;
  documents: number;
  queries: number;
  modes: Partial<Record<SearchMode, Measures & { p50_ms: number; p95_ms: number }>>;
}

const recordSchema = z.object({
  _id: z.union([z.string(), z.number()]).transform(String),
  title: z.string().nullish(),
  text: z.string(),
  group: z.string().nullish(),
});
type EvalRecord = z.output<typeof recordSchema>;

const DEFAULT_GROUP = 'eval';
/** Chunks looked at for one ranking of documents: enough for ten documents of many chunks each. */
const CHUNK_HITS = 200;
const BATCH = 64;

/**
 * Measures retrieval on a BEIR folder (`corpus.jsonl`, `queries.jsonl`, `qrels.tsv`) with the product's own ingestion and search in a
 * scratch home, which is removed afterwards. Documents and queries that carry `group` are searched inside their group.
 */
export async function evalBeir(
  folder: string,
  modes: readonly SearchMode[],
  config: Config,
  progress?: (done: number, total: number) => void,
): Promise<BeirReport> {
  for (const file of ['corpus.jsonl', 'queries.jsonl', 'qrels.tsv']) {
    if (!existsSync(join(folder, file)))
      throw new AtoError(
        'NOT_FOUND',
        `${file} is missing in the evaluation folder.`,
        'Wanted: corpus.jsonl, queries.jsonl and qrels.tsv, as BEIR lays them out.',
      );
  }
  const scratch = mkdtempSync(join(tmpdir(), 'atocore-eval-'));
  const home = {
    ...config,
    home: scratch,
    db_path: join(scratch, 'atocore.db'),
    vector_uri: join(scratch, 'lancedb'),
    registry_path: join(scratch, 'registry.json'),
  };
  const app = createAtoCore(home);
  try {
    const ids = await storeCorpus(app, folder);
    if (modes.some((mode) => mode !== 'lexical')) await fillIndex(app, progress);
    const queries = await readJsonl(join(folder, 'queries.jsonl'));
    const judgements = await readJudgements(join(folder, 'qrels.tsv'));
    const judged = queries.filter((query) => judgements.has(query._id));
    const report: BeirReport = { set: basename(folder), documents: ids.size, queries: judged.length, modes: {} };
    for (const mode of modes)
      report.modes[mode] = await app.withStore((store) => runQueries(store, home, mode, judged, judgements, ids));
    return report;
  } finally {
    await app.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function storeCorpus(app: AtoCore, folder: string): Promise<Map<number, string>> {
  const corpus = await readJsonl(join(folder, 'corpus.jsonl'));
  const ids = new Map<number, string>();
  for (let at = 0; at < corpus.length; at += BATCH) {
    await app.withStore((store) =>
      store.write(() => {
        for (const record of corpus.slice(at, at + BATCH))
          ids.set(putDocument(store.db, prepareRecord(record, app), undefined), record._id);
      }),
    );
  }
  return ids;
}

function prepareRecord(record: EvalRecord, app: AtoCore): PreparedDocument {
  const parsed = parseDocument(record.text, `${record._id.replaceAll(/[^\w-]+/g, '-')}.md`);
  const title = record.title?.trim();
  const chunks = chunkDocument(parsed, LIMITS);
  return {
    project: record.group ?? DEFAULT_GROUP,
    source: 'eval',
    path: record._id,
    title: title || firstWords(record.text),
    doc_date: parsed.date ?? null,
    tags: [],
    signal: 'normal',
    encoding: 'utf-8',
    sha256: sha256(record.text),
    size_bytes: record.text.length,
    mtime_ms: 0,
    warning: null,
    ingested_at: isoTime(app.clock.now()),
    text: record.text,
    chunks,
  };
}

const firstWords = (text: string) => text.slice(0, 80).split(/\s+/).slice(0, 8).join(' ');

/** Fills in every vector that is pending. */
export async function fillIndex(
  app: AtoCore,
  progress: ((done: number, total: number) => void) | undefined,
): Promise<void> {
  const { countPending, indexBatch } = await import('../search/vector-index.ts');
  const total = await app.withStore(async (store) =>
    store.embedder ? countPending(store.db, store.embedder.fingerprint) : 0,
  );
  for (let pending = total; pending > 0; ) {
    const step = await app.withStore((store) => indexBatch(store));
    if (step.embedded === 0) break;
    pending = step.pending;
    progress?.(total - pending, total);
  }
}

async function runQueries(
  store: Store,
  config: Config,
  mode: SearchMode,
  queries: readonly EvalRecord[],
  judgements: ReadonlyMap<string, Judgements>,
  ids: ReadonlyMap<number, string>,
): Promise<Measures & { p50_ms: number; p95_ms: number }> {
  const measures: Measures[] = [];
  const times: number[] = [];
  for (const query of queries) {
    const started = performance.now();
    const { hits } = await searchChunks(store, config, {
      query: query.text,
      project: query.group ?? undefined,
      mode,
      limit: CHUNK_HITS,
    });
    times.push(performance.now() - started);
    const ranking = [...new Set(hits.map((hit) => ids.get(hit.documentId)!))];
    measures.push(measureRanking(ranking, judgements.get(query._id)!));
  }
  return { ...meanMeasures(measures), p50_ms: percentile(times, 0.5), p95_ms: percentile(times, 0.95) };
}

async function readJsonl(path: string): Promise<EvalRecord[]> {
  const records: EvalRecord[] = [];
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() === '') continue;
    const parsed = recordSchema.safeParse(parseJson(text));
    if (!parsed.success)
      throw new AtoError(
        'INVALID_INPUT',
        `${basename(path)}, line ${line}: ${parsed.error.issues[0]?.message ?? 'not valid'}.`,
        'Wanted: one JSON object a line with _id and text.',
      );
    records.push(parsed.data);
  }
  return records;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema then names the line; nothing of it was taken over.
    return undefined;
  }
}

async function readJudgements(path: string): Promise<Map<string, Map<string, number>>> {
  const judgements = new Map<string, Map<string, number>>();
  for await (const line of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const [query, document, score] = line.split('\t');
    const gain = Number(score);
    // The first line may be a heading.
    if (query === undefined || document === undefined || !Number.isFinite(gain) || gain <= 0) continue;
    const known = judgements.get(query) ?? new Map<string, number>();
    known.set(document, gain);
    judgements.set(query, known);
  }
  return judgements;
}
