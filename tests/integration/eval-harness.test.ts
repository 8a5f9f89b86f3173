import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evalFixtures } from '../../src/app/eval-fixtures.ts';
import { loadConfig } from '../../src/config/load.ts';

const CASES = join(import.meta.dirname, '../fixtures/harness/cases.json');

test.each(['none', 'bundled'])(
  'with the embedder %s every case passes but the content gaps, which are told apart (case C18)',
  async (embedder) => {
    const config = loadConfig({ home: '/nonexistent' }, { ATOCORE_EMBEDDER: embedder, ATOCORE_LOG_LEVEL: 'fatal' });
    const report = await evalFixtures(CASES, config);
    expect(report.failures.map(({ id, kind }) => `${id} ${kind}`)).toEqual(['H66 content_gap', 'H67 content_gap']);
    expect(report).toMatchObject({ cases: 67, passed: 65, failed: 2, expected_gaps: 2 });
  },
);

test('the shares of the bands are configuration, and the harness guards them: a larger one for the user costs questions (case C15)', async () => {
  const config = loadConfig(
    { home: '/nonexistent' },
    {
      ATOCORE_EMBEDDER: 'none',
      ATOCORE_LOG_LEVEL: 'fatal',
      ATOCORE_BAND_USER: '0.1',
      ATOCORE_BAND_DOCUMENTS: '0.45',
    },
  );
  const report = await evalFixtures(CASES, config);
  expect(report.failures.filter(({ kind }) => kind === 'ranking').map(({ id }) => id)).toEqual(['H04', 'H06']);
});

test('a fault of ranking is told apart from a content gap (case C18)', async () => {
  const config = loadConfig({ home: '/nonexistent' }, { ATOCORE_EMBEDDER: 'none', ATOCORE_LOG_LEVEL: 'fatal' });
  const report = await evalFixtures(join(import.meta.dirname, '../fixtures/harness-faults/cases.json'), config);
  expect(
    report.failures.map(({ id, kind, missing, present_but_forbidden }) => [id, kind, missing, present_but_forbidden]),
  ).toEqual([
    ['F1', 'ranking', ['The torque wrench lies in drawer four'], []],
    ['F2', 'content_gap', ['The insurance number is'], []],
    ['F3', 'content_gap', ['Grease the bearing weekly'], []],
    ['F4', 'ranking', [], ['The pump is green']],
  ]);
});
