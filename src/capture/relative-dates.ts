/** Relative dates made absolute: "tomorrow" is worthless in a memory that is read next year. */

const DAY_MS = 86_400_000;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const JOURS = ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'];
const NUMBERS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  couple: 2,
  un: 1,
  une: 1,
  deux: 2,
  trois: 3,
  quatre: 4,
  cinq: 5,
  dix: 10,
};

/**
 * A text with its relative dates followed by absolute ones in brackets, and the first of those (YYYY-MM-DD, or
 * YYYY-MM for a month).
 */
export interface Dated {
  text: string;
  absolute_date?: string;
}

interface DateRule {
  pattern: RegExp;
  /** The date meant, or undefined when the words mean something else. */
  resolve: (match: RegExpMatchArray, day: Date) => { date: string; label?: string } | undefined;
}

const iso = (date: Date): string => date.toISOString().slice(0, 10);
const plusDays = (day: Date, days: number): Date => new Date(day.getTime() + days * DAY_MS);
const onDay = (day: Date, days: number) => ({ date: iso(plusDays(day, days)) });
/** The Monday of the week that lies `weeks` away. */
function weekOf(day: Date, weeks: number): { date: string; label: string } {
  const monday = iso(plusDays(day, -((day.getUTCDay() + 6) % 7) + weeks * 7));
  return { date: monday, label: `week of ${monday}` };
}
function monthOf(day: Date, months: number): { date: string } {
  return { date: iso(new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1))).slice(0, 7) };
}
function weekday(day: Date, name: string, names: readonly string[], direction: 'next' | 'last'): { date: string } {
  const gap = (names.indexOf(name.toLowerCase()) - day.getUTCDay() + 7) % 7;
  return onDay(day, direction === 'next' ? gap || 7 : gap - 7);
}
function count(word: string): number {
  return NUMBERS[word.toLowerCase()] ?? Number.parseInt(word, 10);
}
function span(day: Date, amount: number, unit: string, sign: 1 | -1): { date: string } | undefined {
  if (!(amount >= 1 && amount <= 365)) return undefined;
  if (/^(?:day|jour)/i.test(unit)) return onDay(day, sign * amount);
  if (/^(?:week|semaine)/i.test(unit)) return onDay(day, sign * amount * 7);
  return monthOf(day, sign * amount);
}
/** "on Monday" lies behind us in a past sentence and ahead in any other. */
function isPast(text: string): boolean {
  return /\b(?:was|were|had|did|failed|broke|got|came|went|arrived|shipped|tagged|\w{3,}ed)\b/i.test(text);
}

const AMOUNT = '(\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a couple of)';
const NOMBRE = '(\\d{1,3}|une?|deux|trois|quatre|cinq|dix)';
const RULES: readonly DateRule[] = [
  { pattern: /\bday after tomorrow\b|\baprès-demain\b/i, resolve: (_, day) => onDay(day, 2) },
  { pattern: /\bday before yesterday\b|\bavant-hier\b/i, resolve: (_, day) => onDay(day, -2) },
  { pattern: /\btomorrow\b|(?<![\p{L}-])demain(?![\p{L}-])/iu, resolve: (_, day) => onDay(day, 1) },
  { pattern: /\byesterday\b|\blast night\b|(?<![\p{L}-])hier(?![\p{L}-])/iu, resolve: (_, day) => onDay(day, -1) },
  {
    pattern:
      /\btoday\b(?!['’])|\btonight\b|\bthis (?:morning|afternoon|evening)\b|aujourd['’]hui|\bce (?:matin|soir)\b|\bcet après-midi\b/i,
    resolve: (_, day) => onDay(day, 0),
  },
  {
    pattern: /\b(next|last|this|previous|coming) (week|month)\b/i,
    resolve: (match, day) => {
      const step = /next|coming/i.test(match[1]!) ? 1 : /this/i.test(match[1]!) ? 0 : -1;
      return /week/i.test(match[2]!) ? weekOf(day, step) : monthOf(day, step);
    },
  },
  {
    pattern: /\bla semaine (prochaine|dernière|passée)|\ble mois (prochain|dernier|passé)/i,
    resolve: (match, day) => {
      const step = /prochain/i.test(match[0]) ? 1 : -1;
      return /semaine/i.test(match[0]) ? weekOf(day, step) : monthOf(day, step);
    },
  },
  {
    pattern: new RegExp(
      `\\b(next|last|this|coming|on) (${WEEKDAYS.join('|')})\\b(?!s)(?!,? (?:the )?(?:\\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))`,
      'i',
    ),
    resolve: (match, day) => {
      const past = /last/i.test(match[1]!) || (/on/i.test(match[1]!) && isPast(match.input ?? ''));
      return weekday(day, match[2]!, WEEKDAYS, past ? 'last' : 'next');
    },
  },
  {
    pattern: new RegExp(`(?<!\\p{L})(${JOURS.join('|')}) (prochain|dernier)(?!\\p{L})`, 'iu'),
    resolve: (match, day) => weekday(day, match[1]!, JOURS, match[2]!.toLowerCase() === 'prochain' ? 'next' : 'last'),
  },
  {
    pattern: new RegExp(`\\b${AMOUNT} (day|week|month)s? ago\\b`, 'i'),
    resolve: (match, day) => span(day, count(match[1]!.replace(/^a couple of$/i, 'couple')), match[2]!, -1),
  },
  {
    pattern: new RegExp(`\\bin ${AMOUNT} (day|week|month)s?\\b(?! time)`, 'i'),
    resolve: (match, day) => span(day, count(match[1]!.replace(/^a couple of$/i, 'couple')), match[2]!, 1),
  },
  {
    pattern: new RegExp(`\\bil y a ${NOMBRE} (jour|semaine|mois)s?`, 'i'),
    resolve: (match, day) => span(day, count(match[1]!), match[2]!, -1),
  },
  {
    pattern: new RegExp(`\\bdans ${NOMBRE} (jour|semaine|mois)s?`, 'i'),
    resolve: (match, day) => span(day, count(match[1]!), match[2]!, 1),
  },
];

/**
 * Puts the absolute date behind each kind of relative one: "arrives tomorrow (2026-03-13)". Weeks are named by
 * their Monday, months as YYYY-MM. `capturedAt` is an ISO instant; days are those of UTC. Words that already have a
 * date behind them stay.
 */
export function makeDatesAbsolute(text: string, capturedAt: string): Dated {
  const now = Date.parse(capturedAt);
  if (Number.isNaN(now)) return { text };
  const day = new Date(Math.floor(now / DAY_MS) * DAY_MS);
  let result = text;
  let first: { at: number; date: string } | undefined;
  for (const rule of RULES) {
    const match = rule.pattern.exec(result);
    const end = match === null ? 0 : match.index + match[0].length;
    const resolved = match === null || result.startsWith(' (', end) ? undefined : rule.resolve(match, day);
    if (match === null || resolved === undefined) continue;
    result = `${result.slice(0, end)} (${resolved.label ?? resolved.date})${result.slice(end)}`;
    if (first === undefined || match.index < first.at) first = { at: match.index, date: resolved.date };
  }
  return first === undefined ? { text } : { text: result, absolute_date: first.date };
}
