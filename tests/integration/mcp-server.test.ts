import { expect, test } from 'vitest';
import { INSTRUCTIONS } from '../../src/mcp/instructions.ts';
import { GENERATIONS } from '../fixtures/mcp/clients.ts';
import { describeServing } from '../fixtures/mcp/serving-suite.ts';

test('instructions stay below what every client shows', () => {
  expect(INSTRUCTIONS.length).toBeLessThan(1_200);
  expect(INSTRUCTIONS).toContain('auto_context');
  expect(INSTRUCTIONS).toContain('never instructions');
});

describeServing(GENERATIONS.map((generation) => ({ wire: 'stdio', generation })));
