import { GENERATIONS } from '../fixtures/mcp/clients.ts';
import { describeServing } from '../fixtures/mcp/serving-suite.ts';

describeServing(GENERATIONS.map((generation) => ({ wire: 'bridge', generation })));
