import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectProject } from '../../src/projects/detect.ts';
import type { DetectableProject, DetectionSources } from '../../src/projects/detection.ts';
import { mentionedPaths } from '../../src/projects/location-signals.ts';

const projects: DetectableProject[] = [
  {
    id: 'p05-interferometer',
    aliases: ['p05', 'Fizeau'],
    workspaces: ['/code/optics', 'git@github.com:Acme/Optics.git'],
    ingestRoots: ['/notes/optics'],
  },
  { id: 'p05-interferometer-2', aliases: [], workspaces: ['/code/optics/second'], ingestRoots: [] },
  { id: 'tool-chain', aliases: ['go', 'Станок', 'größe', 'c++'], workspaces: ['/code/tools'], ingestRoots: [] },
];
const ask = (prompt: string, place: { cwd?: string; gitRemote?: string } = {}, sources: DetectionSources = {}) =>
  detectProject({ prompt, ...place }, projects, sources);
const content = (project: string) => ({
  score: () => ({
    features: 40,
    backgroundShare: 0,
    candidates: [{ project, share: 0.95, massShare: 0.9, coverage1: 0.95, coverage3: 0.9, matchedPairs: 30 }],
  }),
});

describe('names in a prompt', () => {
  it('mean their project in any letter case, by id or alias (case C01)', () => {
    const names = fc.constantFrom('p05-interferometer', 'p05', 'fizeau');
    fc.assert(
      fc.property(names, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (name, upper) => {
        const written = [...name].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join('');
        expect(ask(`Why does ${written} drift?`).project).toBe('p05-interferometer');
      }),
    );
  });

  it('count for the longest name only', () => {
    const { project, candidates } = ask('What changed in p05-interferometer-2?');
    expect(project).toBe('p05-interferometer-2');
    expect(candidates.map((candidate) => candidate.project)).toEqual(['p05-interferometer-2']);
  });

  it('may be written with spaces or underscores for hyphens', () => {
    expect(ask('open the p05 interferometer log').project).toBe('p05-interferometer');
    expect(ask('open tool_chain settings').project).toBe('tool-chain');
  });

  it('end at word boundaries of Unicode', () => {
    expect(ask('проверь Станок сегодня').project).toBe('tool-chain');
    expect(ask('проверь станокостроение').project).toBeNull();
    expect(ask('The p0512 sensor').project).toBeNull();
    expect(ask('ΑGRÖSSE').project).toBeNull();
    expect(ask('die Größe prüfen').project).toBe('tool-chain');
  });

  it('of two projects make it ambiguous: no project, both candidates (case F05)', () => {
    const { project, candidates, confidence } = ask(
      'Copy the mount from p05 to tool-chain',
      { cwd: '/code/tools' },
      { content: content('p05-interferometer') },
    );
    expect(project).toBeNull();
    expect(candidates.map((candidate) => candidate.project).sort()).toEqual(['p05-interferometer', 'tool-chain']);
    expect(confidence).toBeLessThanOrEqual(0.5);
  });

  it('that are ordinary or very short words count only where they are marked as names', () => {
    expect(ask('let us go and see').project).toBeNull();
    expect(ask('let us go and see').candidates[0]).toMatchObject({ project: 'tool-chain' });
    expect(ask('what is new in project go?').project).toBe('tool-chain');
    expect(ask('what is new in `go`?').project).toBe('tool-chain');
    expect(ask('go').project).toBe('tool-chain');
  });

  it('may hold symbols, which must be there', () => {
    expect(ask('is `c++` fine?').project).toBe('tool-chain');
    expect(ask('the c compiler').candidates).toEqual([]);
  });

  it('are found when misspelled, but weaker, and never over digits', () => {
    const slip = ask('status of the p05-interfermeter please');
    expect(slip.project).toBe('p05-interferometer');
    expect(slip.candidates[0]!.evidence[0]!.signal).toBe('near_name');
    expect(ask('status of p05-interfermeter-2').project).toBe('p05-interferometer-2');
    expect(ask('status of p05-camera').project).toBeNull();
    expect(slip.confidence).toBeLessThan(ask('status of the p05-interferometer please').confidence);
    expect(
      detectProject({ prompt: 'pump-station-3 leaks' }, [{ ...projects[0]!, id: 'pump-station-4', aliases: [] }])
        .project,
    ).toBeNull();
    expect(
      detectProject({ prompt: 'the planets are cold' }, [{ ...projects[0]!, id: 'planet', aliases: [] }]).project,
    ).toBeNull();
  });

  it('never throw, whatever they and the prompt hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 8 })),
        (prompt, aliases) => {
          const { confidence } = detectProject({ prompt }, [{ ...projects[0]!, aliases }]);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('commit nothing on an empty prompt', () => {
    expect(ask('')).toEqual({ project: null, confidence: 0, candidates: [] });
    expect(detectProject({ prompt: 'p05' }, [])).toEqual({ project: null, confidence: 0, candidates: [] });
  });
});

describe('the order of evidence', () => {
  it('puts a name above the place, and the place above content', () => {
    expect(ask('ask Fizeau', { cwd: '/code/tools' }).project).toBe('p05-interferometer');
    const placed = ask('why does this drift', { cwd: '/code/tools/src' }, { content: content('p05-interferometer') });
    expect(placed.project).toBe('tool-chain');
    expect(placed.candidates.map((candidate) => candidate.project)).toEqual(['tool-chain', 'p05-interferometer']);
    expect(ask('why does this drift', {}, { content: content('p05-interferometer') }).project).toBe(
      'p05-interferometer',
    );
  });

  it('is surer of agreeing evidence and less sure of opposed evidence', () => {
    const alone = ask('why does this drift', { cwd: '/code/tools' }).confidence;
    expect(
      ask('why does this drift', { cwd: '/code/tools' }, { content: content('tool-chain') }).confidence,
    ).toBeGreaterThan(alone);
    expect(
      ask('why does this drift', { cwd: '/code/tools' }, { content: content('p05-interferometer') }).confidence,
    ).toBeLessThan(alone);
  });

  it('takes the innermost workspace, and never the bare name of a folder (case F05)', () => {
    expect(ask('fix it', { cwd: '/code/optics/second/lib' }).project).toBe('p05-interferometer-2');
    expect(ask('fix it', { cwd: '/code/optics/lib' }).project).toBe('p05-interferometer');
    expect(ask('fix it', { cwd: '/elsewhere/optics' }).project).toBeNull();
    expect(ask('fix it', { cwd: '/code/optics-old' }).project).toBeNull();
    expect(ask('fix it', { cwd: 'code/optics' }).project).toBeNull();
  });

  it('knows a remote in every form', () => {
    for (const gitRemote of [
      'https://github.com/acme/optics',
      'ssh://git@github.com:22/Acme/Optics.git',
      'git@github.com:Acme/Optics',
    ]) {
      expect(ask('fix it', { gitRemote }).project).toBe('p05-interferometer');
    }
    expect(ask('fix it', { gitRemote: 'https://github.com/other/optics' }).project).toBeNull();
  });

  it('follows a worktree to its main checkout (case F05)', () => {
    const worktree = { prompt: 'fix it', cwd: '/tmp/wt/second', gitRoot: '/tmp/wt', gitCommonDir: '/code/optics/.git' };
    expect(detectProject(worktree, projects).project).toBe('p05-interferometer-2');
    expect(detectProject({ ...worktree, cwd: '/tmp/wt' }, projects).project).toBe('p05-interferometer');
  });
});

describe('files in a prompt', () => {
  const projectsOfPaths = () =>
    new Map([
      ['design/mount.md', ['tool-chain']],
      ['README.md', ['tool-chain', 'p05-interferometer']],
    ]);

  it('point to the only project that holds them', () => {
    expect(ask('rewrite ./design/mount.md:12, please.', {}, { projectsOfPaths }).project).toBe('tool-chain');
    expect(ask('rewrite README.md', {}, { projectsOfPaths }).candidates).toEqual([]);
    expect(ask('see /notes/optics/2024/log.md').project).toBe('p05-interferometer');
  });

  it('are read without punctuation, addresses and escapes', () => {
    expect(
      mentionedPaths('see `docs/a.md`, (b.txt) and c\\d.md. Not https://x.org/y.md, ../e.md, e.g. or 3.5'),
    ).toEqual(['docs/a.md', 'b.txt', 'c/d.md', 'e.g']);
    expect(
      mentionedPaths('a/b '.repeat(50) + Array.from({ length: 50 }, (_, at) => `f${at}.md`).join(' ')),
    ).toHaveLength(20);
  });
});
