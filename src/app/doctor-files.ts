import { accessSync, constants, existsSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { abandonedStaged, cleanStaged } from '../backup/clean-staged.ts';
import { homePaths } from '../backup/host.ts';
import { pendingRestore, recoverRestore } from '../backup/swap.ts';
import { type Config, lockFolderOf } from '../config/load.ts';
import { createTokenStore } from '../config/token-store.ts';
import { systemCode, toAtoError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { ailing, type Finding, REPAIR_HINT, sound } from './doctor-finding.ts';

/** What unfinished atomic writes and ended restores are called. */
const LEFTOVER = /^\.[0-9a-f]{12}\.tmp$|^\.?[\w.-]*\.?(?:restoring|replaced)-[0-9a-f]{12}(?:-wal|-shm|-journal)?$/;

/** The folders of a home: whether they may be written and hold room for a snapshot, and what was left behind in them. */
export function checkFiles(config: Config, now: Date): Finding[] {
  return [
    checkWritable(config),
    checkRoom(config),
    checkTokens(config),
    checkRestore(config),
    checkLeftovers(config, now),
  ];
}

function checkWritable(config: Config): Finding {
  const folders = [config.home, dirname(config.db_path), dirname(config.registry_path), config.backup_dir];
  const barred = folders.filter((folder) => {
    try {
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      return false;
    } catch (error) {
      return systemCode(error) !== 'ENOENT';
    }
  });
  return barred.length === 0
    ? sound('folders', 'can be written')
    : ailing(
        'folders',
        'READ_ONLY',
        `cannot be written: ${barred.join(', ')}`,
        'Give them back to the user who runs AtoCore.',
      );
}

/** A snapshot needs the database once more, and a restore twice. */
function checkRoom(config: Config): Finding {
  const folder = [config.backup_dir, config.home].find((path) => existsSync(path));
  if (!folder) return sound('room', 'there is no home yet');
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const needed = Math.max(LIMITS.freeBytesMin, 2 * (statSync(config.db_path, { throwIfNoEntry: false })?.size ?? 0));
  return free >= needed
    ? sound('room', `${free} bytes are free`)
    : ailing(
        'room',
        'PARTIAL',
        `${free} bytes are free; ${needed} are wanted`,
        'Free some space on the disk of the home.',
      );
}

function checkTokens(config: Config): Finding {
  try {
    return sound('tokens', `${createTokenStore(config.home, lockFolderOf(config)).list().length} tokens`);
  } catch (thrown) {
    const { code, message, hint } = toAtoError(thrown);
    return ailing('tokens', code, message, hint);
  }
}

function checkRestore(config: Config): Finding {
  const snapshot = pendingRestore(homePaths(config));
  return snapshot === undefined
    ? sound('restore', 'none was interrupted')
    : ailing('restore', 'PARTIAL', `a restore of ${snapshot} runs, or was interrupted`, REPAIR_HINT, true);
}

function checkLeftovers(config: Config, now: Date): Finding {
  const found = [...abandonedStaged(config.backup_dir, now), ...leftovers(config, now)];
  return found.length === 0
    ? sound('leftovers', 'none')
    : ailing('leftovers', 'PARTIAL', `${found.length} files or folders of work that was killed`, REPAIR_HINT, true);
}

/** Files that nobody can still be writing: what is younger belongs to somebody alive, and what a journal names to a restore. */
function leftovers(config: Config, now: Date): string[] {
  const paths = homePaths(config);
  if (pendingRestore(paths) !== undefined) return [];
  const folders = new Set([
    dirname(paths.db),
    dirname(paths.registry),
    dirname(paths.tokens),
    ...(paths.vectors ? [paths.vectors] : []),
  ]);
  return [...folders].flatMap((folder) =>
    namesIn(folder)
      .filter((name) => LEFTOVER.test(name))
      .map((name) => join(folder, name))
      .filter(
        (path) => now.getTime() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > LIMITS.stagedAgeMsMax,
      ),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that is missing or barred has its own finding.
    return [];
  }
}

/** Undoes an interrupted restore. */
export async function repairRestore(config: Config): Promise<string> {
  const left = await recoverRestore(homePaths(config), lockFolderOf(config));
  if (!left) return 'a restore runs; it was left alone';
  return left.undone ? `the interrupted restore of ${left.snapshot} was undone` : 'what a restore left was removed';
}

export function repairLeftovers(config: Config, now: Date): string {
  const staged = cleanStaged(config.backup_dir, now);
  const files = leftovers(config, now);
  for (const path of files) rmSync(path, { recursive: true, force: true });
  return `${staged.length + files.length} leftovers removed`;
}
