/** The bands of a pack in trust order, highest first. */
export const BAND_NAMES = ['trusted_state', 'user', 'project_memories', 'knowledge', 'documents'] as const;
export type BandName = (typeof BAND_NAMES)[number];

/**
 * What an entry costs in full, and the least that still says something: its fixed parts and a stump of its text. Both are asked for only
 * when the entry's turn comes, so that nobody counts what no budget reaches.
 */
export interface EntryDemand {
  readonly fullTokens: number;
  readonly leastTokens: number;
}

/** What one band wants, its entries in the order in which they are placed. */
export interface BandDemand {
  ratio: number;
  headerTokens: number;
  entries: readonly EntryDemand[];
}

/** What one band gets: the tokens of each placed entry (fewer than asked for: it must be cut); the rest is left out. */
export interface BandShare {
  budgetTokens: number;
  entryTokens: number[];
}

/** An entry of this size may always take its place whole, whatever its share: bands of small budgets would else hold stumps only. */
const SMALL_ENTRY_TOKENS = 48;

/**
 * Divides a budget over the bands (pure). Each band has a flat share; what a band does not need flows to the next one. Entries are
 * placed in order; one entry takes at most `entryShare` of its band unless it is small or alone (case C14), and an entry that does not
 * fit is cut rather than dropped (case C11). A band with entries left over passes nothing on, so that more budget never removes an
 * entry: the room behind every prefix of entries, avail - sum of min(full, max(share * avail, small)), never falls while it is positive.
 */
export function allocate(budgetTokens: number, demands: readonly BandDemand[], entryShare: number): BandShare[] {
  let flowing = 0;
  return demands.map((demand) => {
    const available = budgetTokens * demand.ratio + flowing;
    if (demand.entries.length === 0) {
      flowing = available;
      return { budgetTokens: Math.floor(available), entryTokens: [] };
    }
    const { entryTokens, left } = placeEntries(available - demand.headerTokens, demand.entries, entryShare);
    flowing = left;
    return { budgetTokens: Math.floor(available), entryTokens };
  });
}

function placeEntries(
  room: number,
  wanted: readonly EntryDemand[],
  entryShare: number,
): { entryTokens: number[]; left: number } {
  const cap = wanted.length === 1 ? room : Math.max(room * entryShare, SMALL_ENTRY_TOKENS);
  const entryTokens: number[] = [];
  let left = room;
  for (const { fullTokens, leastTokens } of wanted) {
    const asked = Math.min(fullTokens, cap);
    if (Math.min(left, asked) < Math.min(fullTokens, leastTokens)) return { entryTokens, left: 0 };
    entryTokens.push(Math.floor(Math.min(asked, left)));
    left -= asked;
    if (left < 0) return { entryTokens, left: 0 };
  }
  return { entryTokens, left };
}
