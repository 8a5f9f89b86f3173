import { AtoError, invalidInput } from '../core/errors.ts';
import type { OptionValues } from './command.ts';
import { withProgress } from './progress.ts';
import { assertRegistryWhole, type MaybeDegraded } from './registry-state.ts';
import type { CliSession } from './session.ts';

interface Refresh {
  project: string;
  status: string;
  documents: {
    added: number;
    changed: number;
    unchanged: number;
    removed: number;
    failed: { path: string; error: string }[];
  };
  roots_skipped: { root: string; reason: string }[];
  chunks: number;
  vectors: number;
  duration_ms: number;
}

const PARTIAL_EXIT = 3;

function describeRefresh(refresh: Refresh): string {
  const { documents } = refresh;
  const lines = [
    `${refresh.project}: ${refresh.status} — ${documents.added} added, ${documents.changed} changed, ${documents.unchanged} unchanged, ${documents.removed} removed, ${documents.failed.length} failed; ${refresh.chunks} chunks, ${refresh.vectors} vectors (${refresh.duration_ms} ms)`,
    ...refresh.roots_skipped.map((skip) => `  skipped ${skip.root}: ${skip.reason}`),
    ...documents.failed.map((failure) => `  failed ${failure.path}: ${failure.error}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** `project refresh`: one project, or all that are not archived; one that fails is named and the others go on. */
export async function refreshProjects(session: CliSession, [name]: string[], options: OptionValues): Promise<void> {
  if ((name === undefined) === (options['all'] !== true))
    throw invalidInput('Name one project, or pass --all.', '`atocore project list` shows them.');
  const started = performance.now();
  const names = name === undefined ? await everyProject(session) : [name];
  const reports: Refresh[] = [];
  const failed: { project: string; code: string; message: string }[] = [];
  for (const project of names) {
    try {
      reports.push(
        await withProgress(session.output, (report) =>
          session.call<Refresh>('refresh_project', { project, full: options['full'] === true }, report),
        ),
      );
    } catch (error) {
      // One project that cannot be refreshed is no reason to leave out those after it.
      if (name !== undefined || !(error instanceof AtoError) || session.signal.aborted) throw error;
      failed.push({ project, code: error.code, message: error.message });
    }
  }
  if (failed.length > 0 || reports.some((report) => report.status === 'partial')) session.exitCode = PARTIAL_EXIT;
  const pending = reports.reduce((sum, report) => sum + report.chunks - report.vectors, 0);
  const whole =
    name === undefined
      ? { projects: reports, failed, duration_ms: Math.round(performance.now() - started) }
      : reports[0]!;
  session.output.result(whole, () =>
    [...reports.map(describeRefresh), ...failed.map((one) => `${one.project}: not refreshed: ${one.message}\n`)].join(
      '',
    ),
  );
  const { fillVectors } = await import('./fill-vectors.ts');
  await fillVectors(session, { pending, wait: options['wait'] === true });
}

async function everyProject(session: CliSession): Promise<string[]> {
  const listed = await session.call<{ projects: { id: string }[] } & MaybeDegraded>('list_projects', {});
  assertRegistryWhole(listed);
  return listed.projects.map(({ id }) => id);
}
