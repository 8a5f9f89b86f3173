import { createHash, randomBytes } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

/** People think longer than the protocol's default of one minute. */
export const ANSWER_WAIT_MS = 600_000;
const KEY = 'approval';
const FORM = {
  type: 'object' as const,
  properties: {
    confirm: {
      type: 'boolean' as const,
      title: 'Yes, do it',
      description: 'Nothing is changed otherwise',
      default: false,
    },
  },
  required: ['confirm'],
};

/** What a signed request state says was asked, so that an approval holds for that question and those arguments alone. */
interface Asked {
  operation: string;
  principal: string;
  arguments: string;
  question: string;
}

let codec: RequestStateCodec<Asked> | undefined;

/** Signs the state of a question; one key a process, because the answer returns to the process that asked. */
export function approvalCodec(): RequestStateCodec<Asked> {
  codec ??= createRequestStateCodec<Asked>({ key: randomBytes(32), ttlSeconds: ANSWER_WAIT_MS / 1000 });
  return codec;
}

/** One person's act within one tool call. */
export interface Approval {
  /** For `invoke`: whether a person accepted this question. False too when the client cannot ask one. */
  approve: (question: string) => Promise<boolean>;
  /** After `approve` answered false: the result that makes a 2026 client ask and call again, if that can help. */
  question: () => Promise<InputRequiredResult> | undefined;
}

/**
 * Asks through the client's elicitation form, in the way of the revision that the call is served on: older clients get a
 * request while the call waits; newer ones get an input-required result and repeat the call with the answer and with the
 * signed state, which must name the same operation, arguments, caller and question.
 */
export function createApproval(
  server: McpServer,
  ctx: ServerContext,
  call: { operation: string; principal: string; arguments: unknown },
): Approval {
  let unanswered: Asked | undefined;
  const asked = (question: string): Asked => ({
    operation: call.operation,
    principal: call.principal,
    arguments: createHash('sha256')
      .update(JSON.stringify(call.arguments) ?? '')
      .digest('base64url'),
    question,
  });

  return {
    async approve(question) {
      if (!canAsk(server.server, ctx)) return false;
      if (!isModern(ctx)) return askNow(ctx, question);
      const answer = inputResponse(ctx.mcpReq.inputResponses, KEY);
      const state = ctx.mcpReq.requestState<Asked>();
      if (answer.kind !== 'elicit' || !isSame(state, asked(question))) {
        unanswered = asked(question);
        return false;
      }
      return isYes(answer);
    },
    question() {
      return unanswered && inputRequest(unanswered, ctx);
    },
  };
}

async function inputRequest(asked: Asked, ctx: ServerContext): Promise<InputRequiredResult> {
  return inputRequired({
    inputRequests: { [KEY]: inputRequired.elicit({ message: asked.question, requestedSchema: FORM }) },
    requestState: await approvalCodec().mint(asked, ctx),
  });
}

async function askNow(ctx: ServerContext, question: string): Promise<boolean> {
  try {
    const request = {
      method: 'elicitation/create' as const,
      params: { mode: 'form', message: question, requestedSchema: FORM },
    };
    return isYes(await ctx.mcpReq.send(request, { timeout: ANSWER_WAIT_MS, signal: ctx.mcpReq.signal }));
  } catch {
    // No answer is no approval; the caller is told how a person can do it instead.
    return false;
  }
}

function isYes(answer: { action: string; content?: Record<string, unknown> | undefined }): boolean {
  return answer.action === 'accept' && answer.content?.['confirm'] === true;
}

function isSame(state: Asked | undefined, asked: Asked): boolean {
  return (Object.keys(asked) as (keyof Asked)[]).every((field) => state?.[field] === asked[field]);
}

/** Requests of revision 2026-07-28 carry their envelope; older ones have none. */
function isModern(ctx: ServerContext): boolean {
  return ctx.mcpReq.envelope !== undefined;
}

/** Whether the client behind this request can put a form before its user. */
export function canAsk(server: Server, ctx: ServerContext): boolean {
  const declared = isModern(ctx)
    ? ((ctx.mcpReq.envelope as Record<string, unknown>)[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined)
    : server.getClientCapabilities();
  const { elicitation } = declared ?? {};
  // An empty object is how clients declared forms before there were modes.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}
