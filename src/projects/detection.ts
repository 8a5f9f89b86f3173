import type { RouteIndex } from './route-index.ts';

/** What detection needs to know of a registered project. */
export interface DetectableProject {
  id: string;
  aliases: readonly string[];
  /** Absolute folders or remote URLs. */
  workspaces: readonly string[];
  /** Absolute folders that are refreshed into the project. */
  ingestRoots: readonly string[];
}

export interface DetectionInput {
  prompt: string;
  /** Absolute working folder of the caller. */
  cwd?: string | undefined;
  /** Absolute git common dir of that folder, shared by all worktrees of a clone. */
  gitCommonDir?: string | undefined;
  /** Absolute root of the checkout that holds the folder; maps a folder of a worktree to that of the main checkout. */
  gitRoot?: string | undefined;
  /** URL of the remote `origin`, in any form. */
  gitRemote?: string | undefined;
}

export interface DetectionSources {
  /** Scores the prompt against the documents of each project. Absent: no evidence of content. */
  content?: Pick<RouteIndex, 'score'> | undefined;
  /**
   * For each path (forward slashes, as written in the prompt, no leading `./`) the ids of the projects that hold a document whose
   * path ends with it. Absent: no evidence of file names.
   */
  projectsOfPaths?: ((paths: readonly string[]) => ReadonlyMap<string, readonly string[]>) | undefined;
}

export type DetectionSignal = 'name' | 'near_name' | 'workspace' | 'git' | 'remote' | 'path' | 'file' | 'content';

/** `strength` is the probability, 0..1, that the evidence alone gives to the project. */
export interface SignalFound {
  project: string;
  signal: DetectionSignal;
  detail: string;
  strength: number;
}

export interface DetectionCandidate {
  project: string;
  confidence: number;
  evidence: { signal: DetectionSignal; detail: string }[];
}

export interface Detection {
  /** Null when nothing was found, when it is too weak, or when two projects have an equal claim. */
  project: string | null;
  confidence: number;
  candidates: DetectionCandidate[];
}
