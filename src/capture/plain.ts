/** Quotations, by their marks; the apostrophes of single ones must stand at borders of words. */
const QUOTATION =
  /"([^"]{1,400})"|“([^”]{1,400})”|«([^»]{1,400})»|„([^“”"]{1,400})[“”"]|`([^`]{1,400})`|(?<=^|[\s(:])'([^'\n]{12,400})'(?=$|[\s.,;:!?)])/g;

/**
 * The form that rules read: lower case with straight quotes; a quotation of more than three words is somebody else's
 * and becomes `‹›`.
 */
export function plain(text: string): string {
  const unquoted = text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(QUOTATION, (quoted) =>
      quoted.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length > 3 ? '‹›' : quoted,
    );
  return withApostrophes(unquoted);
}

/** Short forms as they are typed in haste: "dont", "im", "theres", "u". Those that are words as well ("id", "its") need company. */
const HASTY: readonly (readonly [RegExp, string])[] = [
  [/\b(do|does|did|is|are|was|were|has|have|had|would|could|should|must|ca|wo)nt\b(?!')/g, "$1n't"],
  [
    /\b(that|there|what|here|let|who|it|he|she)s (?=(?:a|an|the|no|not|on|in|at|only|all|always|never|our|my|been|to be|keep|use|stick|stay|go|take)\b)/g,
    "$1's ",
  ],
  [/\bits (?=(?:a|an|the|not|only|always|never|been)\b)/g, "it's "],
  [
    /\bim\b(?! (?:\p{L}+(?:er|en|em)|gang|prinzip|moment)\b)(?= (?:an?|the|in|on|at|not|only|just|also|from|more|doing|going|fine|ok|with|responsible|new|colou?r)\b)/gu,
    "i'm",
  ],
  [/\b(i|you|we|they)(?:ve)\b/g, "$1've"],
  [/\b(you|they)re\b/g, "$1're"],
  [/\bid (?=(?:rather|prefer|like|love)\b)/g, "i'd "],
  [/(?<![\d/._-]\s?)\bu\b(?![-_./\d])/g, 'you'],
  [/\bw\/o\b/g, 'without'],
];

function withApostrophes(text: string): string {
  let full = text;
  for (const [short, long] of HASTY) full = full.replace(short, long);
  return full;
}

/** Where the quotations of a line stand; a sentence does not end inside of one. */
export function quotationsIn(line: string): [start: number, stop: number][] {
  return [...line.replace(/[’‘]/g, "'").matchAll(QUOTATION)].map(({ index, 0: quoted }) => [
    index,
    index + quoted.length,
  ]);
}
