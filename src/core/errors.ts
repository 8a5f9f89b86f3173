/** What an error code means on every face: process exit code, HTTP status, and whether the same call may succeed later. */
interface ErrorKind {
  exit: number;
  http: number;
  retryable: boolean;
  meaning: string;
}

/** The one table of error codes. Faces map through it and never invent a code of their own. */
export const ERROR_TABLE = {
  INTERNAL: { exit: 1, http: 500, retryable: false, meaning: 'a bug in AtoCore' },
  UNAVAILABLE: { exit: 1, http: 503, retryable: true, meaning: 'a service or a part of it does not answer now' },
  INVALID_INPUT: { exit: 2, http: 400, retryable: false, meaning: 'an argument is missing, malformed or out of range' },
  TOO_LARGE: { exit: 2, http: 413, retryable: false, meaning: 'an input exceeds a limit' },
  CONFIG_INVALID: { exit: 2, http: 500, retryable: false, meaning: 'a configuration value is unknown or out of range' },
  READ_ONLY: { exit: 2, http: 503, retryable: false, meaning: 'the home folder cannot be written' },
  PARTIAL: { exit: 3, http: 200, retryable: true, meaning: 'part of the work was done; the rest is named' },
  NOT_FOUND: { exit: 4, http: 404, retryable: false, meaning: 'nothing has that id or name' },
  UNKNOWN_PROJECT: { exit: 4, http: 404, retryable: false, meaning: 'no project has that id or alias' },
  CONFLICT: { exit: 5, http: 409, retryable: false, meaning: 'the change contradicts what is stored' },
  DIGEST_MISMATCH: {
    exit: 5,
    http: 409,
    retryable: false,
    meaning: 'the preview no longer describes what would be done',
  },
  FORBIDDEN: { exit: 6, http: 403, retryable: false, meaning: 'the caller may not do this' },
  NEEDS_PERSON: { exit: 6, http: 403, retryable: false, meaning: 'only an act of a person may do this' },
  UNAUTHORIZED: { exit: 6, http: 401, retryable: false, meaning: 'a valid token is required' },
  TIMEOUT: { exit: 1, http: 408, retryable: true, meaning: 'a deadline passed' },
  RATE_LIMITED: { exit: 1, http: 429, retryable: true, meaning: 'too many calls' },
  NOT_INITIALISED: { exit: 10, http: 503, retryable: false, meaning: 'the home folder holds no store yet' },
  LOCKED: { exit: 11, http: 503, retryable: true, meaning: 'another process holds the store' },
  SCHEMA_NEWER: { exit: 12, http: 503, retryable: false, meaning: 'the store was written by a newer AtoCore' },
  CORRUPT: { exit: 13, http: 500, retryable: false, meaning: 'stored data is damaged' },
  REGISTRY_INVALID: { exit: 13, http: 503, retryable: false, meaning: 'the project registry file cannot be used' },
  EMBEDDER_UNAVAILABLE: { exit: 14, http: 503, retryable: false, meaning: 'no embedder can be loaded' },
  SNAPSHOT_INVALID: {
    exit: 15,
    http: 422,
    retryable: false,
    meaning: 'the snapshot is damaged, incomplete, foreign or newer',
  },
  INTERRUPTED: { exit: 130, http: 499, retryable: true, meaning: 'the call was cancelled' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** The wire form of an error, the same on every face. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  hint: string;
  [detail: string]: unknown;
}

/**
 * The one error class. `message` says what was attempted, the value and what is wanted; `hint` is the next thing to do.
 * `details` are extra machine-readable fields of the wire form and must never hold document content.
 */
export class AtoError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, hint = '', details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AtoError';
    this.code = code;
    this.hint = hint;
    this.details = details;
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.message, hint: this.hint, ...this.details };
  }
}

/** Turns anything thrown into an AtoError; an unknown one becomes INTERNAL without its text, which may name paths or content. */
export function toAtoError(thrown: unknown): AtoError {
  if (thrown instanceof AtoError) return thrown;
  const code = systemCode(thrown);
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') {
    return new AtoError('LOCKED', 'The store is busy with another process.', 'Try again in a moment.', {}, thrown);
  }
  if (
    code === 'EROFS' ||
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'ENOTDIR' ||
    // Of a folder that cannot be made: under /proc, or where a link leads nowhere.
    ((code === 'ENOENT' || code === 'EEXIST') && (thrown as NodeJS.ErrnoException).syscall === 'mkdir') ||
    code === 'ELOOP' ||
    code === 'SQLITE_READONLY' ||
    code === 'SQLITE_CANTOPEN'
  ) {
    return new AtoError(
      'READ_ONLY',
      'AtoCore cannot write to its home folder.',
      'Check that ATOCORE_HOME is a folder that you may write to.',
      {},
      thrown,
    );
  }
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
    return new AtoError(
      'CORRUPT',
      'The database is damaged.',
      '`atocore backup list` shows the snapshots; `atocore backup restore` puts one in its place.',
      {},
      thrown,
    );
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || code === 'SQLITE_FULL') {
    return new AtoError(
      'UNAVAILABLE',
      'The disk of the home folder is full.',
      'Free some space and try again.',
      {},
      thrown,
    );
  }
  if (code === 'EIO' || code === 'SQLITE_IOERR') {
    return new AtoError(
      'UNAVAILABLE',
      'The disk of the home folder answers with errors.',
      'Look at the disk and at its free space, then try again; what was acknowledged is kept.',
      {},
      thrown,
    );
  }
  return new AtoError('INTERNAL', 'AtoCore met an unexpected error.', 'See the log for its cause.', {}, thrown);
}

/** The code of a Node or SQLite error: the primary code, without an extended suffix such as _RECOVERY. */
export function systemCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || typeof thrown.code !== 'string')
    return undefined;
  return /^SQLITE_[A-Z]+/.exec(thrown.code)?.[0] ?? thrown.code;
}

export function invalidInput(message: string, hint = '', details: Record<string, unknown> = {}): AtoError {
  return new AtoError('INVALID_INPUT', message, hint, details);
}
