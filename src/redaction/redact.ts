import { NeededWords } from './needed-words.ts';
import { PHRASE_PATTERNS } from './redact-phrases.ts';
import { TOKEN_PATTERNS } from './redact-tokens.ts';
import { TOLD_PATTERNS } from './redact-told.ts';
import { VALUE_PATTERNS } from './redact-values.ts';

/** A text whose secrets became `[redacted:<kind>]`, how many there were, and their kinds in alphabetical order. */
export interface Redaction {
  text: string;
  redactions: number;
  kinds: string[];
}

const MARK_START = '[redacted:';
const MARK = /\[redacted:[a-z0-9-]{1,40}\]/g;

const neededWords = new NeededWords();
const PATTERNS = [...TOKEN_PATTERNS, ...VALUE_PATTERNS, ...PHRASE_PATTERNS, ...TOLD_PATTERNS].map((secret) => ({
  ...secret,
  words: secret.needs && neededWords.add(secret.needs, secret.pattern.ignoreCase),
}));

/**
 * Removes what looks like a secret. Our own patterns come first; secretlint's recommended rules then read what is
 * left, and are loaded only when the text holds something that one of them looks for (loading takes some 50 ms, a
 * hook has 80 in all). Redacting a redacted text changes nothing. Linear in the length of the text.
 */
export async function redact(text: string): Promise<Redaction> {
  const own = redactByPatterns(text);
  // Our marks would look like passwords to the library; blanks of the same length keep the places right.
  const rest = own.text.replace(MARK, (mark) => ' '.repeat(mark.length));
  if (!concernsLibrary(rest)) return own;
  const { findSecrets } = await import('./redact-library.ts');
  const found = await findSecrets(rest);
  return found.length === 0 ? own : replaceRanges(own, found);
}

/**
 * The part of `redact` that needs no library: synchronous, well under a millisecond for an ordinary turn. With `keepLines` a mark
 * is followed by as many line ends as the secret had.
 */
export function redactByPatterns(text: string, options: { keepLines?: boolean } = {}): Redaction {
  let result: Redaction = { text, redactions: 0, kinds: [] };
  neededWords.read(text);
  for (const { kind, pattern, accept, words } of PATTERNS) {
    if (words && !neededWords.anyIn(words)) continue;
    const found: SecretRange[] = [];
    for (const match of result.text.matchAll(pattern)) {
      if (accept !== undefined && !accept(match)) continue;
      const secret = match.slice(1).find((group) => group !== undefined) ?? match[0];
      // The secret is the last thing that its pattern reads, but for a closing quote.
      const start = match.index + match[0].lastIndexOf(secret);
      if (secret.startsWith(MARK_START) || result.text.endsWith(MARK_START, start)) continue;
      found.push({ kind, start, end: start + secret.length });
    }
    if (found.length === 0) continue;
    result = replaceRanges(result, found, options.keepLines);
    neededWords.read(result.text);
  }
  return result;
}

/** A secret at [start, end) of a text. */
export interface SecretRange {
  kind: string;
  start: number;
  end: number;
}

/**
 * What at least one rule of the library must see to report anything; a superset, so that nothing is missed by not
 * loading it.
 */
const LIBRARY_HINTS =
  /PRIVATE KEY|secret_?access_?key|x-oauth-basic|_authToken=|npm_|xox[a-z]-|xapp-|hooks\.slack\.com|:\/\/[^\s/:]{1,256}:[^\s/]{1,256}@|T3BlbkFJ|sk-ant-|gsk_|hf_|lin_api_|ntn_|SG\.|shp[a-z]{2}_|[sr]k_(?:live|test)_|gh[a-z]_|github_pat_|glpat-|glc_|glsa_|ops_ey|hv[sbr]\.|vc[a-z]_|dapi|dckr_pat_|figd_|cf[a-z]{1,2}_|tskey-|A3T|A(?:KIA|GPA|IDA|ROA|IPA|NPA|NVA|SIA)[A-Z0-9]{16}/i;

/** Whether the library could find something in the text. */
export function concernsLibrary(text: string): boolean {
  return LIBRARY_HINTS.test(text);
}

/** Replaces ranges that may touch or overlap; overlapping ones become one redaction of the first one's kind. */
function replaceRanges(base: Redaction, ranges: readonly SecretRange[], keepLines = false): Redaction {
  const parts: string[] = [];
  const kinds = new Set(base.kinds);
  let redactions = base.redactions;
  let at = 0;
  for (const { kind, start, end } of [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start >= at) {
      const lines = keepLines ? base.text.slice(start, end).split('\n').length - 1 : 0;
      parts.push(base.text.slice(at, start), `[redacted:${kind}]`, '\n'.repeat(lines));
      kinds.add(kind);
      redactions += 1;
    }
    at = Math.max(at, end);
  }
  return { text: parts.join('') + base.text.slice(at), redactions, kinds: [...kinds].sort() };
}
