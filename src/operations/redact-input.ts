import { redact } from '../redaction/redact.ts';
import type { Operation } from './operation.ts';

/** An input whose texts hold no secrets, and how many they held. */
export interface RedactedInput {
  input: unknown;
  redactions: number;
}

/**
 * What comes in through an operation that stores something, without secrets (case F15): every text of its input, at any depth, but the
 * fields that the operation names as verbatim. A new operation, or a new field, is covered without doing anything.
 */
export async function redactInput(operation: Operation, input: unknown): Promise<RedactedInput> {
  if (!(operation.redacts ?? !operation.readOnly) || typeof input !== 'object' || input === null)
    return { input, redactions: 0 };
  const fields = input as Record<string, unknown>;
  const count = { redactions: 0 };
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const naming = operation.namedBy?.[name];
    clean[name] = operation.verbatim?.includes(name)
      ? value
      : await withoutSecrets(value, count, naming === undefined ? '' : `${String(fields[naming])}: `);
  }
  return { input: clean, ...count };
}

async function withoutSecrets(value: unknown, count: { redactions: number }, naming = ''): Promise<unknown> {
  if (typeof value === 'string') return redactText(value, count, naming);
  if (Array.isArray(value)) return Promise.all(value.map((one) => withoutSecrets(one, count)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, one]) => [key, await withoutSecrets(one, count)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** A value such as `kaffee4all77` is a password by its name alone, so that it is read behind that too. */
async function redactText(text: string, count: { redactions: number }, naming: string): Promise<string> {
  const alone = await redact(text);
  const named = naming === '' ? alone : await redact(naming + alone.text);
  const isNamed = named.text.startsWith(naming) && named.text.length > naming.length;
  const [found, clean] =
    naming !== '' && isNamed
      ? [alone.redactions + named.redactions, named.text.slice(naming.length)]
      : [alone.redactions, alone.text];
  count.redactions += found;
  return clean;
}
