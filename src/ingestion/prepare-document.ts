import { sha256 } from '../core/ids.ts';
import { LIMITS } from '../core/limits.ts';
import { type DocumentFeatures, documentFeatures, splitPieces } from '../projects/route-features.ts';
import { redactDocument } from '../redaction/redact-document.ts';
import { chunkDocument, PREPARED_VERSION } from './chunk.ts';
import { decodeDocument } from './decode.ts';
import type { PreparedDocument } from './document-store.ts';
import { parseDocument } from './parse-markdown.ts';
import { type NotRead, type ReadFile, readDocument } from './read-document.ts';
import { pathSignal } from './signal.ts';

/** One file to read, plain enough to go to a worker thread. */
export interface PrepareTask {
  /** Absolute folder of the ingest root. */
  root: string;
  relativePath: string;
  source: string;
  /** Relative to the source. */
  path: string;
  project: string;
  /** What is stored of it; null for a new file or when every file is to be read again. */
  known: { sha256: string; chunking: string } | null;
  /** ISO-8601 UTC. */
  ingestedAt: string;
}

export type PrepareResult =
  /** The file holds what is stored. */
  | { kind: 'same'; size_bytes: number; mtime_ms: number }
  /** It cannot be read now; what is stored of it stays. */
  | { kind: 'unread'; reason: NotRead['skip'] }
  /** It is no document any more; what is stored of it must go. */
  | { kind: 'unfit'; reason: string }
  | { kind: 'document'; document: PreparedDocument; features: DocumentFeatures };

/** What went wrong with one file of a batch that did not end in a result; the others are not affected (case F11). */
export type PrepareAnswer = PrepareResult | { kind: 'crashed'; reason: string };

/** Reads, parses and cuts one file and counts its features for routing: everything that needs no database. */
export function prepareDocument(task: PrepareTask): PrepareResult {
  const read = readDocument(task.root, task.relativePath, LIMITS.documentBytesMax);
  if ('skip' in read) return { kind: 'unread', reason: read.skip };
  const digest = sha256(read.bytes);
  if (task.known?.sha256 === digest && task.known.chunking === PREPARED_VERSION) {
    return { kind: 'same', size_bytes: read.size_bytes, mtime_ms: read.mtime_ms };
  }
  return cutDocument(task, read, digest);
}

function cutDocument(task: PrepareTask, read: ReadFile, digest: string): PrepareResult {
  const decoded = decodeDocument(read.bytes);
  if ('skip' in decoded) return { kind: 'unfit', reason: decoded.skip };
  // Before it is cut: no secret reaches the words, the vectors or a pack (case F15), and none is halved.
  const parsed = parseDocument(redactDocument(decoded.text), task.path);
  const chunks = chunkDocument(parsed, LIMITS);
  if (chunks.length > LIMITS.chunksPerDocumentMax) {
    return { kind: 'unfit', reason: `more than ${LIMITS.chunksPerDocumentMax} chunks` };
  }
  const text = chunks.map((chunk) => chunk.text).join('\n');
  const document: PreparedDocument = {
    project: task.project,
    source: task.source,
    path: task.path,
    title: parsed.title,
    doc_date: parsed.date ?? null,
    tags: parsed.tags,
    signal: pathSignal(task.path, parsed.title),
    encoding: decoded.encoding,
    sha256: digest,
    size_bytes: read.size_bytes,
    mtime_ms: read.mtime_ms,
    warning: parsed.frontMatterError ?? null,
    ingested_at: task.ingestedAt,
    text,
    chunks,
  };
  return { kind: 'document', document, features: documentFeatures(splitPieces(`${parsed.title}\n\n${text}`)) };
}

/** A file on which the parser fails is named in the report; it must never end a refresh. */
export function prepareSafely(task: PrepareTask): PrepareAnswer {
  try {
    return prepareDocument(task);
  } catch (error) {
    return { kind: 'crashed', reason: (error as Error).message };
  }
}
