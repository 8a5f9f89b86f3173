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

/** Letters with digits or marks inside, not a number with a unit, not a word. */
export function isSpokenPassword(value: string): boolean {
  const plain = value.replace(/[.,:;!?)]+$/, '');
  return (
    plain.length >= 6 &&
    !isReference(plain) &&
    /[A-Za-z]/.test(plain) &&
    /[\d!@#$%^&*]/.test(plain) &&
    !/^\d+(?:[.-]?[a-z]{1,12})?$|^v?\d+(?:\.\d+)+/i.test(plain)
  );
}

/** Algorithms, encodings and versions stand where a password would: `the password is hashed to argon2id`. */
const TECHNICAL =
  /^(?:argon|[sb]?crypt|pbkdf|sha-?\d|md\d|hmac|hkdf|[rhep]s\d|aes|utf|base\d|uuid|v\d|rfc|ed\d|x\d|p\d|tls|oauth|http|kv|ipv)|[/\\_]|^[a-z]+-\d+$/i;

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
