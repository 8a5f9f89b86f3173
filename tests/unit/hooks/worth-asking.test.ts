import { expect, test } from 'vitest';
import { wordsWorthAsking } from '../../../src/hooks/worth-asking.ts';

test('prompts that say nothing to look for are not asked about', () => {
  const idle = [
    '',
    '  ',
    'yes',
    'ok go ahead',
    'continue please',
    'oui, merci',
    'thanks!',
    'do it again',
    '?',
    'lgtm, ship it',
  ];
  expect(idle.filter((prompt) => wordsWorthAsking(prompt) !== undefined)).toEqual([]);
});

test('commands and prompts that a machine made are not asked about (case C20)', () => {
  const made = [
    '/compact keep the optics decision',
    '!git log --oneline',
    '<command-name>/review</command-name><command-args>optics vendor</command-args>',
    'This session is being continued from a previous conversation about the optics vendor.',
    '<task-notification>the build of the optics page ended</task-notification>',
    '<private>the optics vendor wants more money</private>',
  ];
  expect(made.filter((prompt) => wordsWorthAsking(prompt) !== undefined)).toEqual([]);
});

test('short questions that name something are asked about, without what clients put around them', () => {
  for (const prompt of [
    'p06 status',
    'p06?',
    'optics vendor',
    'which lens did we choose?',
    'quel fournisseur pour les lentilles',
  ])
    expect(wordsWorthAsking(prompt)).toBe(prompt);
  expect(wordsWorthAsking('<system-reminder>be brief</system-reminder>which lens did we choose?')).toBe(
    'which lens did we choose?',
  );
});
