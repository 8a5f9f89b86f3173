import type { RouteScore } from './route-index.ts';

/**
 * Weights of the logistic that turns a score into the probability that the text belongs to the project. Fitted by
 * `node scripts/fit-routing.mjs` on texts of documents that were out of the index, in registries of n = 10, 5, 3 and 1
 * projects, where one text in n + 1 is of a project that the registry lacks, and on texts of other fields.
 * In the order of confidenceInputs. See docs/routing.md.
 */
const WEIGHTS = [1.02, 2.02, -0.24, -0.29, 1.15, 1.76] as const;
const BIAS = 0;
/** Larger registries are judged like the largest that was fitted: nothing was measured beyond it. */
const REGISTERED_FITTED_MAX = 10;

/**
 * A wrong project costs more than none. On the texts of the fit, with ten projects, this is the lowest threshold in
 * twentieths at which at least .94 of the commitments are right (.943, committing on .889).
 */
export const COMMIT_CONFIDENCE_MIN = 0.55;

/** The inputs of the logistic, in the order of its weights, without the bias. */
export function confidenceInputs(score: Omit<RouteScore, 'project'>, registered: number): number[] {
  return [
    logit(score.share),
    logit(score.massShare),
    score.coverage1,
    score.coverage3,
    Math.log1p(score.matchedPairs),
    Math.log(Math.min(REGISTERED_FITTED_MAX, Math.max(1, registered))),
  ];
}

/**
 * Probability, 0..1, that a text belongs to the project that got this score, the best of `registered` projects.
 * The more projects are registered, the rarer is a text that belongs to none of them.
 */
export function routeConfidence(score: Omit<RouteScore, 'project'>, registered: number): number {
  const inputs = confidenceInputs(score, registered);
  const sum = inputs.reduce((total, input, at) => total + input * WEIGHTS[at]!, BIAS);
  return 1 / (1 + Math.exp(-sum));
}

/** Log odds of a share, held within one in a thousand of both ends. */
function logit(share: number): number {
  const held = Math.min(0.999, Math.max(0.001, share));
  return Math.log(held / (1 - held));
}
