import { spawn } from 'node:child_process';

/** In milliseconds. The hook command gives up by itself after three seconds; this is for one that does not. */
const WAIT_MS = 3_500;
/** OpenClaw itself stops waiting this much later: then the program is ended already. */
const GRACE_MS = 500;
/** A pack has at most 18,000 characters; a program that says more is not ours. */
const ANSWER_CHARS_MAX = 64_000;

/**
 * Adds AtoCore's context to what a person asks, before the prompt is built. `before_prompt_build` goes on without the addition
 * when it fails or takes too long. It is additive: no system prompt, no tools, no memory of OpenClaw's is touched. Which prompts get
 * a pack, and which one, `atocore hook` decides, with its own settings and kill switches.
 */
const plugin = {
  id: 'atocore',
  name: 'AtoCore',
  description: 'Adds the context pack of each prompt',
  register(api) {
    const { program = 'atocore', timeoutMs = WAIT_MS } = api.pluginConfig ?? {};
    api.on(
      'before_prompt_build',
      async (event, ctx) => {
        if (!isAskedByPerson(ctx)) return undefined;
        const prompt = event.currentUserMessage ?? event.prompt;
        const context = await packOf(program, { prompt, cwd: ctx.workspaceDir, session_id: ctx.sessionId }, timeoutMs);
        return context === undefined ? undefined : { prependContext: context };
      },
      { timeoutMs: timeoutMs + GRACE_MS },
    );
  },
};

/** Heartbeats, schedules and other agents' messages are no questions of a person. */
function isAskedByPerson({ trigger = 'user', inputProvenance }) {
  return trigger === 'user' && (inputProvenance?.kind ?? 'external_user') === 'external_user';
}

/** What the hook command adds for a prompt; undefined for nothing, and for whatever goes wrong. The program does not outlive the wait. */
function packOf(program, { prompt, cwd, session_id }, waitMs) {
  if (!prompt) return undefined;
  return new Promise((resolve) => {
    const child = spawn(program, ['hook', 'claude-code'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const settle = (context) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
      resolve(context);
    };
    const timer = setTimeout(settle, waitMs);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      said += part;
      if (said.length > ANSWER_CHARS_MAX) settle();
    });
    child.on('error', () => settle());
    child.on('close', () => settle(contextIn(said)));
    // A program that ends without reading is answered by `close`.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify({ hook_event_name: 'UserPromptSubmit', prompt, cwd, session_id }));
  });
}

function contextIn(said) {
  try {
    const context = JSON.parse(said).hookSpecificOutput?.additionalContext;
    return typeof context === 'string' && context !== '' ? context : undefined;
  } catch {
    return undefined;
  }
}

export default plugin;
