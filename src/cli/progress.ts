import type { Progress } from '../operations/operation.ts';
import type { Output } from './output.ts';

/** A progress bar on stderr when stdout is a terminal, else nothing. */
export async function withProgress<T>(
  output: Output,
  work: (report: ((progress: Progress) => void) | undefined) => Promise<T>,
): Promise<T> {
  if (!output.terminal || output.json) return work(undefined);
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    { format: '{bar} {percentage}% {message}', stream: process.stderr, hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.shades_classic,
  );
  let started = false;
  try {
    return await work(({ done, total, message }) => {
      if (!started) bar.start(total ?? done, done, { message });
      started = true;
      bar.setTotal(total ?? done);
      bar.update(done, { message });
    });
  } finally {
    if (started) bar.stop();
  }
}
