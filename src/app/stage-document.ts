import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AtoError, invalidInput } from '../core/errors.ts';
import { isInside, makeFolder, writeFileAtomic } from '../core/files.ts';
import { decodeDocument } from '../ingestion/decode.ts';
import type { Project } from '../projects/project.ts';
import { sql } from '../storage/database.ts';
import type { AtoCore } from './atocore.ts';
import { incomingSubpath } from './incoming-root.ts';
import { refreshAndIndex } from './refresh.ts';

const PLAIN_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._()-]*\.(?:md|markdown|txt)$/iu;
/** What file systems take, less the name of the temporary file. */
const NAME_BYTES_MAX = 240;

/**
 * Writes a document under `vault/incoming/projects/<id>/` and ingests it. The one place where AtoCore writes below a source, and only
 * into that folder: plain names, no symbolic links, an existing name needs `overwrite`. Throws INVALID_INPUT or CONFLICT.
 */
export async function stageDocument(
  app: AtoCore,
  project: Project,
  input: { name: string; content: string; label?: string | undefined; overwrite: boolean },
): Promise<{ path: string; document: { id: number; title: string; chunks: number } | null }> {
  const name = input.name.normalize('NFC');
  if (!PLAIN_NAME.test(name) || basename(name) !== name || name.includes('..')) {
    throw invalidInput(
      `"${name.slice(0, 80)}" is not a plain file name.`,
      'Wanted: letters, digits, space, . _ - ( ), ending in .md, .markdown or .txt.',
    );
  }
  if (Buffer.byteLength(name) > NAME_BYTES_MAX)
    throw invalidInput(
      `"${name.slice(0, 80)}" is too long for a file name.`,
      `Wanted: at most ${NAME_BYTES_MAX} bytes.`,
    );
  if ('skip' in decodeDocument(Buffer.from(input.content)))
    throw invalidInput(`The content of "${name}" is not text.`, 'Wanted: text without control characters.');
  const folder = incomingFolder(app, project);
  const target = join(folder, name);
  const present = lstatSync(target, { throwIfNoEntry: false });
  if (present && !present.isFile())
    throw invalidInput(`"${name}" is there already and is no plain file.`, 'Choose another name.');
  if (present && !input.overwrite)
    throw new AtoError(
      'CONFLICT',
      `A staged document named "${name}" is there already.`,
      'Pass overwrite to replace it, or choose another name.',
    );
  writeFileAtomic(target, await withLabel(input.content, input.label), 0o644);
  await refreshAndIndex(app, project);
  const path = `${incomingSubpath(project)}/${name}`;
  const document = await app.withStore(async (store) =>
    sql(
      store.db,
      `SELECT d.id, d.title, (SELECT count(*) FROM chunks WHERE document_id = d.id) AS chunks FROM documents d WHERE d.source = 'vault' AND d.path = ?`,
    ).get(path),
  );
  return {
    path: `vault/${path}`,
    document: (document as { id: number; title: string; chunks: number } | undefined) ?? null,
  };
}

/** Makes the folder step by step: a link on the way must not lead the making of folders out of the vault either. */
function incomingFolder(app: AtoCore, project: Project): string {
  const vault = app.config.sources['vault']!;
  makeFolder(vault);
  const top = realpathSync(vault);
  let folder = top;
  for (const step of incomingSubpath(project).split('/')) {
    folder = join(folder, step);
    if (!lstatSync(folder, { throwIfNoEntry: false })) mkdirSync(folder, { mode: 0o700 });
    const real = realpathOf(folder);
    if (real === undefined || !isInside(top, real)) {
      throw invalidInput(
        `The incoming folder of ${project.id} leaves the vault through a symbolic link.`,
        'Replace the link by a folder.',
      );
    }
  }
  return folder;
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // A link that points nowhere: refused like one that leaves the vault.
    return undefined;
  }
}

async function withLabel(content: string, label: string | undefined): Promise<string> {
  if (label === undefined) return content;
  // Loaded when needed: every command loads this file, and hardly any parses front matter.
  const { readFrontMatter } = await import('../ingestion/front-matter.ts');
  if (readFrontMatter(content).bodyStart > 0) return content;
  return `---\ntitle: ${JSON.stringify(label)}\n---\n\n${content}`;
}
