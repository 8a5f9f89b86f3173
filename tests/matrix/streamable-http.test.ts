import { GENERATIONS } from '../fixtures/mcp/clients.ts';
import { describeServing } from '../fixtures/mcp/serving-suite.ts';

const generations = [...GENERATIONS, 'raw 2026-07-28' as const, 'raw 2025-11-25' as const];

describeServing(generations.map((generation) => ({ wire: 'http', generation })));
