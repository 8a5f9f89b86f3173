import { removePrivate } from '../capture/private-marks.ts';
import { AtoError } from '../core/errors.ts';
import { redact } from '../redaction/redact.ts';
import { type Database, sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';

/** A stored pack with everything that explains it. */
export interface Receipt {
  id: string;
  project: string | null;
  query: string;
  created_at: string;
  pack: Record<string, unknown>;
}

/**
 * Stores a receipt, its query without secrets and private passages (case F15). It explains a pack and is no truth of its own, so that the
 * answer does not wait for the disk.
 */
export async function saveReceipt(store: Store, receipt: Omit<Receipt, 'pack'> & { pack: object }): Promise<void> {
  const { text: query } = await redact(removePrivate(receipt.query).text);
  const row = { ...receipt, query, pack: JSON.stringify(receipt.pack) };
  await store.write(
    () =>
      sql(
        store.db,
        'INSERT INTO receipts (id, project, query, pack, created_at) VALUES (@id, @project, @query, @pack, @created_at)',
      ).run(row),
    { durable: false },
  );
}

/** Throws NOT_FOUND for an id that was never given or whose retention ended. */
export function getReceipt(store: Store, id: string): Receipt {
  const row = sql(store.db, 'SELECT * FROM receipts WHERE id = ?').get(id) as
    | (Omit<Receipt, 'pack'> & { pack: string })
    | undefined;
  if (!row)
    throw new AtoError(
      'NOT_FOUND',
      `No receipt has the id "${id.slice(0, 80)}".`,
      'Receipts are kept for ATOCORE_RECEIPT_DAYS days.',
    );
  return { ...row, pack: JSON.parse(row.pack) as Record<string, unknown> };
}

/** Removes receipts older than `before` (ISO-8601 UTC); answers how many. */
export function pruneReceipts(store: Store, before: string): Promise<number> {
  return store.write(() => sql(store.db, 'DELETE FROM receipts WHERE created_at < ?').run(before).changes);
}

/** Removes receipts whose pack names an address, such as `atocore://documents/12` with its chunks, or holds a text. Answers how many. */
export function removeReceiptsHolding(db: Database, uri: string, text = ''): number {
  return sql(
    db,
    `DELETE FROM receipts WHERE instr(pack, @uri || '"') > 0 OR instr(pack, @uri || '#') > 0
       OR (@text <> '' AND (instr(pack, @text) > 0 OR instr(query, @text) > 0))`,
  ).run({ uri, text: JSON.stringify(text).slice(1, -1) }).changes;
}
