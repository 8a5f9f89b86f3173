export type TextEncoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'latin-1';

export interface DecodedText {
  /** NFC, newlines as `\n`, without a byte order mark. */
  text: string;
  encoding: TextEncoding;
}

/** Why bytes are not text. */
export interface NotText {
  skip: 'binary';
}

/** Above one control character in this many, bytes are a program's and not a person's. */
const CHARS_PER_CONTROL_MIN = 50;

/**
 * Bytes to text: a byte order mark decides; else strict UTF-8; else Windows-1252 when a byte of 0x80 to 0x9f occurs (those
 * are control codes in Latin-1 and quotes and dashes in Windows-1252), else Latin-1. NUL or many control characters: binary.
 */
export function decodeDocument(bytes: Uint8Array): DecodedText | NotText {
  const decoded = decodeBytes(bytes);
  if (looksBinary(decoded.text)) return { skip: 'binary' };
  const text = decoded.text.includes('\r') ? decoded.text.replaceAll(/\r\n?/g, '\n') : decoded.text;
  return { text: text.normalize('NFC'), encoding: decoded.encoding };
}

function decodeBytes(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' };
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'utf-16be' };
  }
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, encoding: marked ? 'utf-8-bom' : 'utf-8' };
  } catch {
    // Not UTF-8: every byte sequence is valid in the single-byte encodings below, so nothing is lost.
  }
  const body = marked ? bytes.subarray(3) : bytes;
  if (body.some((byte) => byte >= 0x80 && byte <= 0x9f))
    return { text: decodeWindows1252(body), encoding: 'windows-1252' };
  return { text: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), encoding: 'latin-1' };
}

/** Bytes 0x80 to 0x9f as the WHATWG Encoding standard maps them; the five unassigned ones stay control codes. */
const WINDOWS_1252_HIGH = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** An own table, because some Node releases decode `windows-1252` as Latin-1. */
function decodeWindows1252(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return latin.replaceAll(/[\x80-\x9f]/g, (char) => WINDOWS_1252_HIGH[char.charCodeAt(0) - 0x80] ?? char);
}

function looksBinary(text: string): boolean {
  if (text.includes('\0')) return true;
  const controls = text.match(/[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f]/g)?.length ?? 0;
  return controls > 1 && controls * CHARS_PER_CONTROL_MIN > text.length;
}
