// Bundles our own sources into dist/. Packages stay outside, each is loaded from node_modules when first needed; but the few that every
// command loads come with it, since finding and reading their hundred files takes a tenth of the shortest commands.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';

const BUNDLED = new Set(['zod', 'commander', 'jsonc-parser', 'fastest-levenshtein', 'stemmer', 'croner']);

/** `packages: 'external'` with exceptions. */
const packagesOutside = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || BUNDLED.has(path.split('/')[0]) ? undefined : { path, external: true },
    );
  },
};

const KEPT_MS = 7 * 24 * 3600 * 1000;

const { metafile } = await build({
  entryPoints: {
    index: 'src/index.ts',
    cli: 'src/cli/main.ts',
    'embedding-worker': 'src/embedding/embedding-worker.ts',
    'prepare-worker': 'src/ingestion/prepare-worker.ts',
    'extract-worker': 'src/capture/extract-worker.ts',
    'check-worker': 'src/backup/check-worker.ts',
    'archive-worker': 'src/backup/archive-worker.ts',
    'hook-local': 'src/hooks/hook-local.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  plugins: [packagesOutside],
  sourcemap: true,
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
  metafile: true,
});

// Hooks run in a build of their own, for the Node on PATH even when that is older than the rest of the program wants: one file with all
// that a capture needs, since each further file costs it a millisecond, and one for each thing that is loaded only sometimes. CommonJS,
// because importing a module of Node from an ES module makes all that it exports, which costs a hook some milliseconds.
const HOOK_FILES = {
  hook: 'src/hooks/run-hook.ts',
  'hook-inject': 'src/hooks/inject.ts',
  'hook-redact': 'src/redaction/redact-library.ts',
};
const hookFilesApart = {
  name: 'hook-files-apart',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
      const source = relative(process.cwd(), join(resolveDir, path));
      const found = Object.entries(HOOK_FILES).find(([, file]) => file === source);
      return found && kind === 'dynamic-import' ? { path: `./${found[0]}.cjs`, external: true } : undefined;
    });
  },
};
await build({
  entryPoints: HOOK_FILES,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node18',
  mainFields: ['module', 'main'],
  plugins: [hookFilesApart],
  banner: { js: "const hookUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'hookUrl' },
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
});

// A server that runs on the build before still loads its own chunks lazily, so old ones go only after a week.
const fresh = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
for (const name of readdirSync('dist/chunks')) {
  const path = join('dist/chunks', name);
  if (!fresh.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
}
