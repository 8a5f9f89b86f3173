import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findWorkerFile } from '../core/worker-file.ts';
import type { HookEvent } from './hook-event.ts';

/** What the child reads on stdin. */
export interface LocalQuestion {
  event: HookEvent;
  home: string;
}

/** The oldest Node that can load the store. */
const WANTED = [22, 19] as const;
const ANSWERER = 'hook-local';

/**
 * Asks the store of a local home, in a process of its own: the caller may run on a Node that cannot load it, and can end a child that hangs
 * inside the driver, which it could not do with itself. Empty when there is no answer. The child never outlives the caller.
 */
export function askLocal(question: LocalQuestion): Promise<string> {
  const program = findWorkerFile(ANSWERER, import.meta.url);
  const node = program && findNode(program);
  if (node === undefined) return Promise.resolve('');
  return new Promise((resolve) => {
    const child = spawn(node, [fileURLToPath(program!)], { stdio: ['pipe', 'pipe', 'ignore'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', () => resolve(''));
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(parts).toString('utf8') : ''));
    // It may be gone before it has read.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(question));
  });
}

/** This process's own, or the one that a checkout brings, beside the folder of the bundle. */
function findNode(program: URL): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > WANTED[0] || (major === WANTED[0] && minor >= WANTED[1])) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, program));
  return existsSync(own) ? own : undefined;
}
