import { z } from 'zod';
import { captureInteraction } from '../app/capture-interaction.ts';
import { clientId, clientName } from '../capture/interaction.ts';
import { LIMITS } from '../core/limits.ts';
import { defineOperation } from './operation.ts';
import { projectName, timeText } from './schemas.ts';

const turnText = z.string().max(LIMITS.captureCharsMax);

export const captureInteractionOperation = defineOperation({
  name: 'capture_interaction',
  title: 'Capture one turn',
  description:
    'Stores what the person said and the reply to it, once for each turn, without secrets and private passages. For clients and their hooks; nothing captured is ever shown as true.',
  scope: 'write',
  readOnly: false,
  idempotent: true,
  input: z.strictObject({
    client: clientName.describe('Name of the client, such as claude-code'),
    session_id: clientId.describe('Session of that client'),
    turn_id: clientId.optional().describe('Turn of that session; default: made from its words'),
    prompt: turnText.describe("The person's own words"),
    response: turnText.optional().describe('The final reply'),
    cwd: z.string().max(4_096).optional().describe('Working folder of the person, as evidence for the project'),
    project: projectName.optional().describe('Id or alias, when it is known; empty: none'),
    recorded_at: timeText.optional().describe('When the turn happened; default: now'),
  }),
  output: z.object({
    interaction: z
      .object({ id: z.string(), project: z.string().nullable(), redactions: z.number() })
      .nullable()
      .describe('Null when the turn was skipped'),
    duplicate: z.boolean(),
    skipped: z.string().optional().describe('Why nothing was stored, such as slash_command, private or opted_out'),
  }),
  handler: (call, input) => captureInteraction(call.app, { ...input, cwd: input.cwd ?? call.cwd }),
});
