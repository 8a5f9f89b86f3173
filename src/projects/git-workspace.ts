import { closeSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** Where a folder stands in git. `remote` is the URL of `origin`, or of the only remote, without credentials. */
export interface GitWorkspace {
  /** Root of the checkout that holds the folder. */
  root: string;
  /** Absolute; the same for every worktree of a clone. */
  commonDir: string;
  remote?: string;
}

/** Real checkouts lie a few folders up; a path deeper than this is not worth 64 calls of stat. */
const LEVELS_MAX = 64;
const POINTER_BYTES_MAX = 4_096;
const CONFIG_BYTES_MAX = 256 * 1024;
const URL_CHARS_MAX = 1_000;

/**
 * Finds the checkout that holds an absolute folder by reading `.git`, `commondir` and `config`: no process is started
 * and nothing of the repository is run. Undefined when there is none or when its files are not what git writes.
 */
export function findGitWorkspace(folder: string): GitWorkspace | undefined {
  if (!isAbsolute(folder) || folder.includes('\0')) return undefined;
  let root = resolve(folder);
  for (let level = 0; level < LEVELS_MAX; level += 1) {
    const gitDir = gitDirOf(root);
    if (gitDir !== undefined) return describe(root, gitDir);
    const parent = dirname(root);
    if (parent === root) return undefined;
    root = parent;
  }
  return undefined;
}

function gitDirOf(root: string): string | undefined {
  const entry = join(root, '.git');
  if (kindOf(entry) === 'folder') return kindOf(join(entry, 'HEAD')) === 'file' ? entry : undefined;
  const pointer = /^gitdir: ?([^\r\n\0]+)/.exec(readBounded(entry, POINTER_BYTES_MAX) ?? '')?.[1];
  if (pointer === undefined) return undefined;
  const target = resolve(root, pointer.trim());
  return kindOf(join(target, 'HEAD')) === 'file' ? target : undefined;
}

function describe(root: string, gitDir: string): GitWorkspace {
  const common = readBounded(join(gitDir, 'commondir'), POINTER_BYTES_MAX)?.trim() ?? '';
  const shared = common === '' || /[\r\n\0]/.test(common) ? gitDir : resolve(gitDir, common);
  const commonDir = kindOf(join(shared, 'HEAD')) === 'file' ? shared : gitDir;
  const remote = remoteOf(readBounded(join(commonDir, 'config'), CONFIG_BYTES_MAX) ?? '');
  return remote === undefined ? { root, commonDir } : { root, commonDir, remote };
}

/** URL of `origin` in a git config, or of the only remote. Includes are not followed: they may point anywhere. */
function remoteOf(config: string): string | undefined {
  const urls = new Map<string, string>();
  let section = '';
  for (const line of config.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]"]*?)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header !== null) section = header[1]!.toLowerCase() === 'remote' ? (header[2] ?? '') : '';
    const url = /^\s*url\s*=\s*(.+?)\s*$/i.exec(line)?.[1]?.replace(/^"(.*)"$/, '$1');
    if (section !== '' && url !== undefined && url.length <= URL_CHARS_MAX && !urls.has(section))
      urls.set(section, url);
  }
  const url = urls.get('origin') ?? (urls.size === 1 ? [...urls.values()][0] : undefined);
  return url?.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}

/**
 * One form for every way to write a remote: `host/owner/name`, host in lower case, without scheme, user, standard port,
 * `.git` and closing slash, so that ssh and https of one repository are equal. Undefined for anything that is no remote.
 */
export function normalizeRemote(written: string): string | undefined {
  const url = written.trim();
  if (url.length > URL_CHARS_MAX || /\s/.test(url)) return undefined;
  const long = /^(?:https?|ssh|git|git\+ssh|git\+https):\/\/(?:[^/@]*@)?([^/:]+|\[[^\]]+\])(?::(\d+))?\/+(.+)$/i.exec(
    url,
  );
  const short = long === null ? /^(?:[^/@:\s]+@)?([^/@:\\\s]{2,}):(?!\/\/|\\)(.+)$/.exec(url) : null;
  const host = long?.[1] ?? short?.[1];
  const path = (long?.[3] ?? short?.[2])
    ?.replace(/[?#].*$/, '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '');
  if (host === undefined || path === undefined || path === '') return undefined;
  const port = long?.[2] === undefined || ['22', '80', '443', '9418'].includes(long[2]) ? '' : `:${long[2]}`;
  return `${host.toLowerCase()}${port}/${foldsCase(host) ? path.toLowerCase() : path}`;
}

/** The large public hosts ignore letter case in paths; elsewhere two spellings may be two repositories. */
function foldsCase(host: string): boolean {
  return ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'].includes(host.toLowerCase());
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : undefined;
  } catch {
    // Missing and forbidden alike mean that git could not use it either.
    return undefined;
  }
}

/** The text of a regular file of at most `bytesMax`; undefined for others, so that a FIFO or a device cannot stall us. */
function readBounded(path: string, bytesMax: number): string | undefined {
  let file: number | undefined;
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > bytesMax) return undefined;
    file = openSync(path, 'r');
    const bytes = Buffer.alloc(bytesMax);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytesMax, 0));
  } catch {
    // As above: unreadable is the same as not there.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
