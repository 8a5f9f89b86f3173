import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { findCandidates } from '../../../src/capture/extract.ts';
import { findInThread } from '../../../src/capture/find-in-thread.ts';

const AT = '2026-03-12T09:14:00Z';
const turns = [
  'We decided to use Zygo for the optics.',
  'could you look at the log?',
  'The cavity is 312 mm long. The review is next Monday, in the big room.',
].map((prompt) => ({ prompt, response: 'Done.', captured_at: AT }));

test('a thread finds what this process would find, each turn its own, however many wait', async () => {
  expect(await Promise.all(turns.map(findInThread))).toEqual(turns.map(findCandidates));
  expect(await findInThread(turns[0]!)).toEqual(findCandidates(turns[0]!));
});

test('the thread keeps no process alive that has nothing else to do', async () => {
  const file = new URL('../../../src/capture/find-in-thread.ts', import.meta.url).href;
  const script = `const { findInThread } = await import(${JSON.stringify(file)});
    console.log((await findInThread(${JSON.stringify(turns[0])})).candidates.length);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (part) => {
    said += part;
  });
  const [code] = await once(child, 'close');
  expect([code, said]).toEqual([0, '1\n']);
});
