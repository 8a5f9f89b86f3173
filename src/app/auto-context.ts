import { buildContext, type ContextInput, type ContextPack } from '../context/build-context.ts';
import { LIMITS } from '../core/limits.ts';
import { nearNames } from '../projects/project.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';
import { type Detection, detectFor } from './detect.ts';

export interface AutoContextInput {
  prompt: string;
  project?: string | undefined;
  cwd?: string | undefined;
  budget_tokens?: number | undefined;
}

export interface AutoContextAnswer extends ContextPack {
  detection: Detection;
  duration_ms: number;
}

/** A pack is at most this many characters, unless the caller's own budget asks for more; a token has about four. */
const CHARS_PER_TOKEN = 4;

/** Finds the project of a prompt and answers its context pack. A hint that names no project is said and then ignored. */
export async function autoContext(app: AtoCore, input: AutoContextInput): Promise<AutoContextAnswer> {
  const started = performance.now();
  const budgetTokens = input.budget_tokens ?? app.config.budget_tokens;
  return app.withStore(async (store) => {
    const { detection, degraded } = detectFor(app, store, input);
    const pack = await buildContext({
      ...packInput(app, store, {
        prompt: input.prompt,
        project: detection.project,
        budgetTokens,
        budgetAsked: input.budget_tokens,
      }),
      detection,
      degraded: [...degraded, ...unknownHint(app, input.project)],
    });
    return { ...pack, detection, duration_ms: Math.round((performance.now() - started) * 10) / 10 };
  });
}

/** What a pack is made from, at this moment. `budgetAsked` is what the caller named; it may ask for a longer text than the default allows. */
export function packInput(
  app: AtoCore,
  store: Store,
  wanted: { prompt: string; project: string | null; budgetTokens: number; budgetAsked?: number | undefined },
): ContextInput {
  const { prompt, project, budgetTokens, budgetAsked = 0 } = wanted;
  return {
    ...{ store, config: app.config, prompt, project, budgetTokens },
    charsMax: Math.max(LIMITS.packCharsMax, budgetAsked * CHARS_PER_TOKEN),
    now: app.clock.now(),
    detection: null,
    isVisible: visibleProjects(app),
  };
}

/** Whether documents of a project may be shown without being asked for by name: registered and not archived. */
export function visibleProjects(app: AtoCore): (project: string) => boolean {
  const { snapshot, error } = app.registry.loadOrLast();
  // With a broken registry nothing says which projects exist; `degraded` names it, and scoped reads go on.
  if (error && snapshot.projects.length === 0) return () => true;
  return (id) => {
    const project = snapshot.find(id);
    return project !== undefined && !project.archived;
  };
}

function unknownHint(app: AtoCore, hint: string | undefined): { component: string; reason: string }[] {
  if (hint === undefined || hint.trim() === '') return [];
  const { snapshot } = app.registry.loadOrLast();
  if (snapshot.find(hint)) return [];
  const near = nearNames(snapshot.projects, hint);
  return [
    {
      component: 'project',
      reason: `no project is named "${hint.slice(0, 80)}"${near.length > 0 ? `; near names: ${near.join(', ')}` : ''}`,
    },
  ];
}
