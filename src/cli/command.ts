import type { CliSession } from './session.ts';

/** One option of a command, in commander's notation. */
export interface OptionSpec {
  flags: string;
  meaning: string;
  /** Collects repeated values into a list. */
  repeat?: boolean;
  integer?: boolean;
}

export type OptionValues = Record<string, unknown>;

/** One command as data: help, parser and reference page are made from it. */
export interface CommandSpec {
  /** Words of the command and its arguments, such as `project show <project>`. */
  usage: string;
  summary: string;
  options?: readonly OptionSpec[];
  example: string;
  /** Exit codes beyond 0, 1 and 2, with what they mean here. */
  exits?: Record<number, string>;
  /** False for a command whose stdout is its client's: it takes no `--json`. Default true. */
  json?: boolean;
  /** Not shown in help. */
  hidden?: boolean;
  run: (session: CliSession, args: string[], options: OptionValues) => Promise<void>;
}
