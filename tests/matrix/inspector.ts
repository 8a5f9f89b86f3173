import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { npmInstall } from '../clients/installation.ts';

const PACKAGE = '@modelcontextprotocol/inspector';
export const INSPECTOR_VERSION = '2.12.0';

/** Outside the repository: it is large, and a release of it outlives a checkout. */
function inspectorFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'atocore-inspector', INSPECTOR_VERSION);
}

/** Installs the pinned Inspector unless it is there; answers its command line program, for Node 22.19 and newer. */
export async function installInspector(): Promise<string> {
  const folder = inspectorFolder();
  const program = join(folder, 'node_modules', PACKAGE, 'clients', 'cli', 'build', 'index.js');
  if (existsSync(program)) return program;
  mkdirSync(dirname(folder), { recursive: true });
  // The folder gets its name only when it is complete, so that an installation that was killed is never taken for one.
  const half = mkdtempSync(`${folder}.half-`);
  try {
    const manifest = { name: 'atocore-inspector', private: true, dependencies: { [PACKAGE]: INSPECTOR_VERSION } };
    writeFileSync(join(half, 'package.json'), JSON.stringify(manifest));
    await npmInstall(half, ['--ignore-scripts']);
    rmSync(folder, { recursive: true, force: true });
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return program;
}

export interface Inspected {
  code: number;
  /** The `result` that it prints, or what it printed when that is no JSON. */
  result: Record<string, unknown>;
  stderr: string;
}

/** One run of the Inspector's command line with a home of its own. */
export function inspect(program: string, home: string, args: readonly string[]): Promise<Inspected> {
  const env = { PATH: process.env['PATH'], HOME: home };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args, '--format', 'json', '-q'], { env }, (error, stdout, stderr) => {
      const printed = stdout === '' ? {} : (JSON.parse(stdout) as { result?: Record<string, unknown> });
      resolve({ code: error ? Number(error.code) : 0, result: printed.result ?? {}, stderr });
    });
  });
}
