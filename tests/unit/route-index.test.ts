import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backgroundFeatures } from '../../src/projects/background.ts';
import { detectProject } from '../../src/projects/detect.ts';
import { COMMIT_CONFIDENCE_MIN, routeConfidence } from '../../src/projects/route-confidence.ts';
import { documentFeatures, splitPieces } from '../../src/projects/route-features.ts';
import { createRouteIndex } from '../../src/projects/route-index.ts';

/** Small made-up corpora: each document repeats the subjects of its project in other sentences. */
const SUBJECTS: Record<string, string[]> = {
  irrigation: [
    'valve manifold',
    'drip emitter',
    'soil moisture probe',
    'flow meter calibration',
    'fertigation tank',
    'backflush cycle',
  ],
  telescope: [
    'mirror cell',
    'focuser backlash',
    'declination axis',
    'autoguider drift',
    'collimation laser',
    'dew heater',
  ],
  payroll: [
    'payslip export',
    'tax bracket table',
    'overtime accrual',
    'pension deduction',
    'ledger posting',
    'garnishment order',
  ],
};

function corpus(project: string): string[] {
  const subjects = SUBJECTS[project]!;
  return Array.from({ length: 30 }, (_, at) => {
    const [a, b, c] = [0, 1, 3].map((step) => subjects[(at + step) % subjects.length]!);
    return `Note ${at}. The ${a} was checked before the ${b} was replaced.\n\nWe measure the ${c} again when the ${a} fails.`;
  });
}

function buildIndex() {
  const index = createRouteIndex(backgroundFeatures());
  for (const project of Object.keys(SUBJECTS)) {
    for (const text of corpus(project)) index.add(project, documentFeatures(splitPieces(text)));
  }
  return index;
}

const projects = Object.keys(SUBJECTS).map((id) => ({ id, aliases: [], workspaces: [], ingestRoots: [] }));

describe('routing by content', () => {
  const index = buildIndex();
  const ask = (prompt: string) => detectProject({ prompt }, projects, { content: index });

  it.each([
    ['Why does the drip emitter clog after a backflush cycle of the valve manifold?', 'irrigation'],
    ['Measure focuser backlash and the autoguider drift on the declination axis', 'telescope'],
    ['Where is the pension deduction in the payslip export, next to overtime accrual?', 'payroll'],
  ])('commits to the project whose documents a prompt sounds like: %s', (prompt, project) => {
    const { project: answer, confidence, candidates } = ask(prompt);
    expect(answer).toBe(project);
    expect(confidence).toBeGreaterThanOrEqual(COMMIT_CONFIDENCE_MIN);
    expect(candidates[0]!.evidence[0]).toMatchObject({ signal: 'content' });
  });

  it.each([
    'Elevated serum cholesterol predicts cardiac mortality in elderly patients',
    'The committee will vote on the new school budget next week',
    'Thanks, please do that again',
  ])('commits to none for a stranger: %s', (prompt) => {
    expect(ask(prompt).project).toBeNull();
  });

  it('commits to none for an empty prompt or one of stop words', () => {
    for (const prompt of ['', '   ', 'what is it that you were about to do?', '\u0000\n']) {
      expect(ask(prompt)).toMatchObject({ project: null });
    }
  });

  it('gives the same answer in any letter case', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.values(SUBJECTS).flat()), (subjects) => {
        const prompt = subjects.join(' and ');
        expect(ask(prompt.toUpperCase())).toEqual(ask(prompt));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps shares between 0 and 1, and confidence within reach of no certainty', () => {
    fc.assert(
      fc.property(fc.string(), fc.subarray(Object.values(SUBJECTS).flat()), (noise, subjects) => {
        const { candidates, backgroundShare } = index.score(`${noise} ${subjects.join(' ')}`);
        const claimed = candidates.reduce((sum, score) => sum + score.share, backgroundShare);
        expect(claimed).toBeLessThanOrEqual(1 + 1e-9);
        for (const score of candidates) {
          for (const part of [score.share, score.massShare, score.coverage1, score.coverage3]) {
            expect(part).toBeGreaterThanOrEqual(0);
            expect(part).toBeLessThanOrEqual(1 + 1e-9);
          }
          expect(routeConfidence(score, 3)).toBeLessThan(1);
        }
      }),
    );
  });

  it('scores as before after a document is added and removed', () => {
    const own = buildIndex();
    const prompt = 'valve manifold and payslip export';
    const before = own.score(prompt);
    const passing = documentFeatures(splitPieces('The payslip export reads the valve manifold.'));
    own.add('payroll', passing);
    expect(own.score(prompt)).not.toEqual(before);
    own.remove('payroll', passing);
    expect(own.score(prompt)).toEqual(before);
  });

  it('leaves projects out that are not eligible, as if they were not registered', () => {
    const prompt = 'payslip export and pension deduction';
    const without = createRouteIndex(backgroundFeatures());
    for (const text of corpus('telescope')) without.add('telescope', documentFeatures(splitPieces(text)));
    expect(index.score(prompt, (project) => project === 'telescope')).toEqual(without.score(prompt));
    expect(detectProject({ prompt }, projects.slice(0, 2), { content: index }).project).toBeNull();
  });

  it('lets general English claim its words, so that a project registered alone does not claim every text', () => {
    const alone = (background?: ReturnType<typeof backgroundFeatures>) => {
      const own = createRouteIndex(background);
      for (const text of corpus('irrigation')) own.add('irrigation', documentFeatures(splitPieces(text)));
      return own.score('The committee was checked again before the school was replaced');
    };
    expect(alone().candidates[0]!.share).toBe(1);
    expect(alone(backgroundFeatures()).backgroundShare).toBeGreaterThan(0.4);
  });

  it('forgets a project whose last document went', () => {
    const own = createRouteIndex();
    const features = documentFeatures(['valve manifold']);
    own.add('irrigation', features);
    own.remove('irrigation', features);
    expect(own.projects()).toEqual([]);
    expect(own.score('valve manifold').candidates).toEqual([]);
  });
});
