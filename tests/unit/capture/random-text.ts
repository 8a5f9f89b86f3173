/** Alphabets, and runs of their characters that are the same in every run of the tests. */

export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
export const DIGITS = '0123456789';
export const HEX = '0123456789abcdef';
export const ALNUM = LOWER + UPPER + DIGITS;
export const URL64 = `${ALNUM}-_`;
export const BASE64 = `${ALNUM}+/`;
export const BASE32 = `${UPPER}234567`;

let seed = 99_173;
export function run(alphabet: string, chars: number): string {
  let out = '';
  for (let at = 0; at < chars; at += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    out += alphabet[(seed >>> 8) % alphabet.length];
  }
  return out;
}
