import { LIMITS } from '../core/limits.ts';
import type {
  DetectableProject,
  Detection,
  DetectionCandidate,
  DetectionInput,
  DetectionSignal,
  DetectionSources,
  SignalFound,
} from './detection.ts';
import { fileSignals, workspaceSignals } from './location-signals.ts';
import { nameSignals } from './name-signals.ts';
import { COMMIT_CONFIDENCE_MIN, routeConfidence } from './route-confidence.ts';

/** Which evidence outranks which: what a person wrote, where they work, what they mention, what it sounds like. */
const TIERS: readonly (readonly DetectionSignal[])[] = [
  ['name', 'near_name'],
  ['workspace', 'git', 'remote'],
  ['path', 'file'],
  ['content'],
];
/** Part of the confidence that evidence of a lower tier can take away when it points elsewhere. */
const CONFLICT_COST = 0.3;
const CONFIDENCE_MAX = 0.99;
const CANDIDATES_MAX = 5;
/** Below this a resemblance is noise and not worth showing. */
const SHOWN_MIN = 0.05;

/**
 * Which project a prompt is about, with evidence. Names outrank the place, the place outranks files mentioned, these
 * outrank content; within the first tier that is sure of anything exactly one project must have a claim. Agreeing
 * evidence adds up as independent (1 - product of doubts); opposing evidence of lower tiers takes up to 30% away.
 * Shapes: `project` is null for unknown and for ambiguous; `candidates` are at most five, best first.
 */
export function detectProject(
  input: DetectionInput,
  projects: readonly DetectableProject[],
  sources: DetectionSources = {},
): Detection {
  const found = [
    ...nameSignals(input.prompt, projects),
    ...workspaceSignals(input, projects),
    ...fileSignals(input.prompt, projects, sources.projectsOfPaths),
    ...contentSignals(input.prompt, projects, sources.content),
  ];
  const claims = [...Map.groupBy(found, (signal) => signal.project)].map(([project, signals]) => ({
    project,
    signals,
    tiers: TIERS.map((tier) => strongest(signals, tier)),
    together: together(signals),
  }));
  const deciding = TIERS.findIndex((_, tier) => claims.some((claim) => sure(claim.tiers[tier]!)));
  const claimants = claims.filter((claim) => sure(claim.tiers[deciding] ?? claim.together));
  const winner = claimants.length === 1 ? claimants[0] : undefined;
  const against = Math.max(0, ...claims.filter((claim) => claim !== winner).map((claim) => claim.together));

  const candidates = claims
    .map((claim): DetectionCandidate & { first: boolean } => ({
      project: claim.project,
      confidence: round(
        claim === winner ? claim.together * (1 - conflict(deciding, against)) : loserShare(claim.together),
      ),
      evidence: claim.signals.map(({ signal, detail }) => ({ signal, detail })),
      first: claimants.includes(claim),
    }))
    .sort(
      (a, b) => Number(b.first) - Number(a.first) || b.confidence - a.confidence || (a.project < b.project ? -1 : 1),
    )
    .slice(0, CANDIDATES_MAX)
    .map(({ first: _, ...candidate }) => candidate);
  return { project: winner?.project ?? null, confidence: candidates[0]?.confidence ?? 0, candidates };

  function loserShare(strength: number): number {
    if (winner !== undefined) return Math.min(strength, 1 - winner.together * (1 - conflict(deciding, against)));
    // Claims of equal rank share what is left: none of them is more than an even chance.
    return claimants.length > 1 ? Math.min(strength, 1 / claimants.length) : strength;
  }
}

/** Content alone states a calibrated probability that already knows its rivals; only evidence of other kinds conflicts. */
function conflict(deciding: number, against: number): number {
  return deciding === TIERS.length - 1 ? 0 : CONFLICT_COST * against;
}

function strongest(signals: readonly SignalFound[], tier: readonly DetectionSignal[]): number {
  return Math.max(0, ...signals.filter((found) => tier.includes(found.signal)).map((found) => found.strength));
}

function together(signals: readonly SignalFound[]): number {
  // Two signals of one tier often are one fact seen twice (a workspace and its remote): only the stronger counts.
  const doubt = TIERS.reduce((rest, tier) => rest * (1 - strongest(signals, tier)), 1);
  return Math.min(CONFIDENCE_MAX, 1 - doubt);
}

function sure(strength: number): boolean {
  return strength >= COMMIT_CONFIDENCE_MIN;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** What the text resembles. Only the best project gets the fitted probability; the others share what it leaves. */
function contentSignals(
  prompt: string,
  projects: readonly DetectableProject[],
  content: DetectionSources['content'],
): SignalFound[] {
  if (content === undefined) return [];
  const known = new Set(projects.map((project) => project.id));
  const { candidates } = content.score(prompt.slice(-LIMITS.queryCharsMax), (project) => known.has(project));
  let left = 1;
  const found: SignalFound[] = [];
  for (const score of candidates.slice(0, CANDIDATES_MAX)) {
    const strength = Math.min(left, routeConfidence(score, known.size));
    left -= strength;
    if (strength < SHOWN_MIN && found.length > 0) break;
    const detail = `${Math.round(score.share * 100)}% of what is known of the text, ${score.matchedPairs} word pairs`;
    found.push({ project: score.project, signal: 'content', detail, strength });
  }
  return found;
}
