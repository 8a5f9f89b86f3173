/** What a value looks like that stands where a secret may stand. */

/** The secret of a match: its first group that read something, or all of it. */
export const caught = (match: RegExpMatchArray): string =>
  match.slice(1).find((group) => group !== undefined) ?? match[0];
/** Of small letters, capitals, digits and marks, how many kinds a value holds. */
export const classesOf = (value: string): number =>
  [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(value)).length;
/** A variable, a template, a call, a file or an address: names a value and is none. */
export const isReference = (value: string): boolean =>
  /^[$%<{[(]|\$\{|\{\{|^\[redacted|[A-Za-z_]\(|^[\w.-]+\.(?:ts|js|py|md|json|txt|ya?ml|env)$|^https?:/i.test(value);

/** Where passwords are kept and what carries them: `stored in 1Password`, `convert the password to Uint8Array`. */
const WELL_KNOWN = /^(?:1Password\d?|KeePass(?:XC|DX|\d)?|(?:Big)?(?:U?int|Float)\d{1,3}(?:Clamped)?Array)$/i;
const ALGORITHM = /^(?:argon2(?:id|i|d)?|[sb]crypt|pbkdf2(?:[-_]\w{1,20})?|sha-?\d{1,3}|md5|hmac[-_]?\w{0,10})$/i;
/** A tolerance, the size of a grid. */
const MEASURE = /±|^[A-Za-z]{3,}(\d{1,4})x\1$/;
/** The name of something that everybody knows, or a measure, so no secret. */
export const isWellKnown = (value: string): boolean =>
  WELL_KNOWN.test(value) || ALGORITHM.test(value) || MEASURE.test(value);

/**
 * Words and numbers joined by `-`, `_`, `.` or `/`, with no other mark: a branch, a service, a package. The letters of random text stand
 * neither apart from its digits nor in runs of one case; `lettersMin` is how long those runs are on average at least.
 */
export function isNameOfWords(value: string, lettersMin: number): boolean {
  const parts = value.split(/[-_./]+/).filter((part) => part !== '');
  const words = value.match(/\p{Lu}?\p{Ll}+|\p{Lu}+/gu) ?? [];
  return (
    parts.length >= 2 &&
    words.length > 0 &&
    parts.every((part) => /^(?:\p{L}{1,60}\d{0,4}|\d{1,12}|\p{L}\d{1,2}\p{Ll})$/u.test(part)) &&
    words.every((word) => word.length <= 20) &&
    words.join('').length / words.length >= lettersMin
  );
}

/** Whether a word of place stands right before the value: `the password is in KeePass2`. */
export function isPlaced(match: RegExpMatchArray): boolean {
  const before = match[0].slice(0, match[0].lastIndexOf(caught(match)));
  return /\s(?:in|into|im|dans|see|siehe|voir|via|from)\s{1,3}["'`]?$/i.test(before);
}

/** A paragraph that follows a heading such as `## Password:`; a value alone on its line is none. */
export function isNextParagraph(match: RegExpMatchArray): boolean {
  const { input = '', index = 0 } = match;
  const end = index + match[0].length;
  return /\n[ \t]*\n/.test(match[0]) && !/^[ \t]{0,40}(?:\n|$)/.test(input.slice(end, end + 41));
}

/** Letters with digits or marks inside, not a number with a unit, not a word. */
export function isSpokenPassword(value: string): boolean {
  const plain = value.replace(/[.,:;!?)]+$/, '');
  return (
    plain.length >= 6 &&
    !isReference(plain) &&
    /[A-Za-z]/.test(plain) &&
    /[\d!@#$%^&*]/.test(plain) &&
    !isWellKnown(plain) &&
    !/^\d+(?:[.-]?[a-z]{1,12})?$|^v?\d+(?:\.\d+)+/i.test(plain)
  );
}

/** Algorithms, encodings and versions stand where a password would: `the password is hashed to argon2id`. */
const TECHNICAL =
  /^(?:argon|[sb]?crypt|pbkdf|sha-?\d|md\d|hmac|hkdf|[rhep]s\d|aes|utf|base\d|uuid|v\d|rfc|ed\d|x\d|p\d|tls|oauth|http|kv|ipv)|[/\\_]|^[a-z]+-\d+$|-v\d+$/i;

/** A spoken password far from its word: no name of an algorithm, no path, no name of code, and more than a mark. */
export const isToldPassword = (value: string): boolean => {
  const plain = value.replace(/[.,:;!?)]+$/, '');
  return isSpokenPassword(plain) && /\d/.test(plain) && !TECHNICAL.test(plain) && !/^\p{L}+\d$/u.test(plain);
};

/** At least three classes of characters: fit where an account and its password stand without the word. */
export const isStrongPassword = (value: string): boolean =>
  value.length >= 8 && isSpokenPassword(value) && classesOf(value) >= 3 && !/[/\\]/.test(value);

/**
 * What nobody would write but as a password: small, capital letters and digits together, or letters, digits and a mark
 * that names of parts and of code do not have.
 */
export const isPasswordLike = (value: string): boolean => {
  const plain = value.replace(/[.,:;?)]+$/, '');
  return (
    plain.length >= 8 &&
    !isReference(plain) &&
    !isWellKnown(plain) &&
    !/[()[\]{}<>=/\\]|\.\w|::/.test(plain) &&
    /\d/.test(plain) &&
    ((/[a-z]/.test(plain) && /[A-Z]/.test(plain) && /\d[A-Za-z]|[a-z][A-Z].*\d|[^A-Za-z0-9]/.test(plain)) ||
      (/[A-Za-z]/.test(plain) && /[!@#$%^&*?+~§]/.test(plain)))
  );
};

/** Long random text; a checksum, a UUID, a part of a path or a public key is none. */
export const isRandomRun = (value: string): boolean =>
  !/^AAAA|^[0-9a-f-]+$|^[0-9A-F-]+$/.test(value) &&
  /\d/.test(value) &&
  /[A-Za-z]{2}/.test(value) &&
  (classesOf(value) >= 3 || value.length >= 32) &&
  !/^[A-Za-z]+(?:[-_/][A-Za-z]+)+\d*$/.test(value) &&
  // Random text changes between kinds of character often, and no word runs on for forty letters.
  ((value.match(/\d[A-Za-z]|[a-z][A-Z]|[A-Z][a-z]/g) ?? []).length >= 5 ||
    (/^[A-Za-z0-9]{40,}$/.test(value) && value.replace(/\D/g, '').length >= 3));
