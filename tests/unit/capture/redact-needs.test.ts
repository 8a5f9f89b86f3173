import { expect, test } from 'vitest';
import { TOKEN_PATTERNS } from '../../../src/capture/redact-tokens.ts';

/** The part of a pattern behind the look at what stands before it. */
const bodyOf = (pattern: RegExp) => pattern.source.replace(/^\(\?<[!=][^)]*\)/, '');

test('what a pattern needs stands in every match of it: as its literal start, or by name', () => {
  const named = new Set(['PRIVATE KEY', 'PuTTY-User-Key-File-', '$']);
  const needy = TOKEN_PATTERNS.filter(({ needs }) => needs !== undefined);
  expect(needy.length).toBeGreaterThan(20);
  for (const { needs, pattern } of needy) {
    expect(pattern.flags).toBe('g');
    if (named.has(needs!)) continue;
    const rest = bodyOf(pattern).slice(needs!.length);
    expect(bodyOf(pattern).startsWith(needs!)).toBe(true);
    // No quantifier makes the last letter optional, and no alternative goes around the start.
    expect(rest).not.toMatch(/^[?*{+|]/);
    expect(rest.replaceAll(/\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\)|\\./g, '')).not.toContain('|');
  }
});
