import { existsSync } from 'node:fs';
import { createAtoCore } from '../app/atocore.ts';
import { loadConfig } from '../config/load.ts';
import { LIMITS } from '../core/limits.ts';
import { getOperation } from '../operations/index.ts';
import { invoke } from '../operations/invoke.ts';
import { isSchemaCurrent } from '../storage/database.ts';
import { answerEvent } from './answers.ts';
import type { LocalQuestion } from './ask-local.ts';
import { readJsonInput } from './read-input.ts';

/**
 * The child of `askLocal`: answers one event from the store of a local home on stdout. By words alone: loading an embedder for one question
 * takes longer than it helps. A store that is not there is not made, and one of another schema is not migrated; both mean no answer.
 */
export async function answerLocally(): Promise<void> {
  setTimeout(() => process.exit(1), LIMITS.hookInjectMsMax).unref();
  const { event, home } = (await readJsonInput(process.stdin)) as LocalQuestion;
  const config = loadConfig({ home, embedder: 'none', log_level: 'silent' });
  if (!existsSync(config.db_path) || !isSchemaCurrent(config.db_path)) return;
  const app = createAtoCore(config);
  try {
    const principal = { kind: 'agent', name: 'hook', scope: 'read' } as const;
    const text = await answerEvent((name, input) => invoke(getOperation(name), { app, principal }, input), event);
    await new Promise((written) => process.stdout.write(text, written));
  } finally {
    await app.close();
  }
}
