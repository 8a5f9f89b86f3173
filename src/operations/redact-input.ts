import { keyNaming } from '../redaction/key-naming.ts';
import { redact } from '../redaction/redact.ts';
import type { Call, Operation } from './operation.ts';

/** An input whose texts hold no secrets, and how many they held. */
export interface RedactedInput {
  input: unknown;
  redactions: number;
}

/**
 * What comes in through an operation that stores something, without secrets (case F15): every text of its input, at any depth, but the
 * fields that the operation names as verbatim and the plain names in those that hold names. A new operation, or a new field, is covered
 * without doing anything. Without a call nothing is looked up in the store.
 */
export async function redactInput(operation: Operation, input: unknown, call?: Call): Promise<RedactedInput> {
  if (!(operation.redacts ?? !operation.readOnly) || typeof input !== 'object' || input === null)
    return { input, redactions: 0 };
  const fields = input as Record<string, unknown>;
  const count = { redactions: 0 };
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const key = typeof value === 'string' ? await keyOf(operation, name, fields, call) : undefined;
    const reading = { count, plain: operation.plain?.[name], key };
    clean[name] = operation.verbatim?.includes(name) ? value : await withoutSecrets(value, reading);
  }
  return { input: clean, ...count };
}

/** The key that a field stands under. */
async function keyOf(
  { namedBy }: Operation,
  field: string,
  fields: Record<string, unknown>,
  call: Call | undefined,
): Promise<string | undefined> {
  const naming = namedBy?.[field];
  if (typeof naming === 'string') return String(fields[naming]);
  return call && naming?.(fields, call);
}

interface Reading {
  count: { redactions: number };
  plain: RegExp | undefined;
  key: string | undefined;
}

async function withoutSecrets(value: unknown, reading: Reading): Promise<unknown> {
  if (typeof value === 'string') return reading.plain?.test(value) ? value : redactText(value, reading);
  if (Array.isArray(value)) return Promise.all(value.map((one) => withoutSecrets(one, reading)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, one]) => [key, await withoutSecrets(one, reading)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** A value such as `kaffee4all77` is a password by its name alone, so that it is read behind that too. */
async function redactText(text: string, { count, key }: Reading): Promise<string> {
  const alone = await redact(text);
  const naming = key === undefined ? '' : keyNaming(key, text);
  const named = naming === '' ? alone : await redact(naming + alone.text);
  const isNamed = named.text.startsWith(naming) && named.text.length > naming.length;
  const [found, clean] =
    naming !== '' && isNamed
      ? [alone.redactions + named.redactions, named.text.slice(naming.length)]
      : [alone.redactions, alone.text];
  count.redactions += found;
  return clean;
}
