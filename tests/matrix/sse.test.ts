import { GENERATIONS } from '../fixtures/mcp/clients.ts';
import { describeServing } from '../fixtures/mcp/serving-suite.ts';

// Revision 2026-07-28 has no such transport; a client that finds its revision by itself falls back.
const older = GENERATIONS.filter((generation) => !generation.endsWith('2026-07-28'));

describeServing([...older, 'raw 2025-11-25' as const].map((generation) => ({ wire: 'sse', generation })));
