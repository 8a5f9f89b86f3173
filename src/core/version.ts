import { existsSync, readFileSync } from 'node:fs';

let known: string | undefined;

/** The version of this program, from the package's own manifest; `unknown` when it cannot be found. */
export function programVersion(): string {
  known ??= readVersion();
  return known;
}

/** The manifest lies one to three folders above this module: sources and bundle have different depths. */
function readVersion(): string {
  for (const step of ['..', '../..', '../../..']) {
    const path = new URL(`${step}/package.json`, import.meta.url);
    if (!existsSync(path)) continue;
    const found = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
    if (found.name === 'atocore') return found.version ?? 'unknown';
  }
  return 'unknown';
}
