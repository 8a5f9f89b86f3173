import type { Project } from '../projects/project.ts';
import type { RegistrySnapshot } from '../projects/registry.ts';
import type { AtoCore } from './atocore.ts';

/**
 * The registry for a read: a broken file is no error, the last good reading (or an empty one) answers and `named` says so, as a part to
 * spread into an answer that has `degraded` only when something is (case C08).
 */
export function readRegistry(app: AtoCore): {
  snapshot: RegistrySnapshot;
  projects: readonly Project[];
  named: { degraded?: { component: string; reason: string }[] };
} {
  const { snapshot, error } = app.registry.loadOrLast();
  return {
    snapshot,
    projects: snapshot.projects,
    named: error ? { degraded: [{ component: 'registry', reason: error.message }] } : {},
  };
}
