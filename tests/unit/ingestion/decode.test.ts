import { describe, expect, it } from 'vitest';
import { decodeDocument } from '../../../src/ingestion/decode.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('decodeDocument', () => {
  it.each([
    ['UTF-8', Buffer.from('Größe – 10 €'), 'utf-8', 'Größe – 10 €'],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffGröße'), 'utf-8-bom', 'Größe'],
    ['UTF-16 little endian', utf16('Größe'), 'utf-16le', 'Größe'],
    ['UTF-16 big endian', Buffer.from(utf16('Größe')).swap16(), 'utf-16be', 'Größe'],
    ['Windows-1252', bytes(0x93, 0x41, 0x94, 0x20, 0x96, 0x20, 0x80, 0xe9), 'windows-1252', '“A” – €é'],
    ['Latin-1', Buffer.from('Größe', 'latin1'), 'latin-1', 'Größe'],
    ['a broken file after a UTF-8 mark', bytes(0xef, 0xbb, 0xbf, 0x47, 0xf6), 'latin-1', 'Gö'],
    ['an empty file', bytes(), 'utf-8', ''],
  ])('reads %s (case C44)', (_name, input, encoding, text) => {
    expect(decodeDocument(input)).toEqual({ text, encoding });
  });

  it('reads a view that begins inside a larger buffer', () => {
    const whole = bytes(0x41, 0x42, 0xe9, 0x43);
    expect(decodeDocument(whole.subarray(1, 3))).toEqual({ text: 'Bé', encoding: 'latin-1' });
  });

  it('gives one newline and one form of a letter', () => {
    expect(decodeDocument(Buffer.from('a\r\nb\rc\ne\u0301'))).toEqual({ text: 'a\nb\nc\né', encoding: 'utf-8' });
  });

  it.each([
    ['NUL bytes', bytes(0x41, 0x00, 0x42)],
    ['UTF-16 without a mark', Buffer.from('plain', 'utf16le')],
    ['many control characters', Buffer.from('\x01\x02\x03abc\x04\x05')],
    ['compressed bytes', Uint8Array.from({ length: 400 }, (_, i) => ((i * 7919) % 255) + 1)],
  ])('names %s as binary', (_name, input) => {
    expect(decodeDocument(input)).toEqual({ skip: 'binary' });
  });

  it('keeps text with a stray control character', () => {
    expect(decodeDocument(Buffer.from(`page one\fpage two \x07`))).toMatchObject({ encoding: 'utf-8' });
  });
});
