import { LIMITS } from '../core/limits.ts';
import type { SnapshotKind } from './manifest.ts';

/** What the plan needs to know of a snapshot. */
export interface RetentionItem {
  /** The stamp; it is the time that the plan goes by. */
  id: string;
  kind: SnapshotKind | null;
  /** Null when it passed its check. */
  problem: string | null;
}

export interface RetentionPlan {
  keep: { id: string; reasons: string[] }[];
  remove: { id: string; reason: string }[];
}

/** How many are kept of each sort: days, Sundays, firsts of a month. */
export const RETENTION = { daily: 7, weekly: 4, monthly: 6 } as const;

const DAY_MS = 24 * 60 * 60 * 1_000;
const SUNDAY = 0;

/**
 * Which snapshots stay: the newest of each of the 7 last days that have one, of the 4 last Sundays and the 6 last firsts of a month
 * (UTC). Always the newest good one, and those taken before a restore or a migration for 14 days; what was taken before a restore holds
 * what somebody gave up, so it takes the place of no other. Snapshots of a newer program are not judged; damaged ones take no place and
 * go after 14 days, so that a person has time to look. Pure; any order of input.
 */
export function planRetention(items: readonly RetentionItem[], now: Date): RetentionPlan {
  const newestFirst = [...items].sort((a, b) => (a.id < b.id ? 1 : -1));
  const good = newestFirst.filter((item) => item.problem === null);
  const reasons = new Map<string, string[]>();
  const keep = (id: string, reason: string) => reasons.set(id, [...(reasons.get(id) ?? []), reason]);
  const regular = good.filter((item) => item.kind !== 'pre_restore');
  for (const id of new Set([good[0]?.id, regular[0]?.id])) if (id !== undefined) keep(id, 'the newest good one');
  const slots: [string, number, (date: Date) => boolean][] = [
    ['daily', RETENTION.daily, () => true],
    ['weekly', RETENTION.weekly, (date) => date.getUTCDay() === SUNDAY],
    ['monthly', RETENTION.monthly, (date) => date.getUTCDate() === 1],
  ];
  for (const [reason, places, matches] of slots)
    for (const id of newestOfDays(regular, places, matches)) keep(id, reason);
  for (const item of newestFirst) {
    const reason = protectedBecause(item, now);
    if (reason) keep(item.id, reason);
  }
  return {
    keep: newestFirst.flatMap(({ id }) => (reasons.has(id) ? [{ id, reasons: reasons.get(id)! }] : [])),
    remove: newestFirst
      .filter(({ id }) => !reasons.has(id))
      .map(({ id, problem }) => ({ id, reason: problem ?? 'no place left among the daily, weekly and monthly ones' })),
  };
}

function newestOfDays(good: readonly RetentionItem[], places: number, matches: (date: Date) => boolean): string[] {
  const byDay = new Map<string, string>();
  for (const { id } of good) {
    const day = id.slice(0, 8);
    if (!byDay.has(day) && matches(stampTime(id))) byDay.set(day, id);
  }
  return [...byDay.values()].slice(0, places);
}

function protectedBecause(item: RetentionItem, now: Date): string | undefined {
  if (item.problem === 'newer') return 'written by a newer AtoCore';
  const young = now.getTime() - stampTime(item.id).getTime() < LIMITS.safetySnapshotDaysMin * DAY_MS;
  if (!young) return undefined;
  if (item.problem !== null) return `${item.problem}, but younger than ${LIMITS.safetySnapshotDaysMin} days`;
  const safety = item.kind === 'pre_restore' || item.kind === 'pre_migration';
  return safety ? `a safety snapshot younger than ${LIMITS.safetySnapshotDaysMin} days` : undefined;
}

/** The moment that a stamp names. */
export function stampTime(id: string): Date {
  return new Date(id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
