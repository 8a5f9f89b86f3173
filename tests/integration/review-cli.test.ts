import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderItem } from '../../src/cli/review-terminal.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const RUN = `const { main } = await import(${JSON.stringify(MAIN)}); process.exitCode = await main(process.argv.slice(1));`;

let home: TestHome;

beforeAll(async () => {
  home = await createTestHome();
  await home.register('p05');
});
afterAll(() => home.close());

async function atocore(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', RUN, '--', ...args], {
    env: home.env,
  });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

test('a proposal goes through the queue on the command line, and back', async () => {
  const proposed = await atocore(
    'state',
    'propose',
    'p05',
    'decision',
    'vendor',
    'Schott',
    '--reason',
    'mail',
    '--json',
  );
  const { item } = JSON.parse(proposed.stdout) as { item: { id: string } };
  const list = async (...more: string[]) =>
    (JSON.parse((await atocore('review', 'list', '--json', ...more)).stdout) as { items: { id: string }[] }).items;
  expect((await list('--project', 'p05', '--kind', 'state_proposal')).map(({ id }) => id)).toEqual([item.id]);
  expect(await list('--kind', 'conflict')).toEqual([]);
  const accepted = await atocore('review', 'accept', item.id, '--json', '--reason', 'checked');
  expect(JSON.parse(accepted.stdout)).toMatchObject({
    outcome: { item: item.id, status: 'accepted', entry: { value: 'Schott' } },
  });
  const again = await atocore('review', 'reject', item.id, '--json');
  expect([again.code, again.stdout]).toEqual([5, '']);
  expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'CONFLICT' } });
  await atocore('review', 'undo', item.id);
  expect((await list()).map(({ id }) => id)).toEqual([item.id]);
  expect((await atocore('review')).stdout).toContain('1 waiting');
  expect((await atocore('review', 'edit', item.id, '--content', 'Schott, offer B')).stdout).toContain('accepted');
  expect((await atocore('review', 'accept', 'rev_none')).code).toBe(4);
});

test('text of the queue cannot steer the terminal', () => {
  const text = renderItem(
    {
      ...{ id: 'rev_1', kind: 'memory_candidate', project: 'p05', created_at: '2026-03-02T12:00:00Z' },
      ...{ title: 'new project', evidence: 'from a page', stale: null, group: null },
      content: 'pay\u001b[2J\u001b[31m Mallory\u0007\u202e\nnow',
      proposal: { effect: 'accept makes it active', source: '\u001b]0;title\u0007' },
      quote: 'line one\r\nline two\u2028',
    },
    1,
    2,
  );
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(text).toContain('> pay [2J [31m Mallory now');
  expect(text).toContain('quote: "line one line two"');
});
