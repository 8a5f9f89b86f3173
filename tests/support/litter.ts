/** Leaves some 150 MiB of small objects behind, as a busy minute does. */
export function litter(): number {
  return Array.from({ length: 1_000_000 }, (_, at) => ({ at, text: `note ${at}` })).length;
}
