import { createFeatureTable, type FeatureTable } from './feature-table.ts';
import { type DocumentFeatures, textFeatures } from './route-features.ts';

/** What one project has of a text. Shares are 0..1. */
export interface RouteScore {
  project: string;
  /** Of what all projects and the background claim of the text. */
  share: number;
  /** Of the whole idf mass of the text, words that nobody has included. */
  massShare: number;
  /** Part of the idf mass whose features occur in at least one piece, and in at least three pieces, of the project. */
  coverage1: number;
  coverage3: number;
  /** Adjacent pairs of the text that the project holds. */
  matchedPairs: number;
}

/** The projects that hold something of the text, best first, and how large the text is in features. */
export interface RouteScores {
  features: number;
  /** The share of the background, which competes like a project but is never a candidate. */
  backgroundShare: number;
  candidates: RouteScore[];
}

/** Memory-resident counts of every project; answers which project a text resembles. */
export interface RouteIndex {
  add(project: string, features: DocumentFeatures): void;
  remove(project: string, features: DocumentFeatures): void;
  dropProject(project: string): void;
  projects(): string[];
  table(project: string): FeatureTable | undefined;
  /** Scores a text against the projects that `eligible` accepts (default: all); the others do not count at all. */
  score(text: string, eligible?: (project: string) => boolean): RouteScores;
}

/** Damps the rates of small projects, in which one piece would otherwise be a large share. In pieces. */
const PIECES_PRIOR = 200;
/** Keeps a feature that hardly anybody has from giving its whole weight to a single occurrence. */
const RATE_FLOOR = 0.002;
const PAIR_WEIGHT = 0.5;

/** `background` is general text that claims what any project could say; without it one project alone claims everything. */
export function createRouteIndex(background?: DocumentFeatures): RouteIndex {
  const tables = new Map<string, FeatureTable>();
  const general = createFeatureTable();
  if (background !== undefined) general.add(background);
  return {
    add(project, features) {
      const table = tables.get(project) ?? createFeatureTable();
      tables.set(project, table);
      table.add(features);
    },
    remove(project, features) {
      const table = tables.get(project);
      table?.remove(features);
      if (table?.pieces === 0) tables.delete(project);
    },
    dropProject: (project) => void tables.delete(project),
    projects: () => [...tables.keys()],
    table: (project) => tables.get(project),
    score(text, eligible = () => true) {
      // In one order: sums of floating point numbers depend on it, and two processes must say the same.
      const rows = [...tables].filter(([project]) => eligible(project)).sort(([a], [b]) => (a < b ? -1 : 1));
      return scoreText(text, rows, general);
    },
  };
}

/**
 * The idf-share rule. A feature that n pieces of project p hold has rate r = n / (pieces of p + 200); each project gets
 * the part r / (.002 + sum of r) of its weight ln(1 + N / (df + 1)), halved for pairs.
 */
function scoreText(text: string, rows: readonly [string, FeatureTable][], general: FeatureTable): RouteScores {
  const { hashes, singles } = textFeatures(text);
  const tables = [...rows.map(([, table]) => table), general];
  const piecesAll = tables.reduce((sum, table) => sum + table.pieces, 0);
  const gained = new Float64Array(tables.length);
  const covered1 = new Float64Array(tables.length);
  const covered3 = new Float64Array(tables.length);
  const pairs = new Uint32Array(tables.length);
  const counts = new Float64Array(tables.length);
  let mass = 0;
  for (let at = 0; at < hashes.length; at += 1) {
    let df = 0;
    let rates = RATE_FLOOR;
    for (let row = 0; row < tables.length; row += 1) {
      const count = tables[row]!.get(hashes[at]!);
      counts[row] = count;
      df += count;
      rates += count / (tables[row]!.pieces + PIECES_PRIOR);
    }
    const isPair = at >= singles;
    const weight = Math.log(1 + piecesAll / (df + 1)) * (isPair ? PAIR_WEIGHT : 1);
    mass += weight;
    if (df === 0) continue;
    for (let row = 0; row < tables.length; row += 1) {
      if (counts[row] === 0) continue;
      gained[row]! += (weight * (counts[row]! / (tables[row]!.pieces + PIECES_PRIOR))) / rates;
      covered1[row]! += weight;
      if (counts[row]! >= 3) covered3[row]! += weight;
      if (isPair) pairs[row]! += 1;
    }
  }
  const claimed = gained.reduce((sum, value) => sum + value, 0);
  const part = (value: number, whole: number): number => (whole > 0 ? value / whole : 0);
  const candidates = rows
    .map(([project], row) => ({
      project,
      share: part(gained[row]!, claimed),
      massShare: part(gained[row]!, mass),
      coverage1: part(covered1[row]!, mass),
      coverage3: part(covered3[row]!, mass),
      matchedPairs: pairs[row]!,
    }))
    .filter((score) => score.share > 0)
    .sort((a, b) => b.share - a.share || (a.project < b.project ? -1 : 1));
  return { features: hashes.length, backgroundShare: part(gained[rows.length]!, claimed), candidates };
}
