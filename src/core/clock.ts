/** The one source of the present moment, so that tests can set it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** ISO-8601 in UTC with `Z`, in whole milliseconds: the one time format of every wire and every table. */
export function isoTime(date: Date): string {
  return date.toISOString();
}

/** The identity of a snapshot: `YYYYMMDDTHHMMSSZ`. */
export function utcStamp(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,9})?)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/i;

/**
 * The moment that a text from outside names: a day (its begin in UTC) or an ISO-8601 time, without a zone the local one. Undefined for
 * anything else, and for days and times that no calendar has, which `Date.parse` takes for others (30 February for 2 March).
 */
export function parseTime(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = ''] = TIME.exec(text) ?? [];
  if (year === undefined || !isCalendarDay(Number(year), Number(month), Number(day))) return undefined;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return new Date(date);
  const offset = zone.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return new Date(`${date}T${hour}:${minute}:${second}${fraction}${offset}`);
}

/** Whether the calendar has that day; months count from 1. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  // Not Date.UTC, which reads the years 0 to 99 as those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
