import type { Call } from './operation.ts';

/**
 * What the resources and prompts of a face show. Every view throws AtoError (NOT_FOUND or UNKNOWN_PROJECT where nothing has
 * that id or name), takes ids and aliases alike for `project`, and opens the store only when it is called.
 */
export interface ResourceViews {
  /** JSON text of `list_projects`. */
  projectsView(call: Call): Promise<string>;
  /** Trusted state as markdown. */
  stateView(call: Call, project: string): Promise<string>;
  /** State, top memories and newest documents as markdown. */
  briefView(call: Call, project: string): Promise<string>;
  /** The text of a document as markdown. */
  documentView(call: Call, id: string): Promise<string>;
  /** JSON text of one memory. */
  memoryView(call: Call, id: string): Promise<string>;
  /** JSON text of one receipt: the structure of a context pack. */
  receiptView(call: Call, id: string): Promise<string>;
  /** Ids and aliases that begin with `prefix`, in the order in which they are to be offered. */
  completeProject(call: Call, prefix: string): Promise<string[]>;
  /** The canonical id of every project that is not archived, with its description. */
  projectUris(call: Call): Promise<{ project: string; description: string }[]>;
}
