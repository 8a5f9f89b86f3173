import { appendFileSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseTime } from '../core/clock.ts';
import { makeFolder, writeFileAtomic } from '../core/files.ts';
import { sha256 } from '../core/ids.ts';
import { LIMITS } from '../core/limits.ts';

/**
 * The spool: turns that a hook wrote down and no process has stored yet, one JSON file each. Its names sort by time and say whose turn it
 * is and how large: `<milliseconds>-<key>-<KiB>k.json`, so that nothing needs to be opened to keep order, caps and one file a turn.
 * Writers and drainers share it without a lock: files appear by rename, whole, and disappear when their turn is stored.
 */

/** A turn as it lies in the spool: private passages, injected blocks and secrets are already out of it. */
export interface SpooledTurn {
  version: 1;
  client: string;
  session_id: string;
  turn_id: string;
  prompt: string;
  response: string;
  cwd: string | null;
  /** ISO-8601 in UTC: when the turn ended, not when it is stored. */
  captured_at: string;
  /** How many secrets were taken out. */
  redactions: number;
}

export interface SpoolEntry {
  name: string;
  at: number;
  key: string;
  bytesMax: number;
}

export type SpoolOutcome = 'written' | 'already_there' | 'full' | 'too_large';

const NAME = /^(\d{13})-([0-9A-Za-z_.-]{1,160})-(\d{1,6})k\.json$/;
/** Ids as clients make them go into the name as they are; a hash would have to be loaded first. */
const PLAIN_ID = /^[0-9A-Za-z_-]{1,64}$/;
const BAD = 'bad';
const DROPPED = 'dropped.count';
const KIB = 1024;
const TIME_CHARS_MAX = 40;
/** So that a name with two ids beside it stays shorter than any file system allows. */
const CLIENT_CHARS_MAX = 30;
/** A temporary file of this age was left by a process that died; writing one takes milliseconds. */
const LEFTOVER_MS = 60 * 60_000;
/** So long `status` speaks of turns that were dropped. */
const DROPPED_SHOWN_MS = 14 * 86_400_000;

/** The folder of a home's spool. */
export function spoolFolder(home: string): string {
  return join(home, 'spool');
}

/**
 * Writes a turn into the spool; the same turn twice is one file. A turn that does not fit the caps is counted, not written. Throws the
 * system's error when the disk is full or cannot be written; then there is no file.
 */
export function writeTurn(folder: string, turn: SpooledTurn): SpoolOutcome {
  makeFolder(folder);
  const body = Buffer.from(JSON.stringify(turn));
  const key = turnKey(turn);
  const entries = readEntries(folder);
  if (entries.some((entry) => entry.key === key)) return 'already_there';
  const outcome = fits(body.length, entries);
  if (outcome !== 'written') {
    countDropped(folder);
    return outcome;
  }
  const at = String(Date.parse(turn.captured_at)).padStart(13, '0');
  writeFileAtomic(join(folder, `${at}-${key}-${Math.ceil(body.length / KIB)}k.json`), body);
  return 'written';
}

/** One for each turn, and unlike for different turns: a dot parts the ids, which hold none. */
function turnKey({ client, session_id, turn_id }: SpooledTurn): string {
  const ids = [client, session_id, turn_id];
  if (client.length <= CLIENT_CHARS_MAX && ids.every((id) => PLAIN_ID.test(id))) return ids.join('.');
  return sha256(JSON.stringify(ids)).slice(0, 32);
}

function fits(bytes: number, entries: readonly SpoolEntry[]): SpoolOutcome {
  if (bytes > LIMITS.spoolFileBytesMax) return 'too_large';
  const used = entries.reduce((sum, entry) => sum + entry.bytesMax, 0);
  return entries.length >= LIMITS.spoolFilesMax || used + bytes > LIMITS.spoolBytesMax ? 'full' : 'written';
}

/** One byte a turn: appending is atomic, also when several hooks do it at once. */
export function countDropped(folder: string): void {
  makeFolder(folder);
  appendFileSync(join(folder, DROPPED), '.', { mode: 0o600 });
}

/** The turns that wait, oldest first. No folder is an empty spool. */
export function listTurns(folder: string): SpoolEntry[] {
  return readEntries(folder).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** In no order: sorting ten thousand of them takes a hook too long. */
function readEntries(folder: string): SpoolEntry[] {
  const entries: SpoolEntry[] = [];
  for (const name of readNames(folder)) {
    const parts = NAME.exec(name);
    if (parts) entries.push({ name, at: Number(parts[1]), key: parts[2]!, bytesMax: Number(parts[3]) * KIB });
  }
  return entries;
}

/** The turn in a file; undefined when the file is gone, `bad` when it holds none. Throws the system's other errors. */
export function readTurn(folder: string, name: string): SpooledTurn | 'bad' | undefined {
  const path = join(folder, name);
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > LIMITS.spoolFileBytesMax) return 'bad';
    return parseTurn(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseTurn(text: string): SpooledTurn | 'bad' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'bad';
  }
  return isTurn(value) ? value : 'bad';
}

function isTurn(value: unknown): value is SpooledTurn {
  const turn = value as Partial<Record<keyof SpooledTurn, unknown>> | null;
  if (typeof turn !== 'object' || turn === null || turn.version !== 1) return false;
  const isText = (text: unknown, charsMax: number, charsMin = 0) =>
    typeof text === 'string' && text.length <= charsMax && text.length >= charsMin;
  return (
    isText(turn.client, LIMITS.clientNameCharsMax, 1) &&
    isText(turn.session_id, LIMITS.sessionIdCharsMax, 1) &&
    isText(turn.turn_id, LIMITS.sessionIdCharsMax, 1) &&
    isText(turn.prompt, LIMITS.captureCharsMax, 1) &&
    isText(turn.response, LIMITS.captureCharsMax) &&
    (turn.cwd === null || isText(turn.cwd, LIMITS.pathCharsMax)) &&
    isText(turn.captured_at, TIME_CHARS_MAX) &&
    Number.isSafeInteger(turn.redactions) &&
    parseTime(turn.captured_at as string) !== undefined
  );
}

/** How a turn of the spool is delivered: the input of `capture_interaction`. */
export function toCaptureInput({ client, session_id, turn_id, prompt, response, cwd, captured_at }: SpooledTurn) {
  return {
    ...{ client, session_id, turn_id, prompt, response },
    recorded_at: captured_at,
    ...(cwd === null ? {} : { cwd }),
  };
}

/** Takes a stored turn out of the spool; it may be gone already. */
export function removeTurn(folder: string, name: string): void {
  rmSync(join(folder, name), { force: true });
}

/** Puts a file that cannot be used aside, where a person finds it; beyond the cap the oldest goes. */
export function setAside(folder: string, name: string): void {
  const aside = join(folder, BAD);
  makeFolder(aside);
  try {
    renameSync(join(folder, name), join(aside, name));
  } catch (error) {
    // Another drainer was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const kept = readNames(aside).sort();
  for (const old of kept.slice(0, Math.max(0, kept.length - LIMITS.spoolBadFilesMax)))
    rmSync(join(aside, old), { force: true, recursive: true });
}

/**
 * What is no turn by its name: temporary files of dead writers and the count of dropped turns go, once they are old; anything else, which
 * no writer of ours leaves, is set aside.
 */
export function tidySpool(folder: string, now: number): void {
  for (const name of readNames(folder)) {
    if (NAME.test(name) || name === BAD) continue;
    const ageMsMax = name === DROPPED ? DROPPED_SHOWN_MS : name.endsWith('.tmp') ? LEFTOVER_MS : undefined;
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (!stat) continue;
    if (ageMsMax === undefined) setAside(folder, name);
    else if (now - stat.mtimeMs > ageMsMax) rmSync(join(folder, name), { force: true, recursive: true });
  }
}

export interface SpoolState {
  /** Turns that no process has stored yet. */
  waiting: number;
  /** When the oldest of them ended; ISO-8601 in UTC. */
  oldest: string | null;
  /** Files that were set aside because they hold no turn. */
  bad: number;
  /** Turns that were not written because the spool was full or they were too large. */
  dropped: number;
  last_dropped: string | null;
}

export function readSpoolState(folder: string): SpoolState {
  const turns = listTurns(folder);
  const dropped = statSync(join(folder, DROPPED), { throwIfNoEntry: false });
  return {
    waiting: turns.length,
    oldest: turns[0] ? new Date(turns[0].at).toISOString() : null,
    bad: readNames(join(folder, BAD)).length,
    dropped: dropped?.size ?? 0,
    last_dropped: dropped?.mtime.toISOString() ?? null,
  };
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
