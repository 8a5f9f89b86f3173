import type { Interaction } from '../capture/interaction.ts';
import { interactionUri } from '../capture/interaction.ts';
import { markTurnErased, removeInteractions } from '../capture/interaction-store.ts';
import { removeReceiptsHolding } from '../context/receipts.ts';
import { type DocumentRow, markDocumentErased, removeDocument } from '../ingestion/document-store.ts';
import { memoryUri } from '../memory/conflicts.ts';
import { eraseMemory, forgetQuote, memoriesFrom } from '../memory/erase-memory.ts';
import type { Memory } from '../memory/memory.ts';
import { findMemory } from '../memory/memory-store.ts';
import { removeItemsNaming } from '../review/review-store.ts';
import { type Database, sql } from '../storage/database.ts';
import { type Act, appendHistory } from '../storage/history.ts';

/** What a reference stands for. */
export type Erasable =
  | { kind: 'interaction'; ref: string; interaction: Interaction }
  | { kind: 'memory'; ref: string; memory: Memory }
  | { kind: 'document'; ref: string; document: DocumentRow };

/** Rows that went, by store. */
export interface ErasedCounts {
  interactions: number;
  memories: number;
  documents: number;
  chunks: number;
  vectors: number;
  review_items: number;
  receipts: number;
}

/** Something that still holds what was erased, or speaks of it, and why. */
export interface Kept {
  ref: string;
  reason: string;
}

export interface ErasedRows {
  counts: ErasedCounts;
  kept: Kept[];
  /** Chunks whose vectors are to be removed behind the transaction. */
  chunks: { id: number; embedded_as: string | null }[];
}

/** A prompt shorter than this stands in other prompts by chance; only a receipt of exactly that prompt goes with it. */
const CONTAINED_CHARS_MIN = 24;

/** Removes everything that the references stand for, with what was derived from it and nobody accepted. Call inside a write transaction. */
export function eraseRows(db: Database, targets: readonly Erasable[], act: Act): ErasedRows {
  const counts = { interactions: 0, memories: 0, documents: 0, chunks: 0, vectors: 0, review_items: 0, receipts: 0 };
  const result: ErasedRows = { counts, kept: [], chunks: [] };
  for (const target of targets) {
    if (target.kind === 'interaction') eraseInteraction(db, target.interaction, result, act);
    if (target.kind === 'memory') eraseOneMemory(db, target.memory, result, act);
    if (target.kind === 'document') eraseDocument(db, target.document, result, act);
  }
  return result;
}

function eraseInteraction(db: Database, turn: Interaction, { counts, kept, ...rest }: ErasedRows, act: Act): void {
  for (const memory of memoriesFrom(db, turn.id)) {
    if (memory.status === 'candidate' || memory.status === 'invalid') {
      eraseOneMemory(db, memory, { counts, kept, ...rest }, act);
      continue;
    }
    counts.review_items += removeItemsNaming(db, memory.id);
    forgetQuote(db, memory.id);
    kept.push({ ref: memoryUri(memory.id), reason: 'a person accepted it; erase it by its own reference' });
  }
  counts.interactions += removeInteractions(db, [turn.id]);
  markTurnErased(db, turn, act.at);
  counts.receipts += removeReceiptsHolding(db, interactionUri(turn.id));
  counts.receipts += removeReceiptsOf(db, turn.prompt);
  const subject = `interaction:${turn.id}`;
  appendHistory(db, { subject, project: turn.project ?? '', action: 'erased', before: null, after: null }, act);
}

/** Receipts keep the prompt that they answered. */
function removeReceiptsOf(db: Database, prompt: string): number {
  const exact = sql(db, 'DELETE FROM receipts WHERE trim(query) = ?').run(prompt).changes;
  if (prompt.length < CONTAINED_CHARS_MIN) return exact;
  return exact + sql(db, 'DELETE FROM receipts WHERE instr(query, ?) > 0').run(prompt).changes;
}

function eraseOneMemory(db: Database, memory: Memory, { counts }: ErasedRows, act: Act): void {
  // It may have gone with the interaction that it was made from.
  if (!findMemory(db, memory.id)) return;
  counts.review_items += removeItemsNaming(db, memory.id);
  counts.receipts += removeReceiptsHolding(db, memoryUri(memory.id), memory.content);
  eraseMemory(db, memory, act);
  counts.memories += 1;
}

function eraseDocument(db: Database, document: DocumentRow, { counts, chunks }: ErasedRows, act: Act): void {
  const rows = sql(db, 'SELECT id, embedded_as FROM chunks WHERE document_id = ?').all(document.id);
  chunks.push(...(rows as ErasedRows['chunks']));
  counts.chunks += rows.length;
  removeDocument(db, document.id);
  markDocumentErased(db, document, act.at);
  counts.documents += 1;
  counts.receipts += removeReceiptsHolding(db, `atocore://documents/${document.id}`);
  const subject = `document:${document.source}:${document.path}`;
  appendHistory(db, { subject, project: document.project, action: 'erased', before: null, after: null }, act);
}
