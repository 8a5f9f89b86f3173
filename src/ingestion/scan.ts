import type { Dirent, Stats } from 'node:fs';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { systemCode } from '../core/errors.ts';
import { isInside } from '../core/files.ts';
import { DOCUMENT_NAME, isIgnoredName } from '../projects/document-names.ts';

export interface ScannedFile {
  /** Below the root, with `/` on every platform. */
  relativePath: string;
  size_bytes: number;
  /** Milliseconds since 1970 with the fraction that the file system gives, so that two quick writes differ. */
  mtime_ms: number;
}

export type SkipReason =
  | 'outside_root'
  | 'broken_link'
  | 'hidden_target'
  | 'hostile_name'
  | 'not_a_file'
  | 'too_large'
  | 'unreadable'
  | 'too_many_files';

export interface SkippedPath {
  /** Below the root, control characters and undecodable bytes escaped; empty for the root itself. */
  path: string;
  reason: SkipReason;
}

export interface ScanResult {
  /** `missing` and `unreadable` mean that nothing is known of the files: purge nothing. */
  root: 'read' | 'missing' | 'unreadable' | 'not_a_folder';
  /** Sorted by path, code unit by code unit. */
  files: ScannedFile[];
  skipped: SkippedPath[];
}

export interface ScanLimits {
  documentBytesMax: number;
  filesPerRootMax: number;
}

/** A root such as `/` holds far more other files than documents: the walk ends after this many entries a file allowed. */
const ENTRIES_PER_FILE_MAX = 20;

interface Walk {
  root: string;
  limits: ScanLimits;
  files: ScannedFile[];
  skipped: SkippedPath[];
  /** Links are looked at after the real tree, so that a file is listed under its own path first. */
  links: string[];
  realFiles: Set<string>;
  entries: number;
  full: boolean;
}

/**
 * The documents (.md, .markdown, .txt) under a folder. Hidden files and folders and `node_modules` are left out silently;
 * everything else that is left out is named. A link inside the root gives its file once, a link that leaves it is never followed.
 */
export function scanRoot(rootPath: string, limits: ScanLimits): ScanResult {
  const walk: Walk = {
    root: rootPath,
    limits,
    files: [],
    skipped: [],
    links: [],
    realFiles: new Set(),
    entries: 0,
    full: false,
  };
  try {
    walk.root = realpathSync(rootPath);
    if (!statSync(walk.root).isDirectory()) return { root: 'not_a_folder', files: [], skipped: [] };
    readdirSync(walk.root);
  } catch (error) {
    const code = systemCode(error);
    return { root: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable', files: [], skipped: [] };
  }
  walkFolders(walk);
  for (const link of walk.links) if (!walk.full) followLink(walk, link);
  if (walk.full) walk.skipped.push({ path: '', reason: 'too_many_files' });
  return {
    root: 'read',
    files: walk.files.sort((a, b) => order(a.relativePath, b.relativePath)),
    skipped: walk.skipped.sort((a, b) => order(a.path, b.path)),
  };
}

/** Whether a refresh could read a path below a root: what lies in hidden folders or has another ending never matters. */
export function mayHoldDocuments(relativePath: string, isFile: boolean): boolean {
  return !relativePath.split(/[\\/]/).some(isIgnoredName) && (!isFile || DOCUMENT_NAME.test(relativePath));
}

function walkFolders(walk: Walk): void {
  const pending = [{ folder: walk.root, prefix: '' }];
  for (let next = pending.pop(); next !== undefined && !walk.full; next = pending.pop()) {
    const folders: string[] = [];
    for (const entry of readFolder(walk, next.folder, next.prefix)) {
      walk.entries += 1;
      if (walk.entries > walk.limits.filesPerRootMax * ENTRIES_PER_FILE_MAX) walk.full = true;
      if (walk.full) break;
      if (isIgnoredName(entry.name)) continue;
      const path = next.prefix + entry.name;
      const isDocument = DOCUMENT_NAME.test(entry.name);
      if (!isDocument && !entry.isDirectory() && !entry.isSymbolicLink()) continue;
      if (isHostile(entry.name)) walk.skipped.push({ path: printable(path), reason: 'hostile_name' });
      else if (entry.isDirectory()) folders.push(entry.name);
      else if (entry.isSymbolicLink()) walk.links.push(path);
      else addFile(walk, join(next.folder, entry.name), path);
    }
    for (const name of folders.reverse())
      pending.push({ folder: join(next.folder, name), prefix: `${next.prefix}${name}/` });
  }
}

function readFolder(walk: Walk, folder: string, prefix: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => order(a.name, b.name));
  } catch {
    walk.skipped.push({ path: prefix.slice(0, -1), reason: 'unreadable' });
    return [];
  }
}

function followLink(walk: Walk, path: string): void {
  let target: string;
  let stats: Stats;
  try {
    target = realpathSync(join(walk.root, path));
    stats = statSync(target);
  } catch {
    walk.skipped.push({ path, reason: 'broken_link' });
    return;
  }
  if (!stats.isDirectory() && !DOCUMENT_NAME.test(path)) return;
  if (!isInside(walk.root, target)) walk.skipped.push({ path, reason: 'outside_root' });
  else if (relative(walk.root, target).split(sep).some(isIgnoredName))
    walk.skipped.push({ path, reason: 'hidden_target' });
  // The walk has listed a linked folder of this root under its own path, so loops cannot arise.
  else if (!stats.isDirectory()) addFile(walk, target, path, stats);
}

function addFile(walk: Walk, realPath: string, path: string, known?: Stats): void {
  if (walk.realFiles.has(realPath)) return;
  const stats = known ?? statOf(realPath);
  if (stats === undefined) walk.skipped.push({ path, reason: 'unreadable' });
  else if (!stats.isFile()) walk.skipped.push({ path, reason: 'not_a_file' });
  else if (stats.size > walk.limits.documentBytesMax) walk.skipped.push({ path, reason: 'too_large' });
  else if (walk.files.length >= walk.limits.filesPerRootMax) walk.full = true;
  else {
    walk.realFiles.add(realPath);
    walk.files.push({ relativePath: path, size_bytes: stats.size, mtime_ms: stats.mtimeMs });
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // The caller names the file as unreadable.
    return undefined;
  }
}

/** Control characters, line separators, direction overrides, and bytes that are not UTF-8 (Node reads them as U+FFFD). */
const HOSTILE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/u;
const HOSTILE_ALL = new RegExp(HOSTILE, 'gu');

function isHostile(name: string): boolean {
  return HOSTILE.test(name);
}

function printable(path: string): string {
  return path.replaceAll(HOSTILE_ALL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
