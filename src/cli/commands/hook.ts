import type { CommandSpec } from '../command.ts';

export const hookCommands: readonly CommandSpec[] = [
  {
    usage: 'hook claude-code',
    summary:
      'Answer one hook event of Claude Code, as JSON on stdin: Stop captures, UserPromptSubmit and SessionStart inject',
    example: 'atocore hook claude-code < event.json',
    exits: { 0: 'always, also when nothing could be done', 1: 'wrong usage', 2: 'never' },
    json: false,
    async run(session) {
      const { runHook } = await import('../../hooks/run-hook.ts');
      await runHook(['claude-code', '--home', session.config.home]);
    },
  },
];
