import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findPrompt } from '../../../src/hooks/transcript.ts';

type Row = Record<string, unknown>;

/** A row as Claude Code 2.1 writes it for what a person typed. */
const typed = (text: unknown, promptId = 'p1', more: Row = {}): Row => ({
  ...{ type: 'user', isSidechain: false, promptId, uuid: `u-${promptId}`, promptSource: 'typed' },
  message: { role: 'user', content: text },
  ...more,
});
const reply = (text: string): Row => ({
  type: 'assistant',
  message: { role: 'assistant', content: [{ type: 'text', text }] },
});
const toolResult = (promptId = 'p1'): Row => ({
  ...{ type: 'user', promptId, toolUseResult: { stdout: 'the disk is full' } },
  message: { role: 'user', content: [{ type: 'tool_result', content: 'the disk is full' }] },
});

function transcript(...rows: (Row | string)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'atocore-transcript-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'session.jsonl');
  writeFileSync(path, rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join(''));
  return path;
}

function textOf(path: string, turn: string | undefined): string | undefined {
  const found = findPrompt(path, turn);
  return found === 'too_far' ? found : found?.text;
}

test('the prompt of a turn is what the person typed, not what tools answered since (case C20)', () => {
  const path = transcript(typed('first', 'p0'), reply('one'), typed('which lens?'), reply('let me look'), toolResult());
  expect(findPrompt(path, 'p1')).toEqual({ text: 'which lens?', id: 'p1' });
  expect(textOf(path, undefined)).toBe('which lens?');
});

test('rows that no person typed are not prompts, whatever their role says (case C20)', () => {
  const strangers: Row[] = [
    typed('a summary', 'p1', { isCompactSummary: true }),
    typed('a caveat', 'p1', { isMeta: true }),
    typed('a task of a subagent', 'p1', { isSidechain: true }),
    typed('output', 'p1', { toolUseResult: { stdout: 'x' } }),
    typed('a notice of a task', 'p1', { origin: { kind: 'task-notification' } }),
    typed('a reminder', 'p1', { promptSource: 'system' }),
    typed('no source', 'p1', { promptSource: undefined }),
    typed([{ type: 'tool_result', content: 'x' }]),
    {
      type: 'attachment',
      promptSource: 'typed',
      attachment: { type: 'hook_additional_context', content: 'our own words' },
    },
    { type: 'assistant', promptSource: 'typed', message: { role: 'user', content: 'not a user row' } },
  ];
  expect(textOf(transcript(typed('what I said'), ...strangers), 'p1')).toBe('what I said');
  expect(findPrompt(transcript(...strangers), 'p1')).toBeUndefined();
});

test('a turn that a machine began is not paired with the prompt of the turn before', () => {
  const path = transcript(
    typed('which lens?', 'p1'),
    reply('f/4'),
    typed('a task ended', 'p2', { promptSource: 'system' }),
  );
  expect(findPrompt(path, 'p2')).toBeUndefined();
});

test('what was typed ahead belongs to the next turn', () => {
  const path = transcript(typed('which lens?', 'p1'), reply('f/4'), typed('and which mirror?', 'p2'));
  expect(textOf(path, 'p1')).toBe('which lens?');
});

test('the words of a prompt with pictures are kept, the pictures are not', () => {
  const path = transcript(
    typed([
      { type: 'text', text: 'what is this?' },
      { type: 'image', source: { data: 'AAAA' } },
    ]),
  );
  expect(textOf(path, 'p1')).toBe('what is this?');
});

test('damaged rows, rows without an end and huge rows of tools are passed over', () => {
  const huge = { ...toolResult(), toolUseResult: { stdout: 'x'.repeat(3_000_000) } };
  const path = transcript(
    '{"type":"user","promptSource":"ty',
    typed('which lens?'),
    huge,
    '[]',
    'null',
    '"promptSource"',
  );
  expect(textOf(path, 'p1')).toBe('which lens?');
});

test('text that speaks of rows is not taken for one', () => {
  const quoted = JSON.stringify(typed('not me', 'p9'));
  expect(textOf(transcript(typed('which lens?'), reply(quoted)), 'p1')).toBe('which lens?');
});

test('no transcript, an empty one and a folder in its place give no prompt', () => {
  const path = transcript();
  mkdirSync(`${path}.d`);
  for (const place of [path, `${path}.d`, `${path}.none`]) expect(findPrompt(place, 'p1')).toBeUndefined();
});

test('a prompt behind more output of tools than is searched is told from none', () => {
  const block = JSON.stringify({ ...toolResult(), more: 'x'.repeat(1024 * 1024) });
  const blocks = Array<string>(66).fill(block);
  expect(findPrompt(transcript(typed('which lens?'), ...blocks), 'p1')).toBe('too_far');
  expect(textOf(transcript(...blocks, typed('which lens?')), 'p1')).toBe('which lens?');
});

const added = (prompt: unknown, more: Row = {}): Row => ({
  type: 'attachment',
  attachment: { type: 'queued_command', prompt, commandMode: 'prompt', ...more },
});

test('what the person adds while the agent works belongs to the prompt, what machines add does not (case C20)', () => {
  const machines = [
    added('a task has ended', { commandMode: 'task-notification' }),
    added('ls', { commandMode: 'bash' }),
    added('said by another agent', { origin: { kind: 'peer' } }),
    added('put in by the client', { isMeta: true }),
    added('/compact'),
    added('!ls -la'),
    { ...added('said by a helper of the agent'), isSidechain: true },
    { type: 'attachment', attachment: { type: 'hook_additional_context', content: '"queued_command"' } },
  ];
  const own = [
    added('and it must be fused silica', { origin: { kind: 'human' } }),
    toolResult(),
    added([{ type: 'text', text: 'not BK7' }]),
  ];
  const path = transcript(typed('which lens?'), reply('let me look'), ...machines, ...own, reply('this one'));
  expect(textOf(path, 'p1')).toBe('which lens?\n\nand it must be fused silica\n\nnot BK7');
});

test('what was added to another turn is not of this one', () => {
  const path = transcript(typed('one', 'p0'), added('early'), typed('two'), typed('three', 'p2'), added('late'));
  expect(textOf(path, 'p1')).toBe('two');
  expect(textOf(path, 'p0')).toBe('one\n\nearly');
  expect(textOf(path, 'p2')).toBe('three\n\nlate');
});
