import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

interface RestLimits {
  /** How long nothing was in work before a service counts as at rest. */
  restMsMin: number;
  /** Garbage worth a pause. */
  restHeapBytesMin: number;
  /** Garbage worth a pause of whatever is in work. */
  busyHeapBytesMin: number;
}

interface Watched {
  /** Requests that are in work now. */
  working: () => number;
  limits: RestLimits;
  /** Told how much the heap shrank by. */
  ondone: (freedBytes: number) => void;
}

/**
 * Gives memory back to the system once a service has come to rest. V8 collects while a program allocates and not after it, so
 * that the garbage of a busy minute would stay in the process for as long as nobody calls. Under load V8 lets the heap grow to several
 * times what lives in it; then it is collected too, once it has grown by much. Returns what stops the looking.
 */
export function collectAtRest({ working, limits, ondone }: Watched): () => void {
  let busyAtMs = performance.now();
  let heapBytes = heapSize();
  const look = (): void => {
    const now = performance.now();
    if (working() > 0) busyAtMs = now;
    const worthMin = now - busyAtMs < limits.restMsMin ? limits.busyHeapBytesMin : limits.restHeapBytesMin;
    if (heapSize() - heapBytes < worthMin) return;
    const before = heapSize();
    collect();
    heapBytes = heapSize();
    ondone(before - heapBytes);
  };
  const timer = setInterval(look, Math.ceil(limits.restMsMin / 4));
  timer.unref();
  return () => clearInterval(timer);
}

function heapSize(): number {
  return v8.getHeapStatistics().total_heap_size;
}

let gc: NodeJS.GCFunction | undefined;

/** A whole collection that also hands empty pages back; a usual one keeps them for the allocations to come. */
function collect(): void {
  if (!gc) {
    v8.setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as NodeJS.GCFunction;
    v8.setFlagsFromString('--no-expose-gc');
  }
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
