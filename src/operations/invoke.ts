import type { z } from 'zod';
import { AtoError, invalidInput, toAtoError } from '../core/errors.ts';
import { type Call, type Operation, scopeAllows } from './operation.ts';
import { redactInput } from './redact-input.ts';

/**
 * Calls one operation for any face: scope, input schema, secrets out, person's act, handler, output schema. `approve` asks a person (MCP
 * elicitation) and answers whether they accepted; without it an agent's person act is NEEDS_PERSON. Throws only AtoError.
 */
export async function invoke(
  operation: Operation,
  call: Call,
  rawInput: unknown,
  approve?: (question: string) => Promise<boolean>,
): Promise<unknown> {
  const started = performance.now();
  try {
    assertScope(operation, call);
    // Before anybody is asked, so that no question, command line or error repeats a secret.
    const { input, redactions } = await redactInput(operation, parseInput(operation, rawInput), call);
    await assertPerson(operation, call, input, approve);
    const output = operation.output.parse(counted(await operation.handler(call, input), redactions));
    call.app.log.debug({ operation: operation.name, duration_ms: Math.round(performance.now() - started) }, 'done');
    report(operation, call, started, 'ok', output);
    return output;
  } catch (thrown) {
    const error = toAtoError(thrown);
    const level = error.code === 'INTERNAL' ? 'error' : 'debug';
    call.app.log[level]({ operation: operation.name, code: error.code, err: error.cause ?? undefined }, error.message);
    report(operation, call, started, error.code);
    throw error;
  }
}

/** An answer with the secrets that were left out of what was stored, those that the handler counted itself among them. */
function counted(answer: unknown, redactions: number): unknown {
  if (redactions === 0) return answer;
  const own = (answer as { redactions?: number }).redactions ?? 0;
  return { ...(answer as object), redactions: own + redactions };
}

function report(operation: Operation, call: Call, started: number, outcome: string, output?: unknown): void {
  const { status } = (output ?? {}) as { status?: unknown };
  call.report?.({
    operation: operation.name,
    scope: operation.scope,
    principal: call.principal,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
    outcome,
    ...(typeof status === 'string' && { status }),
  });
}

function assertScope(operation: Operation, call: Call): void {
  if (scopeAllows(call.principal.scope, operation.scope)) return;
  throw new AtoError(
    'FORBIDDEN',
    `${operation.name} needs the scope ${operation.scope}; this caller has ${call.principal.scope}.`,
    'Use a token of that scope, or ask a person to do it.',
  );
}

/** Parses input by the operation's schema; the error names the argument and what is wanted, never more than a short piece of the value. */
export function parseInput(operation: Operation, rawInput: unknown): unknown {
  const parsed = operation.input.safeParse(rawInput ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 5).map((issue) => describeIssue(issue, rawInput));
  throw invalidInput(`${operation.name}: ${problems.join('; ')}.`, `See the input schema of ${operation.name}.`, {
    arguments: parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.')),
  });
}

function describeIssue(issue: z.core.$ZodIssue, rawInput: unknown): string {
  let value: unknown = rawInput;
  for (const step of issue.path)
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  const shown = value === undefined || typeof value === 'object' ? '' : ` = ${JSON.stringify(value)?.slice(0, 60)}`;
  return `${issue.path.join('.') || 'arguments'}${shown}: ${issue.message}`;
}

async function assertPerson(
  operation: Operation,
  call: Call,
  input: unknown,
  approve: ((question: string) => Promise<boolean>) | undefined,
): Promise<void> {
  const act = call.principal.kind === 'agent' ? await operation.person?.(input, call) : undefined;
  if (!act) return;
  if (approve && (await approve(act.question))) return;
  throw new AtoError(
    'NEEDS_PERSON',
    `${operation.name} changes what AtoCore trusts: only a person may do it.`,
    `Ask the user to run: ${act.command}`,
    { status: 'needs_person', command: act.command, url: `${serviceAddress(call)}${act.page}` },
  );
}

function serviceAddress(call: Call): string {
  const { url, host, port } = call.app.config;
  return url?.replace(/\/$/, '') ?? `http://${host}:${port}`;
}
