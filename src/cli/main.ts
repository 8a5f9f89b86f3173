import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { ConfigKey } from '../config/schema.ts';
import { AtoError, ERROR_TABLE, toAtoError } from '../core/errors.ts';
import { programVersion } from '../core/version.ts';
import type { CommandSpec, OptionSpec, OptionValues } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { createOutput, reportError } from './output.ts';
import { createSession } from './session.ts';

const USAGE_EXIT = ERROR_TABLE.INVALID_INPUT.exit;

/** Runs the command line and answers its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const json = argv.includes('--json');
  const run: Runner = async (spec, args, options) => {
    exitCode = await runCommand(spec, args, options);
  };
  try {
    await buildProgram(run, { quiet: json }).parseAsync(argv as string[], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(toAtoError(error), json);
    if (error.exitCode === 0) return 0;
    // Without --json it has been said already.
    return json ? reportError(usageError(error), json) : USAGE_EXIT;
  }
}

function usageError({ message }: CommanderError): AtoError {
  const said = message.replace(/^error: /, '');
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1).replace(/\.$/, '')}.`;
  return new AtoError('INVALID_INPUT', sentence, 'Add --help for usage.');
}

type Runner = (spec: CommandSpec, args: string[], options: OptionValues) => Promise<void>;

/**
 * The commander program of the command table; also what the reference page is made from. A `quiet` one says nothing about wrong usage
 * and only throws it.
 */
export function buildProgram(run: Runner, { quiet = false }: { quiet?: boolean } = {}): Command {
  const program = new Command('atocore')
    .configureOutput(quiet ? { writeErr: () => {} } : {})
    .description(
      'The context engine beside your coding agents: reads your documents, keeps reviewed memories and trusted state.',
    )
    .version(programVersion())
    .helpCommand(false)
    .showHelpAfterError('(add --help for usage)')
    .exitOverride();
  for (const spec of COMMANDS) addCommand(program, spec, run);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, run: Runner): void {
  const parts = spec.usage.split(' ');
  const words = parts.filter((part) => /^[a-z]/.test(part));
  const args = parts.filter((part) => !/^[a-z]/.test(part));
  const parent = words.slice(0, -1).reduce((group, word) => findGroup(group, word), program);
  const command = findCommand(parent, words.at(-1)!, spec)
    .exitOverride()
    .summary(spec.summary)
    .description(spec.summary);
  for (const arg of args) command.argument(arg);
  for (const option of [...(spec.options ?? []), ...commonOptions(spec)]) addOption(command, option);
  command.addHelpText('after', helpTail(spec));
  command.action(async (...received: unknown[]) => {
    const values = received.slice(0, args.length).flatMap((value) => (value === undefined ? [] : value)) as string[];
    // A group that is a command too, such as `review`, takes the options that it shares with its own commands.
    await run(spec, values, command.optsWithGlobals());
  });
}

/** What every command takes, but for `--json` where its table says that it does not. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { flags: '--json', meaning: 'print one JSON object on stdout and nothing else' },
  { flags: '--home <dir>', meaning: 'root of all state; default ATOCORE_HOME or ~/.atocore' },
];

function commonOptions({ json = true }: CommandSpec): readonly OptionSpec[] {
  return json ? COMMON_OPTIONS : COMMON_OPTIONS.filter(({ flags }) => flags !== '--json');
}

function findGroup(parent: Command, word: string): Command {
  return (
    parent.commands.find((known) => known.name() === word) ??
    parent.command(word).exitOverride().helpCommand(false).description(`commands about ${word}`)
  );
}

/** A group may be a command of its own too, such as `review`. */
function findCommand(parent: Command, word: string, spec: CommandSpec): Command {
  return (
    parent.commands.find((known) => known.name() === word) ?? parent.command(word, { hidden: spec.hidden ?? false })
  );
}

function addOption(command: Command, option: OptionSpec): void {
  const collect = (value: string, before: unknown) => [...((before as string[] | undefined) ?? []), value];
  if (option.repeat) command.option(option.flags, `${option.meaning} (repeatable)`, collect);
  else if (option.integer) command.option(option.flags, option.meaning, parseInteger);
  else command.option(option.flags, option.meaning);
}

function parseInteger(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('wanted: a whole number.');
  return Number(text);
}

function helpTail(spec: CommandSpec): string {
  const exits = { 0: 'done', 1: 'a bug', 2: 'wrong usage or configuration', ...spec.exits };
  return `\nExample:\n  ${spec.example}\n\nExit codes:\n${Object.entries(exits)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join('\n')}`;
}

async function runCommand(spec: CommandSpec, args: string[], options: OptionValues): Promise<number> {
  const output = createOutput(options['json'] === true);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  try {
    const flags: Partial<Record<ConfigKey, unknown>> = options['home'] === undefined ? {} : { home: options['home'] };
    for (const key of ['host', 'port'] as const) if (options[key] !== undefined) flags[key] = options[key];
    const session = createSession(loadConfig(flags), output, interrupted.signal);
    try {
      await spec.run(session, args, options);
      return session.exitCode;
    } finally {
      await session.close();
    }
  } catch (thrown) {
    const error = interrupted.signal.aborted
      ? new AtoError('INTERRUPTED', 'Interrupted.', 'What was stored so far stays.')
      : toAtoError(thrown);
    if (error.code === 'INTERNAL' && error.cause instanceof Error) process.stderr.write(`${error.cause.stack}\n`);
    return reportError(error, output.json);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}
