import { existsSync } from 'node:fs';

/**
 * The file of a worker thread: `<name>.ts` beside `moduleUrl` when running from sources, else `<name>.js` at the top of the bundle, whose
 * chunks lie one folder down. Undefined when it is missing.
 */
export function findWorkerFile(name: string, moduleUrl: string): URL | undefined {
  const places = moduleUrl.endsWith('.ts') ? [`./${name}.ts`] : [`./${name}.js`, `../${name}.js`];
  return places.map((place) => new URL(place, moduleUrl)).find((url) => existsSync(url));
}
