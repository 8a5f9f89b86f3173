import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The releases that the client tests know. A newer one is a change of this table and of what the tests expect of it. */
export const CLIENT_PACKAGES = {
  '@anthropic-ai/claude-code': '2.1.330',
  openclaw: '2026.9.6',
} as const;

export interface InstalledClients {
  /** The program of Claude Code; native, needs no Node. */
  claude: string;
  /** A module to run with Node 24.16 or newer. */
  openclaw: string;
}

/** Outside the repository, since the two take about a gigabyte and outlive a checkout. One folder for each pair of releases. */
export function clientsFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'atocore-clients', Object.values(CLIENT_PACKAGES).join('+'));
}

export function findInstalledClients(folder = clientsFolder()): InstalledClients | undefined {
  const clients = {
    claude: join(folder, 'node_modules', '@anthropic-ai', 'claude-code', 'bin', 'claude.exe'),
    openclaw: join(folder, 'node_modules', 'openclaw', 'openclaw.mjs'),
  };
  return Object.values(clients).every((path) => existsSync(path)) ? clients : undefined;
}

/**
 * Installs the pinned clients from the configured npm registry unless they are there. The folder gets its name only when it is
 * complete, so that an installation that was killed is never taken for one. Throws what npm said when it failed.
 */
export async function installClients(folder = clientsFolder()): Promise<InstalledClients> {
  const found = findInstalledClients(folder);
  if (found) return found;
  mkdirSync(dirname(folder), { recursive: true });
  const half = mkdtempSync(`${folder}.half-`);
  try {
    // Both place their programs by an install script; npm 12 runs none that is not named.
    const allowScripts = Object.fromEntries(Object.keys(CLIENT_PACKAGES).map((name) => [name, true]));
    const manifest = { name: 'atocore-clients', private: true, dependencies: CLIENT_PACKAGES, allowScripts };
    writeFileSync(join(half, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await npmInstall(half);
    rmSync(folder, { recursive: true, force: true });
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  const clients = findInstalledClients(folder);
  if (!clients) throw new Error(`npm installed the clients into ${folder} without their programs`);
  return clients;
}

/** Installs what the `package.json` of that folder names, under this Node; rejects with what npm said. */
export function npmInstall(folder: string, more: string[] = []): Promise<void> {
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  // Settings of the npm that may have started us belong to this repository.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/i.test(name)),
  );
  const child = spawn('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...more], {
    cwd: folder,
    env: { ...env, PATH: path },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said = `${said}${part}`.slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`npm install ended with ${code}: ${said}`)),
    );
  });
}
