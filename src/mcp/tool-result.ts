import type { CallToolResult } from '@modelcontextprotocol/server';
import type { AtoError } from '../core/errors.ts';

/**
 * A result in both forms. The text is exactly the two-space JSON of the structure: one client drops text when there is
 * structure, another shows both unless they are equal.
 */
export function structuredResult(value: unknown): CallToolResult {
  const structuredContent = value as Record<string, unknown>;
  return { content: [{ type: 'text', text: JSON.stringify(value, null, 2) }], structuredContent };
}

/** A result of text alone. */
export function textResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

/** The wire form of an error as a tool result: the model reads it and can act on the hint. */
export function errorResult(error: AtoError): CallToolResult {
  return { ...structuredResult(error.toBody()), isError: true };
}
