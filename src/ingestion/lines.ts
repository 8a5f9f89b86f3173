/** Offset of the first character of each line. */
export function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) offsets.push(at + 1);
  if (offsets.at(-1) === text.length && offsets.length > 1) offsets.pop();
  return offsets;
}
