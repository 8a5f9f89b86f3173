import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectProject } from '../../src/projects/detect.ts';
import { findGitWorkspace, normalizeRemote } from '../../src/projects/git-workspace.ts';

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'atocore-git-')));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A checkout as git lays it out, without running git. */
function fakeCheckout(root: string, config = ''): void {
  mkdirSync(join(root, '.git'), { recursive: true });
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(root, '.git', 'config'), config);
}

function fakeWorktree(main: string, root: string): void {
  const gitDir = join(main, '.git', 'worktrees', 'side');
  mkdirSync(gitDir, { recursive: true });
  mkdirSync(root, { recursive: true });
  writeFileSync(join(gitDir, 'HEAD'), 'ref: refs/heads/side\n');
  writeFileSync(join(gitDir, 'commondir'), '../..\n');
  writeFileSync(join(root, '.git'), `gitdir: ${gitDir}\n`);
}

const ORIGIN =
  '[core]\n\tbare = false\n[remote "fork"]\n\turl = https://x.org/a/fork\n[remote "origin"]\n\turl = git@x.org:a/b.git\n';

describe('the git workspace of a folder', () => {
  it('is the checkout around it, with the URL of origin', () => {
    fakeCheckout(home, ORIGIN);
    mkdirSync(join(home, 'a/b'), { recursive: true });
    const expected = { root: home, commonDir: join(home, '.git'), remote: 'git@x.org:a/b.git' };
    expect(findGitWorkspace(join(home, 'a/b'))).toEqual(expected);
  });

  it('is one common dir for every worktree, so that a worktree finds its project (case F05)', () => {
    const [main, side] = [join(home, 'main'), join(home, 'elsewhere')];
    fakeCheckout(main, ORIGIN);
    fakeWorktree(main, side);
    const place = findGitWorkspace(side)!;
    expect(place).toEqual({ root: side, commonDir: join(main, '.git'), remote: 'git@x.org:a/b.git' });
    const projects = [{ id: 'own', aliases: [], workspaces: [main], ingestRoots: [] }];
    const input = { prompt: 'fix it', cwd: side, gitCommonDir: place.commonDir, gitRoot: place.root };
    expect(detectProject(input, projects).project).toBe('own');
  });

  it('agrees with git itself on a real clone with a worktree', (context) => {
    const git = (...words: string[]): string =>
      execFileSync('git', ['-C', home, ...words], { encoding: 'utf8', stdio: 'pipe' });
    try {
      git('--version');
    } catch {
      context.skip();
    }
    git('init', '-q');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x');
    git('remote', 'add', 'origin', 'https://user:secret@x.org/a/b.git');
    git('worktree', 'add', '-q', join(home, 'side'));
    for (const folder of [home, join(home, 'side')]) {
      expect(findGitWorkspace(folder)).toEqual({
        root: folder,
        commonDir: join(home, '.git'),
        remote: 'https://x.org/a/b.git',
      });
    }
  });

  it('is unknown without git, for a relative folder and for a folder that is gone', () => {
    expect(findGitWorkspace(home)).toBeUndefined();
    expect(findGitWorkspace('a/b')).toBeUndefined();
    expect(findGitWorkspace(`${home}\0`)).toBeUndefined();
    expect(findGitWorkspace(join(home, 'gone'))).toBeUndefined();
  });

  it('never fails on hostile files, and reads no large ones', () => {
    const put = (content: string): void => {
      rmSync(join(home, '.git'), { recursive: true, force: true });
      writeFileSync(join(home, '.git'), content);
    };
    for (const content of [
      '',
      'gitdir:',
      'gitdir: /dev/zero',
      `gitdir: ${'../'.repeat(500)}x`,
      'x'.repeat(1_000_000),
    ]) {
      put(content);
      expect(findGitWorkspace(home)).toBeUndefined();
    }
    rmSync(join(home, '.git'));
    symlinkSync(join(home, '.git'), join(home, '.git'));
    expect(findGitWorkspace(home)).toBeUndefined();
    rmSync(join(home, '.git'));
    fakeCheckout(home, `[remote "origin"]\n${'x = y\n'.repeat(60_000)}url = https://x.org/a/b\n`);
    expect(findGitWorkspace(home)).toEqual({ root: home, commonDir: join(home, '.git') });
  });
});

describe('a remote URL', () => {
  it('is one form for ssh, https and scp-like spelling, without credentials', () => {
    for (const url of [
      'git@X.org:a/b.git',
      'ssh://git@x.org:22/a/b',
      'https://u:p@x.org/a/b.git/',
      'https://x.org:443/a/b',
      'git+ssh://x.org/a/b.git',
    ]) {
      expect(normalizeRemote(url)).toBe('x.org/a/b');
    }
    expect(normalizeRemote('ssh://x.org:2222/a/b')).toBe('x.org:2222/a/b');
    expect(normalizeRemote('https://github.com/Acme/B')).toBe('github.com/acme/b');
  });

  it('is not made of folders or of nonsense', () => {
    for (const text of [
      '/code/a',
      'C:\\code\\a',
      'C:/code',
      'a',
      '',
      'file:///x',
      'https://',
      'https://x.org/',
      'a b:c',
    ]) {
      expect(normalizeRemote(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void normalizeRemote(text)));
  });
});
