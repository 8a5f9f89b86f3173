import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ERROR_TABLE, invalidInput } from '../../core/errors.ts';
import type { CommandSpec } from '../command.ts';
import { table } from '../output.ts';
import { withProgress } from '../progress.ts';
import type { CliSession } from '../session.ts';

export const evalCommands: readonly CommandSpec[] = [
  {
    usage: 'eval <path>',
    summary: 'Measure in a scratch home: the cases of a fixtures file, or retrieval on a BEIR folder',
    options: [{ flags: '--modes <modes>', meaning: 'lexical, semantic, hybrid, comma-separated; default: all three' }],
    example: 'atocore eval ./scifact --modes lexical,semantic,hybrid --json',
    exits: { 3: 'a case failed that should pass', 4: 'the folder lacks a file' },
    async run(session, [path], options) {
      const folder = resolve(path!);
      const found = statSync(folder, { throwIfNoEntry: false });
      if (found?.isFile()) return runFixtures(session, folder);
      if (!found?.isDirectory())
        throw invalidInput(`"${path}" is neither a file nor a folder.`, 'Wanted: a fixtures file or a BEIR folder.');
      const { EVAL_MODES, evalBeir } = await import('../../app/eval-beir.ts');
      const wanted = String(options['modes'] ?? EVAL_MODES.join(','))
        .split(',')
        .map((mode) => mode.trim());
      const modes = wanted.map((mode) => EVAL_MODES.find((known) => known === mode) ?? unknownMode(mode));
      const report = await withProgress(session.output, (progress) =>
        evalBeir(folder, modes, session.config, (done, total) =>
          progress?.({ done, total, message: 'filling in vectors' }),
        ),
      );
      session.output.result(report, () =>
        table(
          ['mode', 'nDCG@10', 'R@5', 'R@10', 'MRR@10', 'p50 ms', 'p95 ms'],
          Object.entries(report.modes).map(([mode, m]) => [
            mode,
            m.ndcg_10,
            m.recall_5,
            m.recall_10,
            m.mrr_10,
            m.p50_ms,
            m.p95_ms,
          ]),
        ),
      );
    },
  },
];

async function runFixtures(session: CliSession, file: string): Promise<void> {
  const { evalFixtures } = await import('../../app/eval-fixtures.ts');
  const report = await withProgress(session.output, (progress) =>
    evalFixtures(file, session.config, (done, total) => progress?.({ done, total, message: 'asking the cases' })),
  );
  session.output.result(report, ({ passed, cases, expected_gaps, failures }) =>
    [
      `${passed} of ${cases} passed, ${expected_gaps} content gaps as expected`,
      ...failures.map(
        ({ id, name, kind, missing, present_but_forbidden }) =>
          `${id}  ${kind}  ${name}${missing.map((text) => `\n      missing: ${text}`).join('')}${present_but_forbidden.map((text) => `\n      forbidden: ${text}`).join('')}`,
      ),
    ].join('\n'),
  );
  if (report.failed > report.expected_gaps) session.exitCode = ERROR_TABLE.PARTIAL.exit;
}

function unknownMode(mode: string): never {
  throw invalidInput(`"${mode}" is not a mode.`, 'Wanted: lexical, semantic or hybrid.');
}
