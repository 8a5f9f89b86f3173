/** The bands of a pack in trust order, highest first. */
export const BAND_NAMES = ['trusted_state', 'user', 'project_memories', 'knowledge', 'documents'] as const;
export type BandName = (typeof BAND_NAMES)[number];

/** What one band wants: the cost of its header and of each entry in full, in the order in which they are placed. */
export interface BandDemand {
  ratio: number;
  headerTokens: number;
  entryTokens: readonly number[];
}

/** What one band gets: the tokens of each placed entry (fewer than asked for: it must be cut); the rest is left out. */
export interface BandShare {
  budgetTokens: number;
  entryTokens: number[];
}

/** Less than this much of an entry says nothing. */
export const CUT_TOKENS_MIN = 16;

/**
 * Divides a budget over the bands (pure). Each band has a flat share; what a band does not need flows to the next one. Entries are
 * placed in order; one entry takes at most `entryShare` of its band unless it is alone (case C14), and an entry that does not fit is
 * cut rather than dropped (case C11). A band with entries left over passes nothing on, so that more budget never removes an entry: the
 * room behind every prefix of entries, avail - sum of min(full, share * avail), is convex in the budget and zero at zero.
 */
export function allocate(budgetTokens: number, demands: readonly BandDemand[], entryShare: number): BandShare[] {
  let flowing = 0;
  return demands.map((demand) => {
    const available = budgetTokens * demand.ratio + flowing;
    if (demand.entryTokens.length === 0) {
      flowing = available;
      return { budgetTokens: Math.floor(available), entryTokens: [] };
    }
    const { entryTokens, left } = placeEntries(available - demand.headerTokens, demand.entryTokens, entryShare);
    flowing = left;
    return { budgetTokens: Math.floor(available), entryTokens };
  });
}

function placeEntries(
  room: number,
  wanted: readonly number[],
  entryShare: number,
): { entryTokens: number[]; left: number } {
  const cap = wanted.length === 1 ? room : room * entryShare;
  const entryTokens: number[] = [];
  let left = room;
  for (const full of wanted) {
    const least = Math.min(full, CUT_TOKENS_MIN);
    if (left < least || cap < least) return { entryTokens, left: 0 };
    const given = Math.min(full, cap, left);
    entryTokens.push(Math.floor(given));
    left -= Math.min(full, cap);
    if (left < 0) return { entryTokens, left: 0 };
  }
  return { entryTokens, left: Math.max(0, left) };
}
