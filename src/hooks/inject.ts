import type { HookSettings } from '../config/hook-settings.ts';
import { findService } from '../config/service-file.ts';
import { LIMITS } from '../core/limits.ts';
import { answerEvent } from './answers.ts';
import { askLocal } from './ask-local.ts';
import { serviceCaller } from './ask-service.ts';
import type { HookEvent } from './hook-event.ts';

/** What a hook that injects prints for an event: one JSON object, or nothing. */
export async function inject(event: HookEvent, settings: HookSettings): Promise<string> {
  const text = await askSomebody(event, settings);
  if (text === '' || text.length > LIMITS.hookContextCharsMax) return '';
  const hookEventName = event.kind === 'prompt' ? 'UserPromptSubmit' : 'SessionStart';
  return JSON.stringify({ hookSpecificOutput: { hookEventName, additionalContext: text } });
}

/** The service that was named, and no other; else the one of this home while it answers; else the home itself. */
async function askSomebody(event: HookEvent, { home, url, token }: HookSettings): Promise<string> {
  const service = url ?? findService(home);
  if (service === undefined) return askLocal({ event, home });
  try {
    return await answerEvent(serviceCaller(service, token), event);
  } catch {
    // It went, or wants a token that only others have; a named one is not replaced by a store that is not its own.
    return url === undefined ? askLocal({ event, home }) : '';
  }
}
