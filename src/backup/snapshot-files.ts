import { createHash } from 'node:crypto';
import { constants, lstatSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, syncFolder } from '../core/files.ts';
import type { SnapshotFile } from './manifest.ts';

const BUFFER_BYTES = 1024 * 1024;
/** A commit of another process waits for what is not on the disk yet, so little piles up. */
const SYNC_EVERY_BYTES = 8 * 1024 * 1024;
const PRIVATE_FILE = 0o600;
/** Windows has no such flag; links are told apart by lstat there. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

type Digest = Pick<SnapshotFile, 'bytes' | 'sha256'>;

/** Copies one plain file to a new path, synced, and answers size and SHA-256 of what was written. Throws ELOOP for a link. */
export async function copyFileSynced(from: string, to: string): Promise<Digest> {
  makeFolder(dirname(to));
  const source = await open(from, constants.O_RDONLY | NO_FOLLOW);
  try {
    const target = await open(to, 'wx', PRIVATE_FILE);
    try {
      let unsynced = 0;
      const digest = await eachBlock(source, async (block) => {
        for (let at = 0; at < block.length; ) at += (await target.write(block, at)).bytesWritten;
        unsynced += block.length;
        if (unsynced < SYNC_EVERY_BYTES) return;
        unsynced = 0;
        await target.datasync();
      });
      await target.sync();
      return digest;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Size and SHA-256 of one plain file; with `sync` it is made durable too. */
export async function digestFile(path: string, sync = false): Promise<Digest> {
  const file = await open(path, (sync ? constants.O_RDWR : constants.O_RDONLY) | NO_FOLLOW);
  try {
    const digest = await eachBlock(file, async () => undefined);
    if (sync) await file.sync();
    return digest;
  } finally {
    await file.close();
  }
}

async function eachBlock(
  file: { read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number }> },
  take: (block: Buffer) => Promise<void>,
): Promise<Digest> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, BUFFER_BYTES);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    const block = buffer.subarray(0, bytesRead);
    hash.update(block);
    bytes += bytesRead;
    await take(block);
  }
}

/** Everything under a folder but folders, as paths with `/`; links are listed and marked, never followed. */
export function walkFiles(folder: string, below = ''): { path: string; plain: boolean }[] {
  const found: { path: string; plain: boolean }[] = [];
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...walkFiles(folder, path));
    else found.push({ path, plain: entry.isFile() });
  }
  return found;
}

/**
 * The files of a vector folder in the order in which a copy is safe: manifests first, since they name data files that are never
 * changed afterwards; unfinished `.tmp` files and hidden folders left out. The caller holds the `vectors` lock, so nothing is pruned.
 */
export function vectorFiles(folder: string): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  const all = walkFiles(folder)
    .filter((file) => file.plain && !file.path.split('/').some((part) => part.startsWith('.') || part.includes('.tmp')))
    .map((file) => file.path);
  const isManifest = (path: string) => path.includes('/_versions/');
  return [...all.filter(isManifest), ...all.filter((path) => !isManifest(path))];
}

/** Makes every folder of a tree durable, the deepest first. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) syncTree(join(folder, entry.name));
  syncFolder(folder);
}
