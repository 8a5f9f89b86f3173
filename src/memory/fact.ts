import { contentStems, foldText, STOP_WORDS, stem, words } from '../core/text.ts';

/** What a short statement says, in a form in which two statements can be compared. */
export interface Fact {
  /** Stems of all its words but stop words. */
  stems: ReadonlySet<string>;
  /** The stems without numbers: what it is about. */
  topic: ReadonlySet<string>;
  /** Numbers by the stem of the word behind them ('' for none, 'date' for day and month). */
  quantities: ReadonlyMap<string, ReadonlySet<string>>;
  negated: boolean;
  /** The two sides of a plain `X is Y`; absent when it is not of that form. */
  copula?: { subject: ReadonlySet<string>; object: ReadonlySet<string> };
}

const NUMBER_WORDS = 'two three four five six seven eight nine ten eleven twelve'.split(' ');
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
const ISO_DATE = /\b\d{4}-(\d{2})-(\d{2})\b/g;
const DAY_MONTH = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\.? (?:of )?${MONTH}\\b`, 'g');
const MONTH_DAY = new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?\\b(?! ?[.,]?\\d)`, 'g');
const QUANTITY = /(?<![\p{L}\p{N}.,])(\d+(?:[.,]\d+)*)[\s-]?(%|°?\p{L}+)?/gu;
const NEGATION = new Set(
  'not no never without cannot nor neither pas jamais aucun aucune sans nicht kein keine keinen keinem keiner nie niemals ohne'.split(
    ' ',
  ),
);
const SHORTENED_NOT = /n['’]t\b/i;
/** Longer sides are prose in which `is` happens to stand. */
const COPULA_STEMS_MAX = 8;

/** Reads one statement (pure). */
export function readFact(text: string): Fact {
  const stems = new Set(contentStems(text));
  const topic = new Set([...stems].filter((word) => !/\p{N}/u.test(word)));
  const copula = readCopula(text);
  return { stems, topic, quantities: readQuantities(text), negated: isNegated(text), ...(copula ? { copula } : {}) };
}

/** Whether a statement denies something, in English, French or German. */
export function isNegated(text: string): boolean {
  return SHORTENED_NOT.test(text) || words(text).some((word) => NEGATION.has(word));
}

function readQuantities(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (unit: string, value: string) => found.set(unit, (found.get(unit) ?? new Set()).add(value));
  const date = (day: string, month: number) => {
    add('date', `${Number(day)}-${month}`);
    return ' ';
  };
  const rest = foldText(text)
    .replaceAll(ISO_DATE, (_, month: string, day: string) => date(day, Number(month)))
    .replaceAll(DAY_MONTH, (_, day: string, month: string) => date(day, MONTHS.indexOf(month) + 1))
    .replaceAll(MONTH_DAY, (_, month: string, day: string) => date(day, MONTHS.indexOf(month) + 1))
    .replaceAll(/\p{L}+/gu, (word) => (NUMBER_WORDS.includes(word) ? String(NUMBER_WORDS.indexOf(word) + 2) : word));
  for (const [, digits, unit] of rest.matchAll(QUANTITY)) {
    add(unit === undefined || STOP_WORDS.has(unit) ? '' : stem(unit), plainNumber(digits!));
  }
  return found;
}

/** `4,000` is four thousand, `0,6` is six tenths. */
function plainNumber(digits: string): string {
  const value = Number(digits.replaceAll(/,(?=\d{3}(?!\d))/g, '').replace(',', '.'));
  return Number.isNaN(value) ? digits : String(value);
}

function readCopula(text: string): Fact['copula'] {
  const parts = /^([^.;:=]+?)(?:\s+(?:is|are|was|were|remains|stays)\s+|\s*[:=]\s*)(.+)$/is.exec(text.trim());
  if (!parts) return undefined;
  const subject = new Set(contentStems(parts[1]!));
  const object = new Set(contentStems(parts[2]!));
  const short = (side: ReadonlySet<string>) => side.size > 0 && side.size <= COPULA_STEMS_MAX;
  return short(subject) && short(object) ? { subject, object } : undefined;
}

const known = new Map<string, Fact>();
const KNOWN_MAX = 20_000;

/** The fact of a stored text, read once: `version` must change whenever the text does. */
export function factOf(version: string, text: string): Fact {
  const cached = known.get(version);
  if (cached) return cached;
  const fact = readFact(text);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(version, fact);
  return fact;
}

/** The version of a memory's text, for `factOf`. */
export function memoryVersion(memory: { id: string; updated_at: string }): string {
  return `${memory.id}@${memory.updated_at}`;
}

/** How many items two sets share. */
export function sharedCount(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const item of small) if (large.has(item)) shared += 1;
  return shared;
}

/** Shared items by all items, 0 to 1; two empty sets share nothing. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = sharedCount(a, b);
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}

/** Whether two facts have the same numbers and agree on yes or no: nearly the same words may still say opposite things. */
export function sameValues(a: Fact, b: Fact): boolean {
  if (a.negated !== b.negated || a.quantities.size !== b.quantities.size) return false;
  for (const [unit, values] of a.quantities) {
    const other = b.quantities.get(unit);
    if (!other || other.size !== values.size || sharedCount(values, other) !== values.size) return false;
  }
  return true;
}

/** A unit of which the two name different numbers only, in words for people; undefined when there is none. */
export function differentQuantity(a: Fact, b: Fact): string | undefined {
  for (const [unit, values] of a.quantities) {
    const other = b.quantities.get(unit);
    if (other && sharedCount(values, other) === 0) {
      const show = (set: ReadonlySet<string>) => [...set].join(', ');
      return `${show(values)} against ${show(other)}${unit ? ` (${unit})` : ''}`;
    }
  }
  return undefined;
}
