import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretRange } from './redact.ts';

/** A text could switch the other rules off through this one (`secretlint-disable` in a comment). */
const SWITCHED_OFF = new Set(['@secretlint/secretlint-rule-filter-comments']);

const RULES = rules
  .filter((rule) => !SWITCHED_OFF.has(rule.meta.id))
  .map((rule) => ({ id: rule.meta.id, rule, options: {} }));

/** The shortest value of a finding that is looked up in the text by itself. */
const VALUE_CHARS_MIN = 8;

/**
 * Secrets that secretlint's recommended rules find. Some of its rules report a range that ends before the secret
 * does, so each range is widened to the blanks around it, and every value that a finding names is covered wherever
 * it stands.
 */
export async function findSecrets(text: string): Promise<SecretRange[]> {
  const result = await lintSource({
    source: { content: text, filePath: 'turn.txt', ext: '.txt', contentType: 'text' },
    options: { config: { rules: RULES }, maskSecrets: false, noPhysicFilePath: true },
  });
  const ranges: SecretRange[] = [];
  for (const message of result.messages) {
    const kind = message.ruleId.replace('@secretlint/secretlint-rule-', '');
    ranges.push({ kind, ...widen(text, message.range[0], message.range[1]) });
    for (const value of Object.values(message.data ?? {})) {
      if (typeof value !== 'string' || value.length < VALUE_CHARS_MIN) continue;
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
        ranges.push({ kind, start: at, end: at + value.length });
      }
    }
  }
  return ranges;
}

function widen(text: string, from: number, to: number): { start: number; end: number } {
  let start = from;
  let end = to;
  while (start > 0 && !/\s/.test(text[start - 1]!)) start -= 1;
  while (end < text.length && !/\s/.test(text[end]!)) end += 1;
  return { start, end };
}
