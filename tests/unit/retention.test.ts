import { expect, test } from 'vitest';
import { planRetention, type RetentionItem, stampTime } from '../../src/backup/retention.ts';
import { utcStamp } from '../../src/core/clock.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-20T12:00:00Z'); // a Friday

const item = (id: string, kind: RetentionItem['kind'] = 'scheduled', problem: string | null = null): RetentionItem => ({
  id,
  kind,
  problem,
});
const daily = (days: number): RetentionItem[] =>
  Array.from({ length: days }, (_, at) => item(utcStamp(new Date(NOW.getTime() - at * DAY_MS))));
const kept = (items: RetentionItem[]) => planRetention(items, NOW).keep.map(({ id }) => id.slice(0, 8));

test('of 250 daily snapshots 7 days, 4 Sundays and 6 firsts of a month stay', () => {
  expect(kept(daily(250))).toEqual([
    ...['20261120', '20261119', '20261118', '20261117', '20261116', '20261115', '20261114'],
    ...['20261108', '20261101', '20261025', '20261001', '20260901', '20260801', '20260701', '20260601'],
  ]);
});

const TABLE: [string, RetentionItem[], string[]][] = [
  ['nothing is kept of nothing', [], []],
  [
    'of several on one day the newest stays',
    [item('20261120T010000Z'), item('20261120T090000Z'), item('20261120T050000Z')],
    ['20261120T090000Z'],
  ],
  ['the newest stays however old it is', [item('20200102T000000Z', 'manual')], ['20200102T000000Z']],
  [
    'the newest good one stays when newer ones are damaged',
    [item('20200102T000000Z'), item('20200103T000000Z', 'manual', 'damaged')],
    ['20200102T000000Z'],
  ],
  [
    'safety snapshots younger than 14 days stay beside the regular ones',
    [
      item('20261119T000000Z'),
      item('20261119T000001Z', 'pre_restore'),
      item('20261119T000002Z', 'pre_migration'),
      item('20261119T000003Z'),
      item('20261107T000000Z', 'pre_restore'),
      item('20261107T000001Z'),
      item('20261105T000000Z', 'pre_restore'),
      item('20261105T000001Z'),
    ],
    [
      ...['20261119T000003Z', '20261119T000002Z', '20261119T000001Z'],
      ...['20261107T000001Z', '20261107T000000Z', '20261105T000001Z'],
    ],
  ],
  [
    'what was taken before a restore takes the place of no other, and goes after 14 days',
    [
      item('20261120T090000Z', 'pre_restore'),
      item('20261120T010000Z', 'manual'),
      item('20261101T090000Z', 'pre_restore'),
      item('20261101T010000Z'),
    ],
    ['20261120T090000Z', '20261120T010000Z', '20261101T010000Z'],
  ],
  [
    'a damaged one takes no place, stays 14 days and then goes',
    [
      item('20261119T000000Z', 'manual', 'damaged'),
      item('20261118T000000Z'),
      item('20261001T000000Z', 'manual', 'incomplete'),
    ],
    ['20261119T000000Z', '20261118T000000Z'],
  ],
  [
    'one of a newer program is not judged',
    [item('20261118T000000Z'), item('20200102T000000Z', null, 'newer')],
    ['20261118T000000Z', '20200102T000000Z'],
  ],
];

for (const [name, items, expected] of TABLE) {
  test(name, () => {
    const plan = planRetention(items, NOW);
    expect(plan.keep.map(({ id }) => id)).toEqual(expected);
    expect(plan.remove.map(({ id }) => id).sort()).toEqual(
      items
        .map(({ id }) => id)
        .filter((id) => !expected.includes(id))
        .sort(),
    );
    expect(planRetention([...items].reverse(), NOW)).toEqual(plan);
  });
}

test('a stamp is its time', () => {
  expect(stampTime('20261120T123456Z').toISOString()).toBe('2026-11-20T12:34:56.000Z');
});
