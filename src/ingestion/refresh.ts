import type { Clock } from '../core/clock.ts';
import { isoTime } from '../core/clock.ts';
import { AtoError } from '../core/errors.ts';
import { foldName, namesOf, type Project } from '../projects/project.ts';
import type { DocumentFeatures } from '../projects/route-features.ts';
import { type Database, sql } from '../storage/database.ts';
import { PREPARED_VERSION } from './chunk.ts';
import {
  type DocumentRow,
  documentProjects,
  documentsOf,
  findOwner,
  isContentErased,
  moveDocument,
  type PreparedDocument,
  putDocument,
  removeDocument,
  touchDocument,
} from './document-store.ts';
import type { PrepareAnswer } from './prepare-document.ts';
import { prepareDocuments } from './prepare-documents.ts';
import { type FoundFile, findVanished, SKIP_REASONS, scanRoots } from './scan-roots.ts';

export type RefreshStatus = 'ingested' | 'partial' | 'unchanged' | 'nothing_to_ingest';

/** What a refresh did. Paths are relative to their source, in the form `source:path`. */
export interface RefreshReport {
  project: string;
  status: RefreshStatus;
  roots_ingested: string[];
  roots_skipped: { root: string; reason: string }[];
  documents: {
    added: number;
    changed: number;
    unchanged: number;
    removed: number;
    failed: { path: string; error: string }[];
  };
}

export interface RefreshInput {
  project: Project;
  sources: Record<string, string>;
  /** Reads every file again, whatever its size and time say. */
  full: boolean;
  /** Whether a project of exactly that id is still in the registry: documents of one that is not may be taken over. */
  isRegistered: (project: string) => boolean;
  /** Files that lie under a root and yet belong to another project. Default: none. */
  isForeign?: (source: string, path: string) => boolean;
  clock: Clock;
  db: Database;
  write: <T>(work: () => T) => Promise<T>;
  signal?: AbortSignal | undefined;
  progress?: ((done: number, total: number) => void) | undefined;
  /** Called inside the transaction that stores or removes a document, for indexes that are kept beside it. */
  onStored?: (id: number, project: string, features: DocumentFeatures) => void;
}

/** Work inside the transaction; may answer what is to be done after the steps of all documents. */
type Step = () => (() => void) | undefined;

/** A step after which nothing is left to do. */
function plain(work: () => void): Step {
  return () => {
    work();
    return undefined;
  };
}

/** A transaction holds the write lock at most about this long, so that other writers are never kept waiting for a whole tree. */
const WRITE_SLICE_MS = 150;

/** Brings the stored documents of a project up to what its ingest roots hold. The caller holds the project's refresh lock. */
export async function refreshProject(input: RefreshInput): Promise<RefreshReport> {
  const report: RefreshReport = {
    project: input.project.id,
    status: 'unchanged',
    roots_ingested: [],
    roots_skipped: [],
    documents: { added: 0, changed: 0, unchanged: 0, removed: 0, failed: [] },
  };
  assertNotCancelled(input);
  const found = scanRoots(input, report);
  const known = documentsOf(input.db, input.project.id);
  if (report.roots_ingested.length > 0 || input.project.ingest_roots.length === 0) {
    const vanished = findVanished(known, found, report);
    await storeFiles(input, found, known, vanished, report);
    for (const row of documentsUnderAliases(input)) vanished.set(`${row.project}\0${row.source}:${row.path}`, row);
    await removeVanished(input, vanished, report);
  }
  report.status = statusOf(report, found.size + known.size);
  await recordRefresh(input, report);
  return report;
}

async function storeFiles(
  input: RefreshInput,
  found: Map<string, FoundFile>,
  known: Map<string, DocumentRow>,
  vanished: Map<string, DocumentRow>,
  report: RefreshReport,
): Promise<void> {
  const moves: Moves = { origins: Map.groupBy(vanished.keys(), (key) => vanished.get(key)!.sha256), vanished };
  const files = [...found].flatMap(([key, file]) => {
    const row = known.get(key);
    if (row && !input.full && isUntouched(row, file)) {
      report.documents.unchanged += 1;
      return [];
    }
    return [{ file, row }];
  });
  const ingestedAt = isoTime(input.clock.now());
  const tasks = files.map(({ file, row }) => ({
    ...file,
    project: input.project.id,
    known: input.full ? null : (row ?? null),
    ingestedAt,
  }));
  let steps: Step[] = [];
  let sliceStart = performance.now();
  for await (const { at, answers } of prepareDocuments(tasks)) {
    assertNotCancelled(input);
    for (const [offset, answer] of answers.entries()) {
      const { file, row } = files[at + offset]!;
      const step = planStep(input, file, row, answer, moves, report);
      if (step) steps.push(step);
    }
    if (performance.now() - sliceStart < WRITE_SLICE_MS && at + answers.length < files.length) continue;
    await writeSteps(input, steps);
    steps = [];
    sliceStart = performance.now();
    input.progress?.(at + answers.length, files.length);
  }
  await writeSteps(input, steps);
}

function isUntouched(row: DocumentRow, file: FoundFile): boolean {
  return row.size_bytes === file.size_bytes && row.mtime_ms === file.mtime_ms && row.chunking === PREPARED_VERSION;
}

function assertNotCancelled(input: RefreshInput): void {
  if (!input.signal?.aborted) return;
  throw new AtoError(
    'INTERRUPTED',
    `The refresh of ${input.project.id} was cancelled.`,
    'What was stored so far stays; refresh again to go on.',
  );
}

async function writeSteps(input: RefreshInput, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  await input.write(() => {
    // What is kept beside the documents comes after them all: a statement with triggers makes FTS5 write out what it has gathered, and
    // once a document instead of once a transaction takes a quarter of a refresh.
    for (const after of steps.map((step) => step())) after?.();
  });
}

/** Documents that no root holds under their old name, by name, and those names by content. */
interface Moves {
  origins: Map<string, string[]>;
  vanished: Map<string, DocumentRow>;
}

/** Counts one prepared file and answers what is left to do inside the transaction. A failure is named and the rest goes on (case F11). */
function planStep(
  input: RefreshInput,
  file: FoundFile,
  row: DocumentRow | undefined,
  answer: PrepareAnswer,
  moves: Moves,
  report: RefreshReport,
): Step | undefined {
  const { documents } = report;
  const fail = (error: string) => documents.failed.push({ path: `${file.source}:${file.path}`, error });
  const owner = row ? undefined : findOwner(input.db, file);
  if (owner && input.isRegistered(owner.project)) {
    fail(`belongs to project ${owner.project}`);
    return undefined;
  }
  if (answer.kind === 'same' && row) {
    documents.unchanged += 1;
    return plain(() => touchDocument(input.db, row.id, answer.size_bytes, answer.mtime_ms));
  }
  if (answer.kind === 'unfit') {
    fail(answer.reason);
    // What was stored of it is no longer what the file says.
    return row && plain(() => dropDocument(input, row.id));
  }
  if (answer.kind !== 'document') {
    fail(answer.kind === 'unread' ? SKIP_REASONS[answer.reason] : `not readable (${answer.kind})`);
    return undefined;
  }
  const { document, features } = answer;
  // Not counted and not stored: the file stays where it is, and a person had this content erased.
  if (isContentErased(input.db, document.sha256)) return undefined;
  const origin = row ? undefined : takeMove(moves, document);
  if (origin) {
    documents.changed += 1;
    return () => {
      if (owner) dropDocument(input, owner.id);
      moveDocument(input.db, origin.id, document);
    };
  }
  if (row) documents.changed += 1;
  else documents.added += 1;
  return () => {
    if (owner) dropDocument(input, owner.id);
    const id = putDocument(input.db, document, row);
    return () => input.onStored?.(id, input.project.id, features);
  };
}

/** The vanished document that a new file is, under another name: same content, same title and date, so nothing must be embedded again. */
function takeMove(moves: Moves, to: PreparedDocument): DocumentRow | undefined {
  const names = moves.origins.get(to.sha256) ?? [];
  const at = names.findIndex((name) => {
    const row = moves.vanished.get(name)!;
    return row.title === to.title && row.doc_date === to.doc_date && row.chunking === PREPARED_VERSION;
  });
  const [name] = at < 0 ? [] : names.splice(at, 1);
  const origin = name === undefined ? undefined : moves.vanished.get(name);
  if (name !== undefined) moves.vanished.delete(name);
  return origin;
}

/** What was stored when a name that is an alias of the project now was a project of its own: nothing else would ever remove it. */
function documentsUnderAliases(input: RefreshInput): DocumentRow[] {
  const names = new Set(namesOf(input.project));
  return documentProjects(input.db)
    .filter((name) => name !== input.project.id && names.has(foldName(name)))
    .flatMap((name) => [...documentsOf(input.db, name).values()]);
}

function dropDocument(input: RefreshInput, id: number): void {
  removeDocument(input.db, id);
}

async function removeVanished(
  input: RefreshInput,
  vanished: Map<string, DocumentRow>,
  report: RefreshReport,
): Promise<void> {
  const rows = [...vanished.values()];
  for (let at = 0; at < rows.length; at += 64) {
    const slice = rows.slice(at, at + 64);
    await input.write(() => {
      for (const row of slice) dropDocument(input, row.id);
    });
    report.documents.removed += slice.length;
  }
}

function statusOf(report: RefreshReport, documents: number): RefreshStatus {
  const { added, changed, removed, failed } = report.documents;
  if (failed.length > 0 || (report.roots_skipped.length > 0 && report.roots_ingested.length > 0)) return 'partial';
  if (report.roots_ingested.length === 0 && removed === 0) return 'nothing_to_ingest';
  if (added + changed + removed > 0) return 'ingested';
  return documents === 0 ? 'nothing_to_ingest' : 'unchanged';
}

async function recordRefresh(input: RefreshInput, report: RefreshReport): Promise<void> {
  const shown = { ...report, documents: { ...report.documents, failed: report.documents.failed.slice(0, 100) } };
  await input.write(() =>
    sql(input.db, 'INSERT OR REPLACE INTO refreshes (project, finished_at, status, report) VALUES (?, ?, ?, ?)').run(
      input.project.id,
      isoTime(input.clock.now()),
      report.status,
      JSON.stringify(shown),
    ),
  );
}
