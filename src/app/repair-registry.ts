import { copyFileSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listSnapshots } from '../backup/list.ts';
import { SNAPSHOT_FILES } from '../backup/manifest.ts';
import { utcStamp } from '../core/clock.ts';
import { AtoError } from '../core/errors.ts';
import { createRegistry, type RegistrySnapshot } from '../projects/registry.ts';
import { sql } from '../storage/database.ts';
import type { AtoCore } from './atocore.ts';

/**
 * Puts the registry of the newest snapshot that has a readable one in the place of a broken file, which is kept beside it as
 * `.broken-<stamp>`. Answers what was done, with the projects that have rows and no registration now. Throws NOT_FOUND without such a
 * snapshot; nothing is changed then.
 */
export async function repairRegistry(app: AtoCore): Promise<string> {
  const { path } = app.registry;
  const found = await findRegistry(app);
  if (!found)
    throw new AtoError('NOT_FOUND', 'No snapshot holds a readable project registry.', 'Correct the file by hand.');
  const kept = `${path}.broken-${utcStamp(app.clock.now())}`;
  await app.registry.edit(async (save) => {
    if (existsSync(path)) copyFileSync(path, kept);
    save(found.registry.projects);
  });
  const lost = await unregistered(app, found.registry);
  const named = lost.length > 0 ? `; these have rows and must be registered again: ${lost.join(', ')}` : '';
  return `taken from the snapshot ${found.id}; the broken file is kept as ${basename(kept)}${named}`;
}

async function findRegistry(app: AtoCore): Promise<{ id: string; registry: RegistrySnapshot } | undefined> {
  for (const { id, problem } of await listSnapshots(app.config.backup_dir)) {
    const file = join(app.config.backup_dir, id, SNAPSHOT_FILES.registry);
    if (problem !== null || !existsSync(file)) continue;
    const { snapshot, error } = createRegistry(file, '', 0).loadOrLast();
    if (!error) return { id, registry: snapshot };
  }
  return undefined;
}

async function unregistered(app: AtoCore, registry: RegistrySnapshot): Promise<string[]> {
  return app.withStore(async ({ db }) => {
    const rows = sql(
      db,
      `SELECT project FROM documents UNION SELECT project FROM memories UNION SELECT project FROM state_entries ORDER BY 1`,
    ).all() as { project: string }[];
    return rows.flatMap(({ project }) => (project === '' || registry.find(project) ? [] : [project]));
  });
}
