import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineReader, type LongLine, requestIdOf } from '../../src/mcp/line-reader.ts';

const MAX = 12;

function readAll(chunks: Buffer[]) {
  const lines: string[] = [];
  const long: LongLine[] = [];
  const reader = createLineReader(
    MAX,
    (line) => lines.push(line),
    (line) => long.push(line),
  );
  for (const chunk of chunks) reader.push(chunk);
  return { lines, long };
}

function cut(bytes: Buffer, cuts: number[]): Buffer[] {
  const places = [0, ...cuts.map((cutAt) => cutAt % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((to, at) => bytes.subarray(places[at], to));
}

describe('the line reader', () => {
  test('gives the same lines however the stream is cut, and long ones by size and ends', () => {
    const line = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const size = (text: string) => Buffer.byteLength(text);
        const { lines, long } = readAll(cut(bytes, cuts));
        expect(lines).toEqual(texts.filter((text) => text !== '' && size(text) <= MAX));
        const longTexts = texts.filter((text) => size(text) > MAX);
        expect(long.map((one) => one.bytes)).toEqual(longTexts.map(size));
        expect(long.map((one) => one.tail)).toEqual(longTexts);
      }),
    );
  });

  test('keeps back what has no line end yet', () => {
    expect(readAll([Buffer.from('one\ntw')]).lines).toEqual(['one']);
  });
});

describe('the id of a request whose middle is gone', () => {
  test.each([
    ['stands first', '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"xx', 'xx"}}', 7],
    ['stands first, alone', '{"id":"a-1","method":"tools/call","params":{', '}}', 'a-1'],
    ['stands last', '{"method":"tools/call","params":{"a":"xx', 'xx"}},"jsonrpc":"2.0","id":8}', 8],
    ['stands before the version', '{"method":"tools/call","params":{"a":"xx', 'xx"},"id":9,"jsonrpc":"2.0"}', 9],
    ['is one of the arguments', '{"method":"tools/call","params":{"arguments":{"a":"x', 'x","id":5}}}', undefined],
    ['is that of a response', '{"jsonrpc":"2.0","id":7,"result":{"a":"xx', 'xx"}}', undefined],
    ['is missing', '{"jsonrpc":"2.0","method":"notifications/x","params":{"a":"xx', 'xx"}}', undefined],
  ])('%s', (_where, head, tail, id) => {
    expect(requestIdOf({ head, tail, bytes: 99 })).toBe(id);
  });
});
