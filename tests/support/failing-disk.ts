import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder whose disk can be made to fail, and the way in which a process must be started to meet that. */
export interface FailingDisk {
  folder: string;
  env: NodeJS.ProcessEnv;
  fail(): void;
  heal(): void;
  remove(): void;
}

function tries(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    // The caller falls back to another way.
    return false;
  }
}

const scratch = () => mkdtempSync(join(tmpdir(), 'atocore-disk-'));

/** A small file system of its own in memory, filled to the last byte; undefined where this user may not mount one. */
export function fullDisk(): FailingDisk | undefined {
  const folder = scratch();
  if (!tries('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder])) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    env: {},
    fail() {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    },
    heal: () => rmSync(filler, { force: true }),
    remove() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Writes and syncs that fail with one error, by a library that is loaded before all others; undefined without a C compiler. */
export function brokenDisk(error: 'EIO' | 'ENOSPC'): FailingDisk | undefined {
  const base = scratch();
  const library = join(base, 'failing-disk.so');
  const source = join(import.meta.dirname, '../fault/failing-disk.c');
  if (process.platform !== 'linux' || !tries('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl'])) {
    rmSync(base, { recursive: true });
    return undefined;
  }
  const folder = join(base, 'home');
  mkdirSync(folder);
  const switched = join(base, 'fails');
  return {
    folder,
    env: {
      LD_PRELOAD: library,
      FAULT_UNDER: folder,
      FAULT_SWITCH: switched,
      FAULT_ERRNO: String(constants.errno[error]),
    },
    fail: () => writeFileSync(switched, ''),
    heal: () => rmSync(switched, { force: true }),
    remove: () => rmSync(base, { recursive: true }),
  };
}
