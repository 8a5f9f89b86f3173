import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expectNoProcesses } from './processes.ts';
import { must, run } from './run.ts';

export const ROOT = resolve(import.meta.dirname, '..', '..');

/** What a person asks, and a word that only the one document of the one project can answer. */
export const PROMPT = 'What did we decide about the optics vendor of p05?';
export const KNOWN_WORD = 'Tarnbeck';
const DOCUMENT = `# Vendors\n\n## Optics vendor\n\nWe decided that the optics blanks come from ${KNOWN_WORD}; delivery takes eleven weeks.\n`;

/**
 * A person's account: a HOME of its own with `atocore` on PATH, a home of AtoCore with one project in the default place, and a
 * working folder under git. Nothing of the caller's environment is in `env`.
 */
export interface Scratch {
  home: string;
  /** Where clients work. */
  project: string;
  /** Programs that come first on PATH; `atocore` is one. */
  bin: string;
  env: Record<string, string>;
  /** Runs the real program; the answer of `--json`. Throws when it does not end with 0. */
  atocore<T>(...args: string[]): Promise<T>;
  /** Puts a script in the place of `atocore` on PATH; undefined takes it away. */
  replaceAtocore(script: string | undefined): void;
  /** Fails when a process that was started under this HOME lives on, then removes everything. */
  close(): Promise<void>;
}

export async function createScratch(): Promise<Scratch> {
  // Its name is the mark by which processes are found again: it stands in the HOME of each.
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'atocore-client-')));
  const [project, bin] = [join(home, 'interferometer'), join(home, 'bin')];
  for (const folder of [project, bin]) mkdirSync(folder);
  const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const env = { HOME: home, PATH: path, TERM: 'dumb', LANG: 'C.UTF-8' };
  const program = join(bin, 'atocore');
  const place = (): void => symlinkSync(join(ROOT, 'bin', 'atocore'), program);
  place();
  const scratch: Scratch = {
    home,
    project,
    bin,
    env,
    async atocore<T>(...args: string[]) {
      const ended = await run(join(ROOT, 'bin', 'atocore'), [...args, '--json'], { env, cwd: home });
      if (ended.code !== 0) throw new Error(`atocore ${args.join(' ')} ended with ${ended.code}: ${ended.stderr}`);
      return JSON.parse(ended.stdout) as T;
    },
    replaceAtocore(script) {
      rmSync(program, { force: true });
      if (script !== undefined) writeFileSync(program, script, { mode: 0o755 });
    },
    async close() {
      try {
        await expectNoProcesses(home);
      } finally {
        rmSync(home, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
  await must(run('git', ['init', '-q', project], { env, cwd: home }));
  const vault = join(home, '.atocore', 'sources', 'vault');
  mkdirSync(join(vault, 'p05'), { recursive: true });
  writeFileSync(join(vault, 'p05', 'vendors.md'), DOCUMENT);
  const registration = ['--id', 'p05-interferometer', '--alias', 'p05', '--description', 'Null interferometer'];
  await scratch.atocore('init');
  await scratch.atocore('project', 'register', ...registration, '--root', 'vault:p05', '--workspace', project, '--yes');
  await scratch.atocore('project', 'refresh', 'p05', '--wait');
  return scratch;
}
