import { type AtoError, ERROR_TABLE } from '../core/errors.ts';

/** How a command answers: one object with `--json`, text for people otherwise. stdout holds nothing else (case C43). */
export interface Output {
  readonly json: boolean;
  readonly terminal: boolean;
  /** Prints the result: the object itself with `--json`, else what `human` makes of it. */
  result<T>(value: T, human: (value: T) => string): void;
  /** A remark for people, on stderr; silent with `--json`. */
  note(text: string): void;
}

const LEFT_OUT = (secrets: number) =>
  `${secrets === 1 ? '1 secret was' : `${secrets} secrets were`} not stored; [redacted:<kind>] stands there instead.`;

export function createOutput(json: boolean): Output {
  return {
    json,
    terminal: process.stdout.isTTY === true,
    result: (value, human) => {
      const text = json ? JSON.stringify(value, null, 2) : human(value);
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
      const { redactions } = (value ?? {}) as { redactions?: unknown };
      if (!json && typeof redactions === 'number') process.stderr.write(`${LEFT_OUT(redactions)}\n`);
    },
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
  };
}

/** Prints an error to stderr and answers the exit code of its kind. */
export function reportError(error: AtoError, json: boolean): number {
  const text = json
    ? JSON.stringify({ error: error.toBody() }, null, 2)
    : `error: ${error.message}${error.hint ? `\nhint: ${error.hint}` : ''}`;
  process.stderr.write(`${text}\n`);
  return ERROR_TABLE[error.code].exit;
}

/** One line without anything that a terminal would obey instead of show: cells hold text of documents and agents. */
function plainCell(cell: unknown): string {
  return String(cell ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ');
}

/** Rows under headings, columns padded; for people only. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  if (rows.length === 0) return 'none\n';
  const cells = [headings, ...rows.map((row) => row.map((cell) => plainCell(cell)))];
  const widths = headings.map((_, column) => Math.min(60, Math.max(...cells.map((row) => (row[column] ?? '').length))));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}
