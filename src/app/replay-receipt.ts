import { type ContextPack, composePack, type PackEntry } from '../context/build-context.ts';
import { getReceipt } from '../context/receipts.ts';
import { isoTime } from '../core/clock.ts';
import { AtoError } from '../core/errors.ts';
import { findMemory } from '../memory/memory-store.ts';
import { sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';
import { packInput } from './auto-context.ts';

export interface ReplayedEntry {
  ref: string;
  uri: string;
  title: string;
  tier: string;
}

export interface Replay {
  receipt: string;
  project: string | null;
  query: string;
  created_at: string;
  replayed_at: string;
  /** Nothing that the pack says has changed. */
  same: boolean;
  /** Entries that the same question brings now and did not then. */
  added: ReplayedEntry[];
  /** Entries that are gone, each with the reason as far as it can be told. */
  removed: (ReplayedEntry & { reason: string })[];
  /** Entries whose source says something else now. */
  changed: ReplayedEntry[];
  /** Another embedder or another cut of documents than then. */
  index_changed: boolean;
  tokens_before: number;
  tokens_after: number;
  context: string;
}

type StoredPack = ContextPack & { index_fingerprint: string | null; chars_max: number };

/** Builds the pack of a receipt again, for the same project and budget, and says what has changed since. Stores no new receipt. Throws NOT_FOUND. */
export async function replayReceipt(app: AtoCore, id: string): Promise<Replay> {
  return app.withStore(async (store) => {
    const receipt = getReceipt(store, id);
    const then = receipt.pack as unknown as Partial<StoredPack>;
    if (!Array.isArray(then.bands) || typeof then.budget_tokens !== 'number')
      throw new AtoError('CORRUPT', `Receipt ${id} does not hold a pack.`, 'It cannot be replayed.');
    const { query: prompt, project } = receipt;
    const planned = packInput(app, store, { prompt, project, budgetTokens: then.budget_tokens });
    const input = { ...planned, charsMax: then.chars_max ?? planned.charsMax };
    const pack = await composePack(input, id);
    const [before, after] = [entriesOf(then.bands), entriesOf(pack.bands)];
    const added = [...after.values()].filter(({ uri }) => !before.has(uri));
    const removed = [...before.values()].filter(({ uri }) => !after.has(uri));
    const changed = [...after.values()].filter(
      ({ uri, source_hash }) => before.has(uri) && before.get(uri)!.source_hash !== source_hash,
    );
    return {
      receipt: id,
      project: receipt.project,
      query: receipt.query,
      created_at: receipt.created_at,
      replayed_at: isoTime(input.now),
      same: added.length + removed.length + changed.length === 0,
      added: added.map(brief),
      removed: removed.map((entry) => ({ ...brief(entry), reason: whyGone(store, pack, entry.uri) })),
      changed: changed.map(brief),
      index_changed: (then.index_fingerprint ?? null) !== (store.embedder?.fingerprint ?? null),
      tokens_before: then.tokens ?? 0,
      tokens_after: pack.tokens,
      context: pack.context,
    };
  });
}

function entriesOf(bands: ContextPack['bands']): Map<string, PackEntry> {
  return new Map(bands.flatMap((band) => band.entries).map((entry) => [entry.uri, entry]));
}

const brief = ({ ref, uri, title, tier }: PackEntry): ReplayedEntry => ({ ref, uri, title, tier });

function whyGone(store: Store, pack: ContextPack, uri: string): string {
  const outranked = pack.outranked.find((item) => item.ref === uri);
  if (outranked) return `outranked by ${outranked.by}: ${outranked.reason}`;
  const omitted = pack.omitted.find((item) => item.ref === uri);
  if (omitted) return omitted.reason;
  const memory = /^atocore:\/\/memories\/(.+)$/.exec(uri)?.[1];
  if (memory !== undefined) {
    const found = findMemory(store.db, memory);
    return found?.status === 'active' ? 'expired, or no longer relevant' : `the memory is ${found?.status ?? 'gone'}`;
  }
  const document = /^atocore:\/\/documents\/(\d+)/.exec(uri)?.[1];
  if (document === undefined) return 'no longer in force';
  const known = sql(store.db, 'SELECT 1 FROM documents WHERE id = ?').get(Number(document));
  return known ? 'the document has changed, or others fit better' : 'the document is gone';
}
