import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstalledClients } from './installation.ts';
import { type Ended, must, run } from './run.ts';
import type { Scratch } from './scratch.ts';

export interface OpenClawTurn extends Ended {
  /** Texts that the agent answered. */
  texts: string[];
  /** Tools that were called and did not fail. */
  tools: string[];
}

/** The real OpenClaw under a scratch HOME, its agent run in the process of the command (`--local`), with a scripted model. */
export interface OpenClaw {
  /** The agent's workspace, with `MEMORY.md` and `memory/`. */
  workspace: string;
  /** `openclaw ARGS` in the working folder. */
  command(...args: string[]): Promise<Ended>;
  /** Merges settings into its configuration. Throws when it refuses them. */
  patch(settings: object): Promise<void>;
  /** One whole turn in a session of its own. */
  turn(message: string): Promise<OpenClawTurn>;
}

/** What OpenClaw's own memory holds before AtoCore comes. */
export const OWN_MEMORY = '- staging rotation ticket ZEBRA-4471';

export function createOpenClaw(clients: InstalledClients, scratch: Scratch, modelUrl: string): OpenClaw {
  const workspace = join(scratch.home, '.openclaw', 'workspace');
  mkdirSync(join(workspace, 'memory'), { recursive: true });
  writeFileSync(join(workspace, 'MEMORY.md'), `${OWN_MEMORY}\n`);
  const command = (...args: string[]) =>
    run(process.execPath, [clients.openclaw, ...args], { env: scratch.env, cwd: scratch.project });
  let turns = 0;
  writeFileSync(
    join(scratch.home, '.openclaw', 'openclaw.json'),
    JSON.stringify({
      agents: { defaults: { model: { primary: 'scripted/scripted' }, workspace } },
      // Its own search by words; by meaning it would want a service.
      memory: { search: { provider: 'none' } },
      models: { mode: 'merge', providers: { scripted: providerAt(modelUrl) } },
    }),
  );
  return {
    workspace,
    command,
    async patch(settings) {
      const file = join(scratch.home, 'patch.json5');
      writeFileSync(file, JSON.stringify(settings));
      await must(command('config', 'patch', '--file', file));
    },
    async turn(message) {
      turns += 1;
      const ended = await command('agent', '--local', '--session-id', `turn-${turns}`, '--message', message, '--json');
      return { ...ended, ...answerOf(ended.stdout) };
    },
  };
}

function providerAt(modelUrl: string): object {
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const limits = { contextWindow: 120_000, maxTokens: 4_096 };
  const model = { id: 'scripted', name: 'Scripted', reasoning: false, input: ['text'], cost, ...limits };
  return { baseUrl: `${modelUrl}/v1`, apiKey: 'none', api: 'openai-completions', models: [model] };
}

interface AgentAnswer {
  payloads?: { text?: string }[];
  meta?: { agentMeta?: { terminalReceipt?: { successfulToolNames?: string[] } } };
}

function answerOf(stdout: string): Pick<OpenClawTurn, 'texts' | 'tools'> {
  try {
    const { payloads = [], meta } = JSON.parse(stdout) as AgentAnswer;
    return {
      texts: payloads.flatMap(({ text }) => text ?? []),
      tools: meta?.agentMeta?.terminalReceipt?.successfulToolNames ?? [],
    };
  } catch {
    return { texts: [], tools: [] };
  }
}
