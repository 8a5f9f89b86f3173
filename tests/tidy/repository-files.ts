import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');

/** Paths of the files of this repository, with `/`: what is committed and what would be, ignored files left out. */
export function repositoryFiles(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return listed.filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Our own TypeScript; generated tables are no code that anybody reads. */
export function sourceFiles(): string[] {
  return repositoryFiles().filter((path) => /^src\/.*\.ts$/.test(path) && !path.includes('.generated.'));
}

export interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

export function manifest(): Manifest {
  return JSON.parse(readText('package.json')) as Manifest;
}
