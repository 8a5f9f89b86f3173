/** Graded judgements of one query: document id -> relevance (0 is not relevant). */
export type Judgements = ReadonlyMap<string, number>;

export interface Measures {
  ndcg_10: number;
  recall_5: number;
  recall_10: number;
  mrr_10: number;
}

/** Measures of one ranking; linear gain over log2(rank + 1), as trec_eval computes nDCG. `ranking` holds each document once. */
export function measureRanking(ranking: readonly string[], judged: Judgements): Measures {
  const gains = ranking.slice(0, 10).map((id) => judged.get(id) ?? 0);
  const ideal = [...judged.values()].sort((a, b) => b - a).slice(0, 10);
  const relevant = new Set([...judged].filter(([, gain]) => gain > 0).map(([id]) => id));
  const recall = (depth: number) =>
    ranking.slice(0, depth).filter((id) => relevant.has(id)).length / Math.max(1, relevant.size);
  const first = gains.findIndex((gain) => gain > 0);
  return {
    ndcg_10: discounted(gains) / Math.max(discounted(ideal), Number.MIN_VALUE),
    recall_5: recall(5),
    recall_10: recall(10),
    mrr_10: first < 0 ? 0 : 1 / (first + 1),
  };
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
}

/** Means over queries, four digits. */
export function meanMeasures(all: readonly Measures[]): Measures {
  const mean = (key: keyof Measures) =>
    Math.round((all.reduce((sum, one) => sum + one[key], 0) / Math.max(1, all.length)) * 10_000) / 10_000;
  return { ndcg_10: mean('ndcg_10'), recall_5: mean('recall_5'), recall_10: mean('recall_10'), mrr_10: mean('mrr_10') };
}

/** The value below which a share of the sorted times lies, in milliseconds with one digit. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 10) / 10;
}
