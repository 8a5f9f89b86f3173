import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout = 20_000) => ({
  test: { name, include, testTimeout, hookTimeout: 120_000, pool: 'forks' as const },
});

export default defineConfig({
  test: {
    // Tests wait for processes and disks more than they compute: on two cores, one worker leaves one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('unit', ['tests/unit/**/*.test.ts']),
      project('contract', ['tests/contract/**/*.test.ts']),
      project('integration', ['tests/integration/**/*.test.ts'], 60_000),
      project('service', ['tests/service/**/*.test.ts'], 90_000),
      project('matrix', ['tests/matrix/**/*.test.ts', 'tests/integration/mcp-server.test.ts'], 60_000),
      project('e2e', ['tests/e2e/**/*.test.ts'], 90_000),
      project('fault', ['tests/fault/**/*.test.ts'], 120_000),
      project('tidy', ['tests/tidy/**/*.test.ts'], 120_000),
      {
        test: {
          name: 'clients',
          include: ['tests/clients/**/*.test.ts'],
          globalSetup: ['tests/clients/global-setup.ts'],
          // One client at a time: each takes a core and more while it starts.
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 400_000,
          pool: 'forks',
        },
      },
    ],
  },
});
