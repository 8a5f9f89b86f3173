import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type AtoCore, createAtoCore } from '../../src/app/atocore.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Clock } from '../../src/core/clock.ts';
import { getOperation } from '../../src/operations/index.ts';
import { invoke } from '../../src/operations/invoke.ts';
import type { Principal } from '../../src/operations/operation.ts';

export interface TestHomeOptions {
  /** Default `none`: lexical only, and nothing to load. */
  embedder?: 'none' | 'bundled';
  /** More named sources, absolute folders. `vault` and `drive` are always there. */
  sources?: Record<string, string>;
  clock?: Clock;
}

export interface TestHome {
  /** Absolute, links resolved. */
  home: string;
  vault: string;
  app: AtoCore;
  /** Environment for a child process that works on the same home. */
  env: NodeJS.ProcessEnv;
  /** Writes a file below the home, folders included, and answers its absolute path. */
  write(relativePath: string, content: string | Buffer): string;
  /** Calls an operation of the table as any face does; default as a person. */
  call<T = Record<string, never>>(operation: string, input?: object, as?: 'person' | 'agent' | Principal): Promise<T>;
  /** Registers a project whose root is `vault:projects/<id>` unless `root` (SOURCE:SUBPATH) says else; makes that folder in the vault. */
  register(
    id: string,
    options?: { aliases?: string[]; root?: string; description?: string; workspaces?: string[] },
  ): Promise<void>;
  /** Refreshes a project; answers the operation's result. */
  refresh(project: string, full?: boolean): Promise<RefreshResult>;
  /** Closes the app and removes the home. */
  close(): Promise<void>;
}

export interface RefreshResult {
  project: string;
  status: 'ingested' | 'partial' | 'unchanged' | 'nothing_to_ingest';
  roots_ingested: string[];
  roots_skipped: { root: string; reason: string }[];
  documents: {
    added: number;
    changed: number;
    unchanged: number;
    removed: number;
    failed: { path: string; error: string }[];
  };
  chunks: number;
  vectors: number;
}

const PERSON: Principal = { kind: 'person', name: 'ada', scope: 'admin' };
const AGENT: Principal = { kind: 'agent', name: 'test-agent', scope: 'admin' };

/** A scratch home with a real app on it. Close it after the test. */
export async function createTestHome(options: TestHomeOptions = {}): Promise<TestHome> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'atocore-test-')));
  const vault = join(home, 'sources', 'vault');
  for (const folder of [vault, join(home, 'sources', 'drive')]) mkdirSync(folder, { recursive: true });
  const sources = Object.entries(options.sources ?? {}).map(([name, path]) => `${name}=${path}`);
  const settings = {
    ATOCORE_HOME: home,
    ATOCORE_EMBEDDER: options.embedder ?? 'none',
    ATOCORE_LOG_LEVEL: 'fatal',
    ...(sources.length > 0 ? { ATOCORE_SOURCES: sources.join(',') } : {}),
  };
  const app = createAtoCore(loadConfig({}, settings), options.clock ? { clock: options.clock } : {});
  const test: TestHome = {
    home,
    vault,
    app,
    env: { ...process.env, ...settings },
    write(relativePath, content) {
      const path = join(home, relativePath);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    async call<T>(operation: string, input: object = {}, as: 'person' | 'agent' | Principal = 'person') {
      const principal = as === 'person' ? PERSON : as === 'agent' ? AGENT : as;
      return (await invoke(getOperation(operation), { app, principal }, input)) as T;
    },
    async register(id, { aliases = [], root = `vault:projects/${id}`, description = '', workspaces = [] } = {}) {
      const [source, subpath] = [root.slice(0, root.indexOf(':')), root.slice(root.indexOf(':') + 1)];
      if (source === 'vault') mkdirSync(join(vault, subpath), { recursive: true });
      const registration = { id, aliases, description, ingest_roots: [{ source, subpath }], workspaces };
      const { digest } = await test.call<{ digest: string }>('propose_project', registration);
      await test.call('register_project', { ...registration, digest });
    },
    refresh: (project, full = false) => test.call<RefreshResult>('refresh_project', { project, full }),
    async close() {
      await app.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return test;
}
