import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli, startServe } from '../fixtures/cli/processes.ts';

function makeHome(more: Record<string, string>): Record<string, string> & { ATOCORE_HOME: string } {
  const home = mkdtempSync(join(tmpdir(), 'atocore-schedules-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return { ATOCORE_HOME: home, ...more };
}

interface Health {
  backup: { last: string | null; last_good_drill: string | null; schedules: object | null };
}

test('a service makes snapshots and drills by its schedules, and tells of them in health', async () => {
  const env = makeHome({ ATOCORE_BACKUP_SCHEDULE: '* * * * * *', ATOCORE_DRILL_SCHEDULE: '* * * * * *' });
  await runCli(['memory', 'add', 'The mirror arrives in May', '--type', 'knowledge'], env);
  const { url, child, ended, says } = await startServe(env);
  await says(/"job":"drill"/);
  const { backup } = (await (await fetch(`${url}/health`)).json()) as Health;
  expect(backup).toMatchObject({
    last: expect.any(String),
    last_good_drill: expect.any(String),
    schedules: { backup: '* * * * * *', drill: '* * * * * *' },
  });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('a schedule that is none is refused before anything is served: exit code 2', async () => {
  const env = makeHome({ ATOCORE_DRILL_SCHEDULE: 'every sunday' });
  const { code, stderr } = await runCli(['serve', '--port', '0'], env);
  expect(code).toBe(2);
  expect(stderr).toContain('ATOCORE_DRILL_SCHEDULE = "every sunday"');
  expect(existsSync(join(env.ATOCORE_HOME, 'data'))).toBe(false);
});
