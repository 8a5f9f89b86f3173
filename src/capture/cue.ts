/** A pattern that stands between word borders of any alphabet; `\b` knows ASCII only and would see one in `é`. */
export function cue(source: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`, 'iu');
}
