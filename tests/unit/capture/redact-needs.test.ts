import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp';
import { describe, expect, it } from 'vitest';
import { PHRASE_PATTERNS } from '../../../src/redaction/redact-phrases.ts';
import { TOKEN_PATTERNS } from '../../../src/redaction/redact-tokens.ts';
import { TOLD_PATTERNS } from '../../../src/redaction/redact-told.ts';
import { VALUE_PATTERNS } from '../../../src/redaction/redact-values.ts';

const TEXTS_MAX = 64;

/** Every text that an element can read, when these are few; undefined otherwise. */
function textsOf(element: AST.Element): string[] | undefined {
  switch (element.type) {
    case 'Character':
      return [String.fromCodePoint(element.value)];
    case 'CharacterClass':
      return element.negate ? undefined : joined(element.elements.map((member) => textsOfMember(member)));
    case 'Group':
    case 'CapturingGroup':
      return joined(element.alternatives.map(({ elements }) => product(elements)));
    case 'Quantifier':
      if (element.max !== 1) return undefined;
      return joined([element.min === 0 ? [''] : [], textsOf(element.element)]);
    case 'Assertion':
      return [''];
    default:
      return undefined;
  }
}

function textsOfMember(member: AST.CharacterClass['elements'][number]): string[] | undefined {
  return member.type === 'Character' ? [String.fromCodePoint(member.value)] : undefined;
}

function joined(lists: (string[] | undefined)[]): string[] | undefined {
  const all = lists.flatMap((list) => list ?? []);
  return lists.includes(undefined) || all.length > TEXTS_MAX ? undefined : all;
}

function product(elements: readonly AST.Element[]): string[] | undefined {
  let texts = [''];
  for (const element of elements) {
    const further = textsOf(element);
    if (further === undefined || texts.length * further.length > TEXTS_MAX) return undefined;
    texts = texts.flatMap((text) => further.map((end) => text + end));
  }
  return texts;
}

/** Whether whatever the elements read together holds one of the words, by a proof from the form of the pattern. */
function mustHold(elements: readonly AST.Element[], has: (text: string) => boolean): boolean {
  if (elements.some((element) => elementMustHold(element, has))) return true;
  return elements.some((_, from) => {
    for (let to = from + 1; to <= elements.length; to += 1) {
      const texts = product(elements.slice(from, to));
      if (texts === undefined) return false;
      if (texts.every(has)) return true;
    }
    return false;
  });
}

function elementMustHold(element: AST.Element, has: (text: string) => boolean): boolean {
  switch (element.type) {
    case 'Quantifier':
      return element.min > 0 && elementMustHold(element.element, has);
    case 'Assertion':
      // What a look around a place asks for stands in the text as well.
      if (element.kind !== 'lookahead' && element.kind !== 'lookbehind') return false;
      return !element.negate && element.alternatives.every(({ elements }) => mustHold(elements, has));
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.every(({ elements }) => mustHold(elements, has));
    default:
      return false;
  }
}

function proves(pattern: RegExp, needs: readonly string[]): boolean {
  const small = (text: string) => (pattern.ignoreCase ? text.toLowerCase() : text);
  const { alternatives } = parseRegExpLiteral(pattern).pattern;
  return alternatives.every(({ elements }) =>
    mustHold(elements, (text) => needs.some((word) => small(text).includes(word))),
  );
}

const patterns = [...TOKEN_PATTERNS, ...VALUE_PATTERNS, ...PHRASE_PATTERNS, ...TOLD_PATTERNS];

describe('the words that a pattern needs', () => {
  it.each(patterns.flatMap(({ kind, pattern, needs }) => (needs ? [[kind, pattern, needs] as const] : [])))(
    'one of them stands in every match (%s, %s)',
    (_kind, pattern, needs) => {
      expect(needs.length).toBeGreaterThan(0);
      if (pattern.ignoreCase) expect(needs.map((word) => word.toLowerCase())).toEqual(needs);
      expect(proves(pattern, needs)).toBe(true);
    },
  );

  it('are named by all patterns but the few that have no fixed part', () => {
    const without = patterns.filter(({ needs }) => needs === undefined);
    expect(without.map(({ pattern }) => pattern.source)).toHaveLength(2);
  });

  it('are not proved of a pattern that can do without them', () => {
    expect(proves(/(?:pass|pw)\d/, ['pass'])).toBe(false);
    expect(proves(/(?:pass)?\d/, ['pass'])).toBe(false);
    expect(proves(/(?<!pass)\d/, ['pass'])).toBe(false);
    expect(proves(/[pg]k_\d/, ['pk_'])).toBe(false);
    expect(proves(/p[ab]?ss/, ['pss'])).toBe(false);
    expect(proves(/(?<=\/bot)\d/, ['/bot'])).toBe(true);
  });
});
