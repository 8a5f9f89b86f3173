import { z } from 'zod';
import type { AtoCore } from '../app/atocore.ts';

export type Scope = 'read' | 'write' | 'admin';

/** Who calls. A `person` acted at a terminal, on the page or with an admin token; an `agent` is anything behind MCP. */
export interface Principal {
  kind: 'person' | 'agent';
  name: string;
  scope: Scope;
}

export interface Progress {
  done: number;
  /** Absent while it is not known yet. */
  total?: number;
  message: string;
}

/** One finished call as logs, metrics and the audit see it: never its arguments, never its content. */
export interface CallReport {
  operation: string;
  /** What the operation needs, not what the caller has. */
  scope: Scope;
  principal: Principal;
  duration_ms: number;
  /** `ok`, or the code of the error. */
  outcome: string;
  /** The result's own `status`, where it has one. */
  status?: string | undefined;
}

/** Everything that a handler may know of its call. */
export interface Call {
  app: AtoCore;
  principal: Principal;
  signal?: AbortSignal | undefined;
  progress?: ((progress: Progress) => void) | undefined;
  /** The caller's working folder, used as evidence when the input names none. */
  cwd?: string | undefined;
  /** Told once of every call, refused ones included. */
  report?: ((report: CallReport) => void) | undefined;
}

/** What a person is asked, and how they can do it themselves where they cannot be asked. */
export interface PersonAct {
  question: string;
  /** The command line that does the same, ready to paste. */
  command: string;
  /** Path on the web page, below the service's address. */
  page: string;
}

/** One operation of the table. Faces are generated from it or call it; none of them decides anything itself. */
export interface Operation<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  name: string;
  title: string;
  /** For models: what it answers and when to call it. */
  description: string;
  scope: Scope;
  input: Input;
  output: Output;
  /** Changes nothing that any caller could see. Every read-scope operation, and no other. */
  readOnly: boolean;
  destructive?: boolean;
  idempotent?: boolean;
  /** Whether the texts of its input lose their secrets before anything else sees them. Default: when it is not `readOnly`. */
  redacts?: boolean;
  /**
   * Fields of the input that are kept as they are: names of what is there already, which find nothing when they are changed, identities,
   * of which two must not become one, and texts that the handler redacts itself or must not change.
   */
  verbatim?: readonly string[];
  /** Field -> the form of a plain name: texts of the field that have it are kept as they are, though they may begin like a token. */
  plain?: Readonly<Record<string, RegExp>>;
  /**
   * Field -> the field that says what it is, such as `value` -> `key`, or what finds that in the store: `kaffee4all77` is a password by
   * its name alone.
   */
  namedBy?: Readonly<Record<string, string | ((input: z.output<Input>, call: Call) => Promise<string | undefined>)>>;
  /** Present when the act changes trust; undefined for inputs that only plan. What the person is asked may need a look at the store. */
  person?: (input: z.output<Input>, call: Call) => PersonAct | undefined | Promise<PersonAct | undefined>;
  handler: (call: Call, input: z.output<Input>) => Promise<z.output<Output>>;
}

const redactionCount = z
  .number()
  .optional()
  .describe('Secrets of the input that became [redacted:<kind>] in what was stored; absent when there was none');

/** Keeps the types of one operation while it goes into the table. An operation that stores something says how many secrets it left out. */
export function defineOperation<Input extends z.ZodType, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
): Operation {
  const { output } = operation;
  const counted =
    !operation.readOnly && output instanceof z.ZodObject ? output.safeExtend({ redactions: redactionCount }) : output;
  return { ...operation, output: counted } as unknown as Operation;
}

const RANK: Record<Scope, number> = { read: 0, write: 1, admin: 2 };

/** Whether a caller of scope `held` may see and call an operation of scope `wanted`. */
export function scopeAllows(held: Scope, wanted: Scope): boolean {
  return RANK[held] >= RANK[wanted];
}
