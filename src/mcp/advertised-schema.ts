import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { z } from 'zod';

type Direction = 'input' | 'output';
type JsonSchema = Record<string, unknown>;

/** The wire form of an error. Its details differ from code to code, so it is open. */
const ERROR_SCHEMA = {
  type: 'object',
  properties: { code: { type: 'string' }, message: { type: 'string' }, hint: { type: 'string' } },
  required: ['code', 'message', 'hint'],
};

const converted = new WeakMap<z.ZodType, Partial<Record<Direction, JsonSchema>>>();

/**
 * The JSON Schema of `schema` for tools/list, accepting every value. The SDK would answer a value that does not fit with a
 * text of its own; `invoke` parses instead, so that each face reports the same error. Conversions are kept: over HTTP a
 * server is made for each request, while schemas live as long as the process.
 */
export function advertisedSchema(schema: z.ZodType): StandardSchemaWithJSON {
  return {
    '~standard': {
      version: 1,
      vendor: 'atocore',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => convert(schema, 'input'), output: () => convert(schema, 'output') },
    },
  };
}

function convert(schema: z.ZodType, direction: Direction): JsonSchema {
  const known = converted.get(schema) ?? {};
  converted.set(schema, known);
  if (!known[direction]) {
    const json = schema['~standard'].jsonSchema[direction]({ target: 'draft-2020-12' }) as JsonSchema;
    known[direction] = direction === 'input' ? json : withError(json);
  }
  return known[direction];
}

/**
 * The v1 SDK's client (1.32) holds the structure of an error result to the output schema too and would hide our error behind
 * its own complaint, so the schema says that an answer is either. Definitions stay at the root, where references point.
 */
function withError({ $schema, $defs, ...result }: JsonSchema): JsonSchema {
  return { $schema, type: 'object', anyOf: [result, ERROR_SCHEMA], ...($defs !== undefined && { $defs }) };
}
