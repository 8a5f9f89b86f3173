// Bundles our own sources into dist/. Packages stay outside, each is loaded from node_modules when first needed; but the few that every
// command loads come with it, since finding and reading their hundred files takes a tenth of the shortest commands.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
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
    'archive-worker': 'src/backup/archive-worker.ts',
    'hook-local': 'src/hooks/local-main.ts',
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

// Hooks run in a build of their own: small, whole, and for the Node on PATH even when that is older than the rest of the program wants.
// What secrets are found with is loaded from a second file, only for texts that may hold one.
const hooks = await build({
  entryPoints: { hook: 'src/hooks/run-hook.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node18',
  mainFields: ['module', 'main'],
  banner: { js: "import{createRequire as hookRequire}from'node:module';const require=hookRequire(import.meta.url);" },
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
  metafile: true,
});

// A server that runs on the build before still loads its own chunks lazily, so old ones go only after a week.
const outputs = [metafile, hooks.metafile].flatMap(({ outputs }) => Object.keys(outputs));
const fresh = new Set(outputs.map((path) => basename(path)));
for (const name of readdirSync('dist/chunks')) {
  const path = join('dist/chunks', name);
  if (!fresh.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
}
