import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Scratch } from './scratch.ts';

/** What can stand in the place of `atocore` on PATH, be it asked as a server or as a hook. */
export const BROKEN = {
  /** Is not installed. */
  missing: () => undefined,

  /** Ends before it has said anything. */
  dead: () => '#!/bin/sh\nexit 1\n',

  /** Reads nothing, answers nothing, and ends for no signal that can be caught. */
  hanging: () =>
    [
      '#!/usr/bin/env node',
      "for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE']) process.on(signal, () => {});",
      'setInterval(() => {}, 1_000);',
      '',
    ].join('\n'),

  /** The real program, which is killed as soon as a tool is called; as a hook, as soon as it has read its event. */
  crashing(scratch: Scratch) {
    const killer = join(scratch.home, 'killer.cjs');
    writeFileSync(
      killer,
      `const { push } = process.stdin;
process.stdin.push = function (part, ...rest) {
  if (/"tools\\/call"|"hook_event_name"/.test(String(part))) process.kill(process.pid, 'SIGKILL');
  return push.call(this, part, ...rest);
};
`,
    );
    return `#!/bin/sh\nNODE_OPTIONS='--require ${killer}' exec '${join(ROOT, 'bin', 'atocore')}' "$@"\n`;
  },
} as const;
