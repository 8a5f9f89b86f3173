import { pruneReceipts } from '../context/receipts.ts';
import { isoTime } from '../core/clock.ts';
import { decayDays, effectiveConfidence, REVIEW_BELOW } from '../memory/decay.ts';
import { isExpired } from '../memory/memory.ts';
import { listMemories, memorySubject } from '../memory/memory-store.ts';
import { closeMoot, expireUntouched } from '../review/queue.ts';
import { insertItem, itemsAbout } from '../review/review-store.ts';
import { sql } from '../storage/database.ts';
import type { Act } from '../storage/history.ts';
import { scrub, scrubPendingSince } from '../storage/scrub.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';

export interface UpkeepReport {
  /** False when another run was less than a day ago; then nothing was done. */
  ran: boolean;
  /** Decayed memories put up for review. */
  decayed: number;
  /** Candidates and proposals that nobody looked at in time. */
  expired: number;
  /** Items whose question had gone. */
  settled: number;
  receipts_removed: number;
}

const SETTING = 'last_upkeep';
const DAY_MS = 86_400_000;
/** A little less than a day, so that a run at the same hour each day is never skipped. */
const PAUSE_MS = DAY_MS - 3_600_000;

/**
 * The daily care of the trust part: decayed memories come up for review, proposals nobody looked at expire, old receipts go. Nothing
 * but receipts is deleted. Safe to call at any time from any process: the first of the day does the work, `force` does it anyway.
 */
export async function runUpkeep(app: AtoCore, options: { force?: boolean } = {}): Promise<UpkeepReport> {
  const now = app.clock.now();
  const before = (days: number) => isoTime(new Date(now.getTime() - days * DAY_MS));
  const act: Act = { actor: 'system:upkeep', reason: 'daily upkeep', at: isoTime(now) };
  return app.withStore(async (store) => {
    const report: UpkeepReport = { ran: false, decayed: 0, expired: 0, settled: 0, receipts_removed: 0 };
    await store.write(() => {
      if (!options.force && !isDue(store, now)) return;
      sql(
        store.db,
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      ).run(SETTING, act.at);
      const days = app.config.review_expiry_days;
      report.ran = true;
      report.settled = closeMoot(store.db, act);
      report.expired = expireUntouched(store.db, before(days), {
        ...act,
        reason: `nobody reviewed it in ${days} days`,
      });
      report.decayed = putUpDecayed(store, now, act);
    });
    if (report.ran) report.receipts_removed = await pruneReceipts(store, before(app.config.receipt_days));
    // An erasure that could not clean the free pages, since somebody was reading.
    if (report.ran && scrubPendingSince(store.db) !== undefined) await scrub(store, app.config.busy_timeout_ms);
    return report;
  });
}

function isDue(store: Store, now: Date): boolean {
  const row = sql(store.db, 'SELECT value FROM settings WHERE name = ?').get(SETTING) as { value: string } | undefined;
  return row === undefined || now.getTime() - Date.parse(row.value) >= PAUSE_MS;
}

/** Case C33: what decayed below the threshold waits for a person; it stays active until then. */
function putUpDecayed(store: Store, now: Date, act: Act): number {
  const decayed = listMemories(store.db, { status: 'active' }).filter(
    (memory) =>
      decayDays(memory, now) > 0 && effectiveConfidence(memory, now) < REVIEW_BELOW && !isExpired(memory, now),
  );
  const fresh = decayed.filter(({ id }) =>
    itemsAbout(store.db, memorySubject(id)).every(
      (item) => item.kind !== 'decayed_memory' || item.status === 'expired',
    ),
  );
  for (const memory of fresh) {
    const effective = Math.round(effectiveConfidence(memory, now) * 100) / 100;
    insertItem(
      store.db,
      {
        kind: 'decayed_memory',
        project: memory.project,
        subject: memorySubject(memory.id),
        payload: {
          memory: memory.id,
          effective,
          evidence: `nothing referred to it since ${memory.updated_at.slice(0, 10)}; its confidence fell from ${memory.confidence} to ${effective}`,
          quote: null,
          source_hashes: {},
        },
      },
      act,
    );
  }
  return fresh.length;
}
