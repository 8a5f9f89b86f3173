const HEAD_BYTES = 1_024;
const TAIL_BYTES = 256;
const NEWLINE = 0x0a;

/** The two ends of a line that was too long to keep. */
export interface LongLine {
  head: string;
  tail: string;
  bytes: number;
}

export interface LineReader {
  push(chunk: Buffer): void;
}

/**
 * Cuts a byte stream into lines of at most `bytesMax` bytes, without the line end. A longer one is dropped while it arrives,
 * so that it costs no memory, and reported by its ends.
 */
export function createLineReader(
  bytesMax: number,
  onLine: (line: string) => void,
  onLongLine: (line: LongLine) => void,
): LineReader {
  let parts: Buffer[] = [];
  let bytes = 0;
  let head = '';
  let tail = Buffer.alloc(0);

  const take = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= bytesMax) {
      parts.push(piece);
      return;
    }
    const ends = Buffer.concat([...parts, piece]);
    if (parts.length > 0) head = ends.toString('utf8', 0, HEAD_BYTES);
    else if (head === '') head = piece.toString('utf8', 0, HEAD_BYTES);
    tail = Buffer.concat([tail, ends.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    parts = [];
  };

  const endLine = () => {
    if (bytes > bytesMax) onLongLine({ head, tail: tail.toString('utf8'), bytes });
    else if (bytes > 0) onLine(Buffer.concat(parts).toString('utf8'));
    parts = [];
    bytes = 0;
    head = '';
    tail = Buffer.alloc(0);
  };

  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        take(chunk.subarray(from, at));
        endLine();
        from = at + 1;
      }
      if (from < chunk.length) take(chunk.subarray(from));
    },
  };
}

/**
 * The id of a JSON-RPC request of which only the ends are known, when it stands in one of the places where clients write it:
 * first (after `jsonrpc`) or last. Undefined for a response or a notification, and when it stands elsewhere.
 */
export function requestIdOf({ head, tail }: LongLine): number | string | undefined {
  if (!/"method"\s*:/.test(head)) return undefined;
  const id = '"id"\\s*:\\s*(-?\\d+|"[^"\\\\]{1,128}")';
  const first = new RegExp(`^\\s*\\{\\s*(?:"jsonrpc"\\s*:\\s*"2\\.0"\\s*,\\s*)?${id}\\s*,`).exec(head);
  const last = new RegExp(`,\\s*${id}\\s*(?:,\\s*"jsonrpc"\\s*:\\s*"2\\.0"\\s*)?\\}\\s*$`).exec(tail);
  const found = (first ?? last)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as number | string);
}
