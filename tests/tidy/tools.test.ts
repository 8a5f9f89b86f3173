import { describe, expect, test } from 'vitest';
import { advertisedSchema } from '../../src/mcp/advertised-schema.ts';
import { INSTRUCTIONS } from '../../src/mcp/instructions.ts';
import { OPERATIONS } from '../../src/operations/index.ts';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  anyOf?: Schema[];
}

/** Clients that rank tools by words show models little more than this. */
const DESCRIPTION_CHARS_MIN = 20;

test('names of operations are snake_case and stand once', () => {
  const names = OPERATIONS.map(({ name }) => name);
  expect(names.filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s', (_, operation) => {
  test('has a title and a description that says what it answers', () => {
    expect(operation.title.trim()).not.toBe('');
    expect(operation.description.length).toBeGreaterThanOrEqual(DESCRIPTION_CHARS_MIN);
    expect(operation.description).toMatch(/^[A-Z].*\.$/s);
  });

  test('takes an object without unknown arguments, as JSON Schema', () => {
    const schema = advertisedSchema(operation.input)['~standard'].jsonSchema.input({
      target: 'draft-2020-12',
    }) as Schema;
    expect(schema.type).toBe('object');
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties ?? {}).filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  });

  test('answers an object or an error, as JSON Schema', () => {
    const schema = advertisedSchema(operation.output)['~standard'].jsonSchema.output({
      target: 'draft-2020-12',
    }) as Schema;
    expect(schema.type).toBe('object');
    expect(schema.anyOf?.[1]?.properties).toHaveProperty('hint');
  });

  test('changes nothing exactly when it needs the scope read alone', () => {
    expect(operation.readOnly).toBe(operation.scope === 'read');
  });
});

test('the instructions fit into what clients show', () => {
  expect(INSTRUCTIONS.length).toBeLessThanOrEqual(1_200);
});
