import { AtoError } from '../core/errors.ts';
import { backupOperation, restoreOperation } from './backups.ts';
import { autoContextOperation, detectProjectOperation, searchOperation } from './context.ts';
import { deleteDataOperation } from './erasure.ts';
import { captureInteractionOperation, extractCandidatesOperation } from './interactions.ts';
import { addMemoryOperation, listMemoriesOperation, reviseMemoryOperation } from './memories.ts';
import type { Operation } from './operation.ts';
import {
  listProjects,
  projectTemplate,
  proposeProject,
  refreshProject,
  registerProject,
  stageDocumentOperation,
  updateProject,
} from './projects.ts';
import { listReviewOperation, proposeStateOperation, resolveReviewOperation } from './review.ts';
import { listStateOperation, removeStateOperation, setStateOperation } from './state.ts';
import { statusOperation } from './status.ts';

/** Every operation of the product, once. The MCP tools, the HTTP API and the command line call this table. */
export const OPERATIONS: readonly Operation[] = [
  autoContextOperation,
  detectProjectOperation,
  searchOperation,
  listProjects,
  projectTemplate,
  proposeProject,
  registerProject,
  updateProject,
  refreshProject,
  stageDocumentOperation,
  addMemoryOperation,
  listMemoriesOperation,
  reviseMemoryOperation,
  captureInteractionOperation,
  extractCandidatesOperation,
  listStateOperation,
  setStateOperation,
  removeStateOperation,
  backupOperation,
  restoreOperation,
  proposeStateOperation,
  listReviewOperation,
  resolveReviewOperation,
  statusOperation,
  deleteDataOperation,
];

/** Throws NOT_FOUND for a name that the table does not hold. */
export function getOperation(name: string): Operation {
  const operation = OPERATIONS.find((known) => known.name === name);
  if (!operation)
    throw new AtoError(
      'NOT_FOUND',
      `There is no operation named "${name.slice(0, 80)}".`,
      `Known: ${OPERATIONS.map((known) => known.name).join(', ')}.`,
    );
  return operation;
}
