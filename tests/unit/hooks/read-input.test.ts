import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readHookEvent } from '../../../src/hooks/hook-event.ts';
import { readJsonInput } from '../../../src/hooks/read-input.ts';

test('an event is read as soon as it is whole, also when stdin never closes', async () => {
  const input = new PassThrough();
  const read = readJsonInput(input);
  input.write('{"hook_event_name":"Stop","last_assistant_message":"a } in');
  input.write(' it }"');
  input.write('}\n');
  expect(await read).toEqual({ hook_event_name: 'Stop', last_assistant_message: 'a } in it }' });
  expect(input.writableEnded).toBe(false);
});

test('characters that are cut between two parts stay whole', async () => {
  const input = new PassThrough();
  const read = readJsonInput(input);
  const bytes = Buffer.from('{"prompt":"où est le dossier ?"}');
  for (const byte of bytes) input.write(Buffer.from([byte]));
  expect(await read).toEqual({ prompt: 'où est le dossier ?' });
});

test('half an event and silence, an end without one, and broken JSON are no event', async () => {
  const silent = new PassThrough();
  silent.write('{"prompt":"hel');
  const ended = new PassThrough();
  ended.end();
  const broken = new PassThrough();
  broken.end('{prompt}');
  for (const input of [silent, ended, broken]) expect(await readJsonInput(input)).toBeUndefined();
});

test('an event that is larger than any event is given up', async () => {
  const input = new PassThrough();
  const read = readJsonInput(input);
  for (let part = 0; part < 9; part += 1) input.write(Buffer.alloc(1024 * 1024, 'x'));
  expect(await read).toBeUndefined();
});

test('fields of the wrong kind and events of others are no events of ours', () => {
  const stop = { hook_event_name: 'Stop', session_id: 's1', transcript_path: '/t.jsonl', cwd: '/srv' };
  expect(readHookEvent({ ...stop, prompt_id: 'p1', stop_hook_active: true, last_assistant_message: 'done' })).toEqual({
    ...{ kind: 'stop', session: 's1', turn: 'p1', cwd: '/srv', transcript: '/t.jsonl', again: true, reply: 'done' },
  });
  expect(readHookEvent(stop)).toMatchObject({ turn: undefined, again: false, reply: '' });
  // Whoever drains the spool runs elsewhere than the agent did.
  expect(readHookEvent({ ...stop, cwd: 'bench' })).toMatchObject({ cwd: resolve('bench') });
  const wrong = [
    null,
    [],
    'Stop',
    {},
    { ...stop, session_id: 7 },
    { ...stop, session_id: 'x'.repeat(300) },
    { ...stop, transcript_path: '' },
    { ...stop, hook_event_name: 'SubagentStop' },
  ];
  for (const value of wrong) expect(readHookEvent(value)).toBeUndefined();
});
