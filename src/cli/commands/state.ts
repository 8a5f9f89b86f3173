import type { CommandSpec, OptionSpec } from '../command.ts';
import { table } from '../output.ts';

interface Entry {
  category: string;
  key: string;
  value: string;
  since: string;
  approved_by: string;
}

const REASON: OptionSpec = { flags: '--reason <text>', meaning: 'why; kept in the history (required)' };

export const stateCommands: readonly CommandSpec[] = [
  {
    usage: 'state list <project>',
    summary: 'List the trusted state of a project',
    options: [
      { flags: '--category <category>', meaning: 'only one category' },
      { flags: '--as-of <time>', meaning: 'what was in force at that date or time' },
    ],
    example: 'atocore state list p05 --as-of 2026-03-01',
    async run(session, [project], options) {
      const result = await session.call<{ entries: Entry[] }>('list_state', {
        project,
        category: options['category'],
        as_of: options['asOf'],
      });
      session.output.result(result, ({ entries }) =>
        table(
          ['category', 'key', 'value', 'since', 'by'],
          entries.map((entry) => [entry.category, entry.key, entry.value, entry.since.slice(0, 10), entry.approved_by]),
        ),
      );
    },
  },
  {
    usage: 'state history <project> [key]',
    summary: 'Show every change of the trusted state of a project',
    example: 'atocore state history p05 optics-vendor',
    async run(session, [project, key]) {
      const { stateHistory } = await import('../../state/state-store.ts');
      const app = await session.app();
      const id = app.registry.load().canonical(project!);
      const history = await app.withStore(async (store) => stateHistory(store.db, id, key));
      session.output.result({ history }, () =>
        table(
          ['at', 'action', 'subject', 'by', 'reason'],
          history.map((row) => [row.at, row.action, row.subject, row.actor, row.reason]),
        ),
      );
    },
  },
  {
    usage: 'state set <project> <category> <key> <value>',
    summary: 'Set one approved fact of a project',
    options: [REASON, { flags: '--source <reference>', meaning: 'where the fact comes from', repeat: true }],
    example:
      'atocore state set p05 decision optics-vendor "Zerodur blanks from the Mainz offer" --reason "decided at the design review"',
    exits: { 4: 'no such project' },
    async run(session, [project, category, key, value], options) {
      const result = await session.call<{ entry: Entry }>('set_state', {
        project,
        category,
        key,
        value,
        reason: options['reason'] ?? '',
        sources: options['source'],
      });
      session.output.result(result, ({ entry }) => `set ${entry.category} · ${entry.key}: ${entry.value}`);
    },
  },
  {
    usage: 'state propose <project> <category> <key> <value>',
    summary: 'Propose a fact for review',
    options: [REASON, { flags: '--source <reference>', meaning: 'where the fact comes from', repeat: true }],
    example:
      'atocore state propose p05 decision optics-vendor "Zerodur blanks from the Mainz offer" --reason "minutes of May"',
    exits: { 4: 'no such project' },
    async run(session, [project, category, key, value], options) {
      const result = await session.call<{ item: { id: string }; duplicate: boolean }>('propose_state', {
        ...{ project, category, key, value },
        reason: options['reason'] ?? '',
        sources: options['source'],
      });
      session.output.result(result, ({ item, duplicate }) =>
        duplicate ? `already proposed: ${item.id}` : `proposed ${item.id}; \`atocore review\` decides`,
      );
    },
  },
  {
    usage: 'state remove <project> <category> <key>',
    summary: 'Take one approved fact out of force; its history stays',
    options: [REASON],
    example: 'atocore state remove p05 decision optics-vendor --reason "tender reopened"',
    exits: { 4: 'no such project or fact' },
    async run(session, [project, category, key], options) {
      const result = await session.call<{ entry: Entry }>('remove_state', {
        project,
        category,
        key,
        reason: options['reason'] ?? '',
      });
      session.output.result(result, ({ entry }) => `removed ${entry.category} · ${entry.key}`);
    },
  },
];
