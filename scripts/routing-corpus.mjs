// Reads a folder of project trees for the routing scripts: <data>/projects/<project>/**.md, less the documents that
// <data>/sets/project-routing/do-not-index.txt keeps for measuring.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import matter from 'gray-matter';
import { documentFeatures, splitPieces } from '../src/projects/route-features.ts';

/** {project, path, title, body, paragraphs[]} of each document that may be indexed, in a fixed order. */
export function readCorpus(data) {
  const list = join(data, 'sets/project-routing/do-not-index.txt');
  const withheld = new Set(existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : []);
  const root = join(data, 'projects');
  const documents = [];
  for (const project of readdirSync(root).sort()) {
    for (const file of globSync('**/*.{md,txt}', { cwd: join(root, project) }).sort()) {
      if (!withheld.has(`${project}/${file}`)) documents.push(readDocument(project, join(root, project), file));
    }
  }
  return documents;
}

function readDocument(project, folder, file) {
  const raw = readFileSync(join(folder, file), 'utf8');
  let body = raw;
  let named;
  try {
    const parsed = matter(raw, { engines: { javascript: () => ({}) } });
    body = parsed.content;
    named = parsed.data.title;
  } catch {
    // Front matter that is not YAML is text like any other.
  }
  const heading = /^#{1,6}\s+(.+?)\s*#*\s*$/m.exec(body)?.[1];
  return {
    project,
    path: relative('', file),
    title: String(named ?? heading ?? basename(file, '.md')),
    body: named === undefined ? body : `${named}\n\n${body}`,
    paragraphs: proseParagraphs(body),
  };
}

/** Running text only: no headings, lists, tables, code, quotes or markup; at least 60 characters. */
function proseParagraphs(body) {
  return body
    .replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .trim()
        .replace(/!?\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])/g, '$1')
        .replace(/[`*]/g, '')
        .replace(/\s+/g, ' '),
    )
    .filter((text) => text.length >= 60 && !/^(#|[-+|>:<{[]|\d+[.)]\s)/.test(text));
}

/** The features that routing keeps of a document. */
export function featuresOf(document) {
  return documentFeatures(splitPieces(document.body));
}

/** A linear congruential generator (constants of Numerical Recipes), so that every run draws the same. */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
