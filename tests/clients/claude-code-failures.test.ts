import { describe, expect, onTestFinished, test } from 'vitest';
import { BROKEN } from './broken-atocore.ts';
import { type ClaudeCode, createClaudeCode } from './claude-code.ts';
import { findInstalledClients } from './installation.ts';
import { expectNoProcesses } from './processes.ts';
import { must } from './run.ts';
import { createScratch, PROMPT, ROOT, type Scratch } from './scratch.ts';
import { FINAL_TEXT, type ScriptedModel, startScriptedModel } from './scripted-model.ts';
import { type RunningService, startService } from './service.ts';

const ASK = { tool: /auto_context$/, args: { prompt: PROMPT } };

interface Stage {
  scratch: Scratch;
  model: ScriptedModel;
  claude: ClaudeCode;
}

/** Each on a HOME of its own: Claude Code remembers servers that failed, and does not start them again for a while. */
async function openStage(waits: boolean, prepare?: (scratch: Scratch) => Promise<void>): Promise<Stage> {
  const scratch = await createScratch();
  onTestFinished(() => scratch.close());
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  await prepare?.(scratch);
  const claude = createClaudeCode(findInstalledClients()!, scratch, model.url, { waits });
  await must(claude.command('plugin', 'marketplace', 'add', ROOT));
  await must(claude.command('plugin', 'install', 'atocore@atocore'));
  return { scratch, model, claude };
}

/** The turn went to its end, whatever the tool answered, and with it went every process. Answers what the tool answered. */
async function expectWholeTurn({ scratch, model, claude }: Stage, except: readonly number[] = []): Promise<string[]> {
  model.script(ASK);
  const turn = await claude.turn(PROMPT);
  expect(turn.answer).toMatchObject({ type: 'result', is_error: false, result: FINAL_TEXT });
  await expectNoProcesses(scratch.home, except);
  return model.sent.at(-1)!.results;
}

describe('with the plugin, a turn of Claude Code is whole and leaves no process when AtoCore', () => {
  test.each(['missing', 'dead', 'hanging'] as const)('is %s (case C21)', async (kind) => {
    const stage = await openStage(false);
    stage.scratch.replaceAtocore(BROKEN[kind]());
    expect(await expectWholeTurn(stage)).toEqual([]);
  });

  test('is killed in the middle of a call', async () => {
    const stage = await openStage(true);
    stage.scratch.replaceAtocore(BROKEN.crashing(stage.scratch));
    expect(await expectWholeTurn(stage)).toEqual([expect.stringContaining('closed')]);
  });
});

describe('with a service, the turn is whole and the tools say that it is unavailable when it', () => {
  test.each(['is gone', 'is silent'] as const)('%s', async (kind) => {
    let service: RunningService | undefined;
    const stage = await openStage(true, async (scratch) => {
      service = await startService(scratch);
      scratch.env['ATOCORE_URL'] = service.url;
    });
    onTestFinished(() => service!.kill());
    if (kind === 'is silent') service!.freeze();
    else await service!.kill();
    expect(await expectWholeTurn(stage, [service!.pid])).toEqual([expect.stringContaining('unavailable')]);
  });
});
