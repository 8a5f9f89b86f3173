import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AtoCore, createAtoCore } from '../../src/app/atocore.ts';
import { loadConfig } from '../../src/config/load.ts';
import { sha256 } from '../../src/core/ids.ts';
import { getOperation } from '../../src/operations/index.ts';
import { invoke } from '../../src/operations/invoke.ts';
import type { State } from './model.ts';

export const PROJECT = 'p05';
const PERSON = { kind: 'person', name: 'ada', scope: 'admin' } as const;

/** The product on a home, as a server or a command has it. */
export function openApp(home: string, longLived: boolean): AtoCore {
  const config = loadConfig({ home, log_level: 'silent' }, { ATOCORE_HOME: home });
  return createAtoCore(config, { longLived });
}

export async function call<T = Record<string, unknown>>(app: AtoCore, name: string, input: object): Promise<T> {
  return (await invoke(getOperation(name), { app, principal: PERSON }, input)) as T;
}

const folderOf = (home: string) => join(home, 'sources', 'vault', PROJECT);

/** A word that stands in one document only. */
export const markOf = (name: string, version: number) => `zeta${name.replaceAll(/\W/g, '')}v${version}q`;

export function writeNote(home: string, name: string, version: number): void {
  mkdirSync(folderOf(home), { recursive: true });
  const text = `# Note ${name}\n\nThe ${markOf(name, version)} mirror was polished and measured.\n\n## Later\n\nIt was coated ${version} times.\n`;
  writeFileSync(join(folderOf(home), `${name}.md`), text);
}

export const removeNote = (home: string, name: string) => rmSync(join(folderOf(home), `${name}.md`), { force: true });

/** The files of the project as the model has documents. */
export function filesOf(home: string): string[] {
  mkdirSync(folderOf(home), { recursive: true });
  return readdirSync(folderOf(home)).map(
    (name) => `${PROJECT}/${name} ${sha256(readFileSync(join(folderOf(home), name)))}`,
  );
}

export async function register(app: AtoCore, home: string): Promise<void> {
  mkdirSync(folderOf(home), { recursive: true });
  const registration = {
    id: PROJECT,
    description: 'An interferometer',
    ingest_roots: [{ source: 'vault', subpath: PROJECT }],
  };
  const { digest } = await call(app, 'propose_project', registration);
  await call(app, 'register_project', { ...registration, digest });
}

/** What the database holds now. */
export async function readState(app: AtoCore): Promise<State> {
  return app.withStore(async ({ db }) => {
    const all = (text: string) => new Set((db.prepare(text).all() as { found: string }[]).map((row) => row.found));
    return {
      facts: all('SELECT content AS found FROM memories'),
      turns: all(`SELECT turn_id AS found FROM interactions WHERE client = 'fault'`),
      documents: all(`SELECT path || ' ' || sha256 AS found FROM documents`),
    };
  });
}
