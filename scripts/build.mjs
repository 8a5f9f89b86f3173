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

// A server that runs on the build before still loads its own chunks lazily, so old ones go only after a week.
const fresh = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
for (const name of readdirSync('dist/chunks')) {
  const path = join('dist/chunks', name);
  if (!fresh.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
}
