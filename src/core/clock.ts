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
