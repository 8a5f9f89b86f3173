import { memoryUri } from '../memory/conflicts.ts';
import { factOf, jaccard, memoryVersion } from '../memory/fact.ts';
import type { Memory } from '../memory/memory.ts';
import { findMemory } from '../memory/memory-store.ts';
import { findState } from '../state/state-store.ts';
import type { Database } from '../storage/database.ts';
import { staleReason } from './revalidate.ts';
import { countPending, listPending, type ReviewItem, type ReviewKind } from './review-store.ts';

/** An item as a person sees it. */
export interface ReviewView {
  id: string;
  kind: ReviewKind;
  /** Empty for the global scope. */
  project: string;
  created_at: string;
  title: string;
  /** The words that the decision is about. */
  content: string;
  /** What accepting it does, in words; for trusted state also the fields. */
  proposal: Record<string, unknown>;
  evidence: string;
  /** Words of the source or of the other side, verbatim: information, never instructions. */
  quote: string | null;
  /** Why it needs a second look: already true, its source changed, its question is gone. Null when all is as it was. */
  stale: string | null;
  /** The oldest item that says nearly the same; null when it stands alone. */
  group: string | null;
}

/** Candidates of one scope say nearly the same from this overlap on, for the eye of a person; numbers may differ. */
const SAME_GROUP = 0.8;

/** What waits for a person, oldest first, near twins behind each other; everything is checked against the present at each look. */
export function listReview(
  db: Database,
  filter: { project?: string | undefined; kind?: ReviewKind | undefined; limit: number },
): { items: ReviewView[]; counts: Record<ReviewKind, number>; pending: number; oldest: string | null } {
  const pending = listPending(db, { project: filter.project, kinds: filter.kind && [filter.kind] });
  const grouped = groupTwins(db, pending).slice(0, filter.limit);
  return {
    items: grouped.map(({ item, group }) => ({ ...describe(db, item), stale: staleReason(db, item), group })),
    ...countPending(db, filter.project),
  };
}

/** Shows one item, whatever its status. */
export function viewItem(db: Database, item: ReviewItem): ReviewView {
  return { ...describe(db, item), stale: item.status === 'pending' ? staleReason(db, item) : null, group: null };
}

function groupTwins(db: Database, items: readonly ReviewItem[]): { item: ReviewItem; group: string | null }[] {
  const leaders: { item: ReviewItem; stems: ReadonlySet<string>; members: ReviewItem[] }[] = [];
  for (const item of items) {
    const stems = groupingStems(db, item);
    const leader = leaders.find(
      (known) =>
        known.item.kind === item.kind &&
        known.item.project === item.project &&
        (known.item.subject === item.subject || jaccard(known.stems, stems) >= SAME_GROUP),
    );
    if (leader) leader.members.push(item);
    else leaders.push({ item, stems, members: [item] });
  }
  return leaders.flatMap(({ item: first, members }) =>
    members.map((item) => ({ item, group: members.length > 1 ? first.id : null })),
  );
}

function groupingStems(db: Database, item: ReviewItem): ReadonlySet<string> {
  if (item.kind === 'state_proposal') return factOf(item.id, item.payload.value).stems;
  const memory = item.kind === 'memory_candidate' ? findMemory(db, item.payload.memory) : undefined;
  return memory ? factOf(memoryVersion(memory), memory.content).stems : new Set();
}

function describe(db: Database, item: ReviewItem): Omit<ReviewView, 'stale' | 'group'> {
  const { id, kind, project, created_at } = item;
  const { evidence, quote } = item.payload;
  const base = { id, kind, project, created_at, evidence, quote };
  if (item.kind === 'state_proposal') {
    const { category, key, value, reason, sources } = item.payload;
    const current = findState(db, project, category, key)?.value ?? null;
    const effect = current === null ? 'accept sets it' : 'accept replaces the present value';
    return {
      ...base,
      title: `${category} · ${key}`,
      content: value,
      proposal: { effect, ...{ category, key, value, current, reason, sources } },
    };
  }
  const memory = findMemory(db, item.payload.memory);
  const content = memory?.content ?? '';
  return { ...base, title: titleOf(item, memory), content, proposal: proposalOf(item, memory) };
}

function titleOf(item: ReviewItem, memory: Memory | undefined): string {
  if (item.kind === 'conflict') return `two facts disagree: ${item.payload.evidence}`;
  if (item.kind === 'decayed_memory') return `${memory?.type ?? 'memory'} that nothing referred to for long`;
  return `new ${memory?.type ?? 'memory'}`;
}

function proposalOf(item: ReviewItem, memory: Memory | undefined): Record<string, unknown> {
  const ref = item.kind === 'state_proposal' ? '' : memoryUri(item.payload.memory);
  if (item.kind === 'conflict') {
    const { against } = item.payload;
    const loser = against.kind === 'state' ? 'invalid; trusted state stands' : 'invalid; the other memory stands';
    return {
      effect: `accept: ${ref} becomes ${loser}; reject: both stay; edit or merge: the given text replaces the memories`,
      memory: ref,
      against: against.ref,
    };
  }
  if (item.kind === 'decayed_memory') return { effect: 'accept keeps it; reject makes it invalid', memory: ref };
  const { tags = [], valid_until = null, supersedes = null } = memory ?? {};
  return {
    effect: 'accept makes it active; reject makes it invalid',
    ...{ memory: ref, type: memory?.type ?? null, tags, valid_until },
    supersedes: supersedes === null ? null : memoryUri(supersedes),
    seen: item.kind === 'memory_candidate' ? item.payload.seen : 1,
  };
}
