import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstalledClients } from './installation.ts';
import { type Ended, run } from './run.ts';
import type { Scratch } from './scratch.ts';

export interface ClaudeTurn extends Ended {
  /** The object of `--output-format json`. */
  answer: { type?: string; is_error?: boolean; result?: string; session_id?: string };
}

/** The real Claude Code under a scratch HOME, with a scripted model and a key that is none. */
export interface ClaudeCode {
  /** `claude ARGS` in the working folder. */
  command(...args: string[]): Promise<Ended>;
  /** One whole turn without a person (`claude -p`), with every AtoCore tool allowed. */
  turn(prompt: string, ...args: string[]): Promise<ClaudeTurn>;
  /** Settings of the user, as `~/.claude/settings.json` holds them. */
  settings(value: object): void;
}

/** Names of AtoCore's tools: from a server that was added, and from the plugin's. */
export const ALLOWED_TOOLS = 'mcp__atocore,mcp__plugin_atocore_atocore';

/**
 * By itself it asks the model before slow servers have connected; with `waits` it does not, so that a busy machine changes
 * nothing. A server that hangs is then waited for by its own limit, 30 s.
 */
export function createClaudeCode(
  clients: InstalledClients,
  scratch: Scratch,
  modelUrl: string,
  { waits = true }: { waits?: boolean } = {},
): ClaudeCode {
  const folder = join(scratch.home, '.claude');
  mkdirSync(folder, { recursive: true });
  const env = {
    ...scratch.env,
    CLAUDE_CONFIG_DIR: folder,
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...(waits ? { MCP_CONNECTION_NONBLOCKING: '0' } : {}),
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'none-of-this-is-a-key',
  };
  const command = (...args: string[]) => run(clients.claude, args, { env, cwd: scratch.project });
  return {
    command,
    async turn(prompt, ...args) {
      const given = [
        '-p',
        prompt,
        '--output-format',
        'json',
        '--model',
        'claude-sonnet-4-5',
        '--allowedTools',
        ALLOWED_TOOLS,
      ];
      const ended = await command(...given, ...args);
      return { ...ended, answer: parse(ended.stdout) };
    },
    settings: (value) => writeFileSync(join(folder, 'settings.json'), JSON.stringify(value)),
  };
}

function parse(text: string): ClaudeTurn['answer'] {
  try {
    return JSON.parse(text) as ClaudeTurn['answer'];
  } catch {
    return {};
  }
}
