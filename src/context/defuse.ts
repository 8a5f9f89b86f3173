const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** Zero-width, direction and other invisible characters: they hide text from a person and not from a model. */
const INVISIBLE =
  /\u17b4|\u17b5|[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]|[\u180b-\u180d]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]/gu;
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;
const TAG = /<(\s*\/?\s*atocore)/giu;
const MARK_AT_START =
  /^(\s*(?:[-*+>]\s*)*)(?=\[[SMD]\d+\]|#{1,6}\s*(?:Trusted project state|About the user|Project memories|Knowledge|Documents)\b)/gimu;

/** Takes away what could be read as a mark of the pack: its tags, labels and headers, and characters that nobody sees. */
export function defuse(text: string): string {
  return text
    .replace(LINE_ENDS, '\n')
    .replace(INVISIBLE, '')
    .replace(CONTROL, '')
    .replace(TAG, '‹$1')
    .replace(MARK_AT_START, '$1\\');
}

const lines = new Map<string, string>();
const LINES_MAX = 20_000;

/** Text that must stay on its line: state values, memories, titles. Remembered, since packs show the same ones again and again. */
export function oneLine(text: string): string {
  const known = lines.get(text);
  if (known !== undefined) return known;
  const line = defuse(text).replaceAll(/\s+/g, ' ').trim();
  if (lines.size >= LINES_MAX) lines.clear();
  lines.set(text, line);
  return line;
}
