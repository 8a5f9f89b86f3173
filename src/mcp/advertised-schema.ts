import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { z } from 'zod';

type Direction = 'input' | 'output';
type JsonSchema = Record<string, unknown>;

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
  known[direction] ??= schema['~standard'].jsonSchema[direction]({ target: 'draft-2020-12' }) as JsonSchema;
  return known[direction];
}
