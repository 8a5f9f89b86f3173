import { expect, test } from 'vitest';
import { isCalendarDay, parseTime } from '../../src/core/clock.ts';

test.each([
  ['2026-03-02', '2026-03-02T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ['2026-03-01T23:30:00-02:00', '2026-03-02T01:30:00.000Z'],
  ['2026-03-02 10:05Z', '2026-03-02T10:05:00.000Z'],
  ['2026-03-02t10:05:07.123456z', '2026-03-02T10:05:07.123Z'],
  ['2026-03-02T10:05+0130', '2026-03-02T08:35:00.000Z'],
])('%s is the moment %s (case C23)', (text, moment) => {
  expect(parseTime(text)?.toISOString()).toBe(moment);
});

test('a time without a zone is the local one', () => {
  expect(parseTime('2026-03-02T10:05')).toEqual(new Date(2026, 2, 2, 10, 5));
});

test.each([
  ...['2025-02-30', '2025-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-32'],
  ...['2025-02-30T10:00Z', '2026-03-02T24:00Z', '2026-03-02T10:60Z', '2026-03-02T10:00:60Z', '2026-03-02T10:00+25:00'],
  ...['2026-3-2', '26-03-02', '2026-03-02 and more', '2026-03-02T', '2026-03-02T10', ' 2026-03-02', 'soon', '', '0'],
])('%j is none', (text) => {
  expect(parseTime(text)).toBeUndefined();
});

test('every day of four centuries exists, and no other', () => {
  let days = 0;
  for (let year = 1800; year < 2200; year += 1)
    for (let month = 0; month <= 13; month += 1)
      for (let day = 0; day <= 32; day += 1) if (isCalendarDay(year, month, day)) days += 1;
  expect(days).toBe(146_097);
});
