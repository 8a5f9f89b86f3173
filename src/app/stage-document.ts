import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AtoError, invalidInput } from '../core/errors.ts';
import { isInside, writeFileAtomic } from '../core/files.ts';
import type { Project } from '../projects/project.ts';
import { sql } from '../storage/database.ts';
import type { AtoCore } from './atocore.ts';
import { incomingSubpath } from './incoming-root.ts';
import { refreshAndIndex } from './refresh.ts';

const PLAIN_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._()-]*\.(?:md|markdown|txt)$/iu;

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
  const vault = app.config.sources['vault']!;
  const folder = join(vault, incomingSubpath(project));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isInside(realpathSync(vault), realpathSync(folder))) {
    throw invalidInput(
      `The incoming folder of ${project.id} leaves the vault through a symbolic link.`,
      'Replace the link by a folder.',
    );
  }
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
  writeFileAtomic(target, withLabel(input.content, input.label), 0o644);
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

function withLabel(content: string, label: string | undefined): string {
  if (label === undefined || content.startsWith('---')) return content;
  return `---\ntitle: ${JSON.stringify(label)}\n---\n\n${content}`;
}
