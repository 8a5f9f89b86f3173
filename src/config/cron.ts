import { Cron } from 'croner';

/** Stamps and retention go by UTC, and so do schedules: a day has one of each, whatever the clocks of summer do. */
const read = (expression: string): Cron => new Cron(expression, { timezone: 'UTC' });

/** The first moment after `after` that a cron expression names, in UTC; undefined when there is none. Throws for what is no expression. */
export function nextRun(expression: string, after: Date): Date | undefined {
  return read(expression).nextRun(after) ?? undefined;
}

/** Why a text cannot be a schedule; undefined when it can. */
export function cronProblem(expression: string): string | undefined {
  try {
    return nextRun(expression, new Date()) ? undefined : 'it names no moment that will come';
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '').replace(/\.+$/, '');
  }
}
