import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestHome, type TestHome } from '../support/home.ts';

interface Detection {
  project: string | null;
  confidence: number;
  candidates: { project: string; confidence: number; evidence: { signal: string; detail: string }[] }[];
  degraded?: { component: string; reason: string }[];
}

let test: TestHome;
let code: string;
beforeEach(async () => {
  test = await createTestHome();
  code = join(test.home, 'code');
  mkdirSync(join(code, 'optics', 'src'), { recursive: true });
  await test.register('p05-interferometer', {
    aliases: ['Fizeau', 'null test'],
    workspaces: [join(code, 'optics'), 'git@example.org:lab/optics.git'],
  });
  await test.register('p06-mount', { aliases: ['hexapod'], workspaces: [join(code, 'mount')] });
});
afterEach(() => test.close());

const detect = (prompt: string, cwd?: string) =>
  test.call<Detection>('detect_project', { prompt, ...(cwd === undefined ? {} : { cwd }) });
const NEUTRAL = 'Please have a look at this and tell me more.';
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    stdio: 'pipe',
  });

describe('the project of a prompt', () => {
  it.each(['fizeau', 'FIZEAU', 'Null Test', 'null-test', 'P05-Interferometer', 'p05 interferometer'])(
    'is the one whose name %j it has, in any letter case (case C01)',
    async (name) => {
      const found = await detect(`Why does ${name} drift at night?`);
      expect(found.project).toBe('p05-interferometer');
      expect(found.confidence).toBeGreaterThan(0.9);
      expect(found.candidates[0]!.evidence[0]!.signal).toBe('name');
      expect(found).not.toHaveProperty('degraded');
    },
  );

  it('is none when it names two: both are candidates with their evidence (case F05)', async () => {
    const found = await detect('Move the fizeau onto the hexapod');
    expect(found.project).toBeNull();
    expect(found.candidates.map((candidate) => candidate.project).sort()).toEqual(['p05-interferometer', 'p06-mount']);
    for (const candidate of found.candidates) expect(candidate.evidence.length).toBeGreaterThan(0);
    const pack = await test.call<{ project: string | null; detection: Detection }>('auto_context', {
      prompt: 'Move the fizeau onto the hexapod',
    });
    expect(pack).toMatchObject({ project: null, detection: { project: null } });
    expect(pack.detection.candidates).toHaveLength(2);
  });

  it.each(['.', 'work/optics', '~/optics'])(
    'passes over the folder %j, which the server would take for its own, and says so',
    async (cwd) => {
      for (const operation of ['detect_project', 'auto_context']) {
        const answer = await test.call<{ project: null; degraded: object[] }>(operation, { prompt: NEUTRAL, cwd });
        expect(answer.project).toBeNull();
        expect(answer.degraded).toContainEqual({
          component: 'cwd',
          reason: expect.stringContaining(JSON.stringify(cwd)),
        });
      }
    },
  );

  it.each(['C:\\work\\optics', '\\\\host\\share', ''])(
    'takes the folder %j of another system, or none, for no evidence',
    async (cwd) => {
      expect(await detect(NEUTRAL, cwd)).toMatchObject({ project: null, candidates: [] });
    },
  );

  it('is none for a prompt that resembles nothing', async () => {
    expect(await detect(NEUTRAL)).toEqual({ project: null, confidence: 0, candidates: [] });
  });

  it('is found by a document that it mentions, as soon as a refresh has stored it', async () => {
    const prompt = 'Shorten fringe-report.md please';
    expect((await detect(prompt)).project).toBeNull();
    test.write('sources/vault/projects/p06-mount/fringe-report.md', 'Words of no matter.');
    await test.refresh('p06-mount');
    expect((await detect(prompt)).candidates[0]).toMatchObject({
      project: 'p06-mount',
      evidence: expect.arrayContaining([{ signal: 'file', detail: 'fringe-report.md' }]),
    });
  });

  it('is not found by a file name that two projects have, however often the first has it, but by its folder', async () => {
    for (let at = 0; at < 25; at += 1)
      test.write(`sources/vault/projects/p05-interferometer/${at}/overview.md`, `No ${at}.`);
    test.write('sources/vault/projects/p06-mount/axis/overview.md', 'One.');
    test.write('sources/vault/projects/p06-mount/my-log.md', 'Two.');
    for (const id of ['p05-interferometer', 'p06-mount']) await test.refresh(id);
    const byFile = async (prompt: string) =>
      (await detect(prompt)).candidates.flatMap(({ project, evidence }) =>
        evidence.filter(({ signal }) => signal !== 'content').map(({ detail }) => [project, detail]),
      );
    expect(await byFile('Shorten overview.md')).toEqual([]);
    expect(await byFile('Shorten log.md')).toEqual([]);
    expect(await byFile('Shorten axis/overview.md')).toEqual([['p06-mount', 'axis/overview.md']]);
  });

  it('is found by what the documents say, and forgotten with them', async () => {
    const text =
      'The phase shifting mirror is driven by three piezo stacks; their hysteresis is removed by a capacitive loop.';
    for (let at = 0; at < 6; at += 1)
      test.write(
        `sources/vault/projects/p05-interferometer/${at}.md`,
        `# Piezo ${at}\n\n${text} Stack ${at} was measured.`,
      );
    await test.refresh('p05-interferometer');
    const prompt =
      'How is the hysteresis of the piezo stacks of the phase shifting mirror removed by the capacitive loop?';
    expect((await detect(prompt)).candidates[0]).toMatchObject({
      project: 'p05-interferometer',
      evidence: [{ signal: 'content' }],
    });
    for (let at = 0; at < 6; at += 1)
      test.write(`sources/vault/projects/p05-interferometer/${at}.md`, `Nothing of that kind, number ${at}.`);
    await test.refresh('p05-interferometer');
    expect((await detect(prompt)).project).toBeNull();
  });
});

describe('the working folder', () => {
  it('inside a workspace means its project, unless the prompt names another', async () => {
    expect((await detect(NEUTRAL, join(code, 'optics', 'src'))).project).toBe('p05-interferometer');
    expect((await detect('Check the hexapod', join(code, 'optics', 'src'))).project).toBe('p06-mount');
  });

  it('reaches auto_context', async () => {
    const pack = await test.call<{ project: string }>('auto_context', { prompt: NEUTRAL, cwd: join(code, 'optics') });
    expect(pack.project).toBe('p05-interferometer');
  });

  it('of a git worktree means the project of its main checkout (case F05)', async () => {
    const main = join(code, 'optics');
    git(main, 'init', '-q');
    writeFileSync(join(main, 'a.txt'), 'a');
    git(main, 'add', '.');
    git(main, 'commit', '-qm', 'first');
    const worktree = join(test.home, 'elsewhere', 'some-branch');
    git(main, 'worktree', 'add', '-q', worktree);
    const found = await detect(NEUTRAL, worktree);
    expect(found).toMatchObject({ project: 'p05-interferometer', candidates: [{ evidence: [{ signal: 'git' }] }] });
  });

  it('of a clone means the project of its remote, in any form of the address', async () => {
    const clone = join(test.home, 'clone');
    mkdirSync(clone);
    git(clone, 'init', '-q');
    git(clone, 'remote', 'add', 'origin', 'https://example.org/lab/optics');
    expect(await detect(NEUTRAL, clone)).toMatchObject({
      project: 'p05-interferometer',
      candidates: [{ evidence: [{ signal: 'remote', detail: 'example.org/lab/optics' }] }],
    });
  });

  it.each(['p05-interferometer', 'fizeau', 'optics', 'p06-mount'])(
    'is no evidence by its base name %s alone (case F05)',
    async (name) => {
      const folder = join(test.home, 'other', name);
      mkdirSync(folder, { recursive: true });
      git(folder, 'init', '-q');
      expect(await detect(NEUTRAL, folder)).toEqual({ project: null, confidence: 0, candidates: [] });
    },
  );

  it('of a project that was archived is no evidence', async () => {
    await test.app.registry.update(({ projects }) => projects.map((project) => ({ ...project, archived: true })));
    expect((await detect(NEUTRAL, join(code, 'optics'))).project).toBeNull();
    expect((await detect('the fizeau')).project).toBeNull();
  });
});

describe('a broken registry', () => {
  it('is named, and the last good reading answers (case C08)', async () => {
    await detect(NEUTRAL);
    writeFileSync(test.app.registry.path, '{ "projects": [');
    expect(await detect('the fizeau drifts')).toMatchObject({
      project: 'p05-interferometer',
      degraded: [{ component: 'registry', reason: expect.stringContaining('line 1') }],
    });
  });
});
