import { Worker } from 'node:worker_threads';
import { AtoError, type ErrorCode } from '../core/errors.ts';
import { findWorkerFile } from '../core/worker-file.ts';
import { interrupted, throwIfAborted, unavailable } from './embedder.ts';

export interface WorkerData {
  /** Folder of the weights; undefined = that of the installed package. */
  folder: string | undefined;
}

export interface WorkerRequest {
  id: number;
  texts: readonly string[];
  /** Urgent requests overtake the others inside the worker. */
  urgent: boolean;
}

export interface WorkerResponse {
  id: number;
  /** The vectors of the texts, one after the other. */
  vectors?: Float32Array;
  error?: { code: ErrorCode; message: string; hint: string };
}

export interface PoolOptions extends WorkerData {
  workers: number;
  /** How long a worker without work keeps its memory, in milliseconds. */
  idleMs: number;
}

/** Requests up to this many texts are urgent: a person or an agent waits for them. */
const URGENT_TEXTS_MAX = 2;
/** Texts of one request to a worker: 2 full texts are one forward pass, and an urgent request waits for that at most. */
const SLICE_TEXTS = 2;
/** Slices that a worker holds: one in work, the others at hand, so that a busy main thread does not starve it. */
const SLICES_AHEAD = 4;

interface Slice {
  id: number;
  texts: readonly string[];
  urgent: boolean;
  resolve(vectors: Float32Array): void;
  reject(error: Error): void;
}

interface Member {
  worker: Worker;
  slices: Map<number, Slice>;
}

/** Threads that embed. They start when there is work, never keep the process alive without it, and end when idle. */
export class EmbeddingPool {
  readonly #options: PoolOptions;
  readonly #members: Member[] = [];
  #queue: Slice[] = [];
  #lastId = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Threads that live now. */
  get size(): number {
    return this.#members.length;
  }

  /** The joined vectors of each slice of the texts, in order. Rejects with the first failure; the rest is dropped. */
  async run(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    throwIfAborted(signal);
    if (this.#closed) throw unavailable('The bundled embedder has been closed.', 'Open AtoCore again.');
    const urgent = texts.length <= URGENT_TEXTS_MAX;
    const own = new Set<Slice>();
    const results: Promise<Float32Array>[] = [];
    for (let at = 0; at < texts.length; at += SLICE_TEXTS) {
      const slice = texts.slice(at, at + SLICE_TEXTS);
      results.push(
        new Promise((resolve, reject) => {
          own.add({ id: ++this.#lastId, texts: slice, urgent, resolve, reject });
        }),
      );
    }
    const abort = () => this.#drop(own, interrupted(signal!));
    signal?.addEventListener('abort', abort, { once: true });
    if (urgent) this.#queue.unshift(...own);
    else this.#queue.push(...own);
    this.#dispatch();
    try {
      return await Promise.all(results);
    } catch (error) {
      this.#drop(own, error as Error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends the threads; what is under way rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const gone = unavailable('The bundled embedder was closed before it was done.', 'Open AtoCore again.');
    for (const slice of this.#queue.splice(0)) slice.reject(gone);
    for (const { slices } of this.#members) for (const slice of slices.values()) slice.reject(gone);
    await this.#endWorkers();
  }

  async #endWorkers(): Promise<void> {
    await Promise.all(this.#members.splice(0).map(({ worker }) => worker.terminate()));
  }

  /** Forgets slices that no worker has yet and rejects all of them; the workers' answers to the others are ignored. */
  #drop(slices: ReadonlySet<Slice>, error: Error): void {
    this.#queue = this.#queue.filter((slice) => !slices.has(slice));
    for (const slice of slices) slice.reject(error);
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const urgent = this.#queue[0]!.urgent;
      const member = this.#freeMember(urgent ? Number.POSITIVE_INFINITY : SLICES_AHEAD);
      if (member === undefined) break;
      const slice = this.#queue.shift()!;
      member.slices.set(slice.id, slice);
      member.worker.ref();
      const { id, texts } = slice;
      member.worker.postMessage({ id, texts, urgent } satisfies WorkerRequest);
    }
    this.#watchIdle();
  }

  /** The member with the least work, or a new one; undefined when each holds `slicesMax` already. */
  #freeMember(slicesMax: number): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) if (!best || member.slices.size < best.slices.size) best = member;
    if (best?.slices.size === 0) return best;
    if (this.#members.length < this.#options.workers) return this.#start();
    return best !== undefined && best.slices.size < slicesMax ? best : undefined;
  }

  #start(): Member {
    const { folder } = this.#options;
    // The parent's flags, such as --input-type or --inspect-brk, are not for its threads.
    const worker = new Worker(workerFile(), { workerData: { folder } satisfies WorkerData, execArgv: [] });
    const member: Member = { worker, slices: new Map() };
    worker.on('message', (response: WorkerResponse) => this.#settle(member, response));
    worker.on('error', (error) => this.#lose(member, error));
    worker.on('exit', () => this.#lose(member));
    this.#members.push(member);
    return member;
  }

  #settle(member: Member, { id, vectors, error }: WorkerResponse): void {
    const slice = member.slices.get(id);
    member.slices.delete(id);
    if (member.slices.size === 0) member.worker.unref();
    if (vectors) slice?.resolve(vectors);
    else if (error) slice?.reject(new AtoError(error.code, error.message, error.hint));
    this.#dispatch();
  }

  /** A dead worker takes its requests with it; the next one starts a new worker. */
  #lose(member: Member, cause?: unknown): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#members.splice(index, 1);
    const error = unavailable('A worker of the bundled embedder died.', 'Try again; a new worker will start.', cause);
    for (const slice of member.slices.values()) slice.reject(error);
    if (!this.#closed) this.#dispatch();
  }

  #watchIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
    if (this.#members.length === 0 || this.#members.some(({ slices }) => slices.size > 0)) return;
    this.#idleTimer = setTimeout(() => void this.#endWorkers(), this.#options.idleMs).unref();
  }
}

function workerFile(): URL {
  const found = findWorkerFile('embedding-worker', import.meta.url);
  if (found) return found;
  throw unavailable('The worker file of the bundled embedder is missing.', 'Run `npm run build` again.');
}
