import { resolve } from 'node:path';
import { LIMITS } from '../core/limits.ts';

/** One event of an agent's hooks, with the fields that any of ours reads; what else stands in it is not kept. */
export type HookEvent =
  | {
      kind: 'stop';
      session: string;
      turn: string | undefined;
      cwd: string | undefined;
      transcript: string;
      reply: string;
      /** A hook made the agent go on after this turn had ended once. */
      again: boolean;
    }
  | { kind: 'prompt'; cwd: string | undefined; prompt: string }
  | { kind: 'session'; cwd: string | undefined; source: string };

/** Reads Claude Code's form of an event; undefined for events that no hook of ours is about, and for anything malformed. */
export function readHookEvent(value: unknown): HookEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const name = (key: string, charsMax: number) => {
    const text = fields[key];
    return typeof text === 'string' && text !== '' && text.length <= charsMax ? text : undefined;
  };
  const id = (key: string) => name(key, LIMITS.sessionIdCharsMax);
  const path = (key: string) => name(key, LIMITS.pathCharsMax);
  const folder = path('cwd');
  // A hook is started in the folder of its agent; who reads the event later is not.
  const cwd = folder && resolve(folder);
  switch (fields['hook_event_name']) {
    case 'Stop': {
      const [session, transcript, reply] = [
        id('session_id'),
        path('transcript_path'),
        fields['last_assistant_message'],
      ];
      if (session === undefined || transcript === undefined) return undefined;
      const again = fields['stop_hook_active'] === true;
      return { kind: 'stop', session, turn: id('prompt_id'), cwd, transcript, again, reply: textOf(reply) };
    }
    case 'UserPromptSubmit':
      return { kind: 'prompt', cwd, prompt: textOf(fields['prompt']) };
    case 'SessionStart':
      return { kind: 'session', cwd, source: id('source') ?? 'startup' };
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
