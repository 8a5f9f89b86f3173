import { invalidInput } from '../../core/errors.ts';
import type { CommandSpec, OptionValues } from '../command.ts';
import { withProgress } from '../progress.ts';
import type { CliSession } from '../session.ts';

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

async function refresh(session: CliSession, [name]: string[], options: OptionValues): Promise<void> {
  if ((name === undefined) === (options['all'] !== true))
    throw invalidInput('Name one project, or pass --all.', '`atocore project list` shows them.');
  const started = performance.now();
  const names =
    name === undefined
      ? (await session.call<{ projects: { id: string }[] }>('list_projects', {})).projects.map((project) => project.id)
      : [name];
  const reports: Refresh[] = [];
  for (const project of names) {
    reports.push(
      await withProgress(session.output, (report) =>
        session.call<Refresh>('refresh_project', { project, full: options['full'] === true }, report),
      ),
    );
  }
  if (reports.some((report) => report.status === 'partial')) session.exitCode = PARTIAL_EXIT;
  const pending = reports.reduce((sum, report) => sum + report.chunks - report.vectors, 0);
  const whole =
    name === undefined ? { projects: reports, duration_ms: Math.round(performance.now() - started) } : reports[0]!;
  session.output.result(whole, () => reports.map(describeRefresh).join(''));
  const { fillVectors } = await import('../fill-vectors.ts');
  await fillVectors(session, { pending, wait: options['wait'] === true });
}

export const refreshCommand: CommandSpec = {
  usage: 'project refresh [project]',
  summary: 'Read what changed under the ingest roots; vectors fill in behind',
  options: [
    { flags: '--all', meaning: 'every project that is not archived' },
    { flags: '--full', meaning: 'read every file again' },
    { flags: '--wait', meaning: 'end only when every vector is there' },
  ],
  example: 'atocore project refresh --all',
  exits: {
    3: 'some files or roots failed; the report names them',
    4: 'no such project',
    11: 'another refresh of it is running',
  },
  run: refresh,
};
