import { GENERATIONS } from '../fixtures/mcp/clients.ts';
import { describeServing } from '../fixtures/mcp/serving-suite.ts';

// Revision 2026-07-28 has no such transport.
const OLDER = GENERATIONS.filter((generation) => generation !== 'v2 client on 2026-07-28');

describeServing(OLDER.map((generation) => ({ wire: 'sse', generation })));
