import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidInput } from '../../core/errors.ts';
import type { CommandSpec } from '../command.ts';
import { table } from '../output.ts';
import { withProgress } from '../progress.ts';

export const evalCommands: readonly CommandSpec[] = [
  {
    usage: 'eval <folder>',
    summary: 'Measure retrieval on a BEIR folder, in a scratch home',
    options: [{ flags: '--modes <modes>', meaning: 'lexical, semantic, hybrid, comma-separated; default: all three' }],
    example: 'atocore eval ./scifact --modes lexical,semantic,hybrid --json',
    exits: { 4: 'the folder lacks a file' },
    async run(session, [path], options) {
      const { EVAL_MODES, evalBeir } = await import('../../app/eval-beir.ts');
      const folder = resolve(path!);
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
        throw invalidInput(`"${path}" is not a folder.`, 'Wanted: a BEIR folder.');
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

function unknownMode(mode: string): never {
  throw invalidInput(`"${mode}" is not a mode.`, 'Wanted: lexical, semantic or hybrid.');
}
