/** Quotations, by their marks; the apostrophes of single ones must stand at borders of words. */
const QUOTATION =
  /"([^"]{1,400})"|“([^”]{1,400})”|«([^»]{1,400})»|„([^“”"]{1,400})[“”"]|`([^`]{1,400})`|(?<=^|[\s(:])'([^'\n]{12,400})'(?=$|[\s.,;:!?)])/g;

/**
 * The form that rules read: lower case with straight quotes; a quotation of more than three words is somebody else's
 * and becomes `‹›`.
 */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(QUOTATION, (quoted) =>
      quoted.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length > 3 ? '‹›' : quoted,
    );
}

/** Where the quotations of a line stand; a sentence does not end inside of one. */
export function quotationsIn(line: string): [start: number, stop: number][] {
  return [...line.replace(/[’‘]/g, "'").matchAll(QUOTATION)].map(({ index, 0: quoted }) => [
    index,
    index + quoted.length,
  ]);
}
