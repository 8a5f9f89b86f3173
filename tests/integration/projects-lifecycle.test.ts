import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measureRoot } from '../../src/projects/measure-root.ts';
import { sql } from '../../src/storage/database.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

interface Preview {
  valid: boolean;
  errors: string[];
  warnings: string[];
  normalized: { id: string; aliases: string[]; ingest_roots: { subpath: string }[] };
  roots: { exists: boolean; files: number; bytes: number }[];
  digest: string;
}

let test: TestHome;
beforeEach(async () => {
  test = await createTestHome();
});
afterEach(() => test.close());

const root = (subpath: string, source = 'vault') => ({ source, subpath });
const wanted = (id: string, over: object = {}) => ({ id, description: '', ingest_roots: [] as object[], ...over });
const preview = (registration: object) => test.call<Preview>('propose_project', registration);
const register = async (registration: object) =>
  test.call('register_project', { ...registration, digest: (await preview(registration)).digest });
const registryFile = () => join(test.home, 'config', 'project-registry.json');

describe('a registration', () => {
  it('can start from the template, which is a valid registration', async () => {
    const { template } = await test.call<{ template: object }>('project_template');
    expect(await preview(template)).toMatchObject({ valid: true, errors: [] });
  });

  it('is previewed with what its roots hold, and the preview changes nothing', async () => {
    test.write('sources/vault/p05/a.md', '12345');
    test.write('sources/vault/p05/deep/b.txt', '1234567');
    test.write('sources/vault/p05/picture.png', 'no document');
    const history = () =>
      test.app.withStore(async ({ db }) => sql(db, 'SELECT count(*) AS n FROM history').get() as { n: number });
    const before = await history();
    const shown = await preview(wanted('p05', { ingest_roots: [root('./p05/'), root('later')] }));
    expect(shown).toMatchObject({
      valid: true,
      errors: [],
      normalized: { ingest_roots: [root('p05'), root('later')] },
    });
    expect(shown.roots).toMatchObject([
      { exists: true, files: 2, bytes: 12 },
      { exists: false, files: 0, bytes: 0 },
    ]);
    expect(shown.warnings).toEqual(['the ingest root vault:later does not exist yet']);
    expect(existsSync(registryFile())).toBe(false);
    expect(await history()).toEqual(before);
    expect((await preview(wanted('p05', { ingest_roots: [root('p05'), root('later')] }))).digest).toBe(shown.digest);
  });

  it('is previewed with the documents that a refresh would read', async () => {
    for (const path of ['a.md', '.github/guide.md', '.hidden/b.md', 'node_modules/c.md', '.d.md', 'e.markdown', 'f.MD'])
      test.write(`sources/vault/p05/${path}`, 'Some words.');
    const registration = wanted('p05', { ingest_roots: [root('p05')] });
    const { roots } = await preview(registration);
    await register(registration);
    const { documents } = await test.refresh('p05');
    expect([roots[0]!.files, documents.added]).toEqual([4, 4]);
  });

  it('of an endless root is previewed with what could be counted', () => {
    for (let at = 0; at < 20; at += 1) test.write(`sources/vault/p05/${at % 4}/${at}.md`, '1234');
    expect(measureRoot(test.vault)).toEqual({ files: 20, bytes: 80, whole: true });
    expect(measureRoot(test.vault, 12)).toMatchObject({ whole: false });
    expect(measureRoot(test.vault, 12).files).toBeLessThan(12);
  });

  it('needs the digest of its own preview', async () => {
    const registration = wanted('p05', { aliases: ['five'] });
    const { digest } = await preview(registration);
    for (const wrong of ['', 'x'.repeat(32), (await preview(wanted('p06'))).digest])
      await expect(test.call('register_project', { ...registration, digest: wrong })).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
      });
    await expect(test.call('register_project', { ...registration, aliases: ['V'], digest })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    await test.call('register_project', { ...registration, digest });
    const { projects } = await test.call<{ projects: object[] }>('list_projects');
    expect(projects).toMatchObject([{ id: 'p05', aliases: ['five'], documents: 0, chunks: 0, last_refresh: null }]);
  });

  it('is refused when what its preview showed no longer holds', async () => {
    const registration = wanted('p05', { aliases: ['old-name'] });
    const { digest } = await preview(registration);
    await test.app.withStore(async ({ db }) =>
      sql(
        db,
        `INSERT INTO memories (id, project, type, status, content, normalized, confidence, created_at, updated_at)
         VALUES ('mem_1', 'Old-Name', 'project', 'active', 'stored meanwhile', 'stored meanwhile', 0.5, '', '')`,
      ).run(),
    );
    await expect(test.call('register_project', { ...registration, digest })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    await register(wanted('p06', { aliases: ['five'] }));
    await expect(register(wanted('p07', { aliases: ['FIVE'] }))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is decided once when two ask for one alias at the same moment', async () => {
    const both = ['p05', 'p06'].map((id) => wanted(id, { aliases: ['shared'] }));
    const digests = await Promise.all(both.map(async (registration) => (await preview(registration)).digest));
    const outcomes = await Promise.allSettled(
      both.map((registration, at) => test.call('register_project', { ...registration, digest: digests[at] })),
    );
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(test.app.registry.load().projects).toHaveLength(1);
  });

  it.each([
    ['an id that is not kebab-case', { id: 'P 05' }, 'INVALID_INPUT', /kebab-case/],
    ['the reserved id inbox (case C05)', { id: 'inbox' }, 'INVALID_INPUT', /reserved/],
    ['the reserved alias Inbox (case C05)', { aliases: [' InBox '] }, 'INVALID_INPUT', /reserved/],
    ['an empty alias (case C05)', { aliases: ['  '] }, 'INVALID_INPUT', /aliases|reserved/],
    ['an alias that is the id of another', { aliases: ['TAKEN'] }, 'CONFLICT', /belongs to project taken/],
    ['an alias of another in another case', { aliases: ['the  BUSY one'] }, 'CONFLICT', /belongs to project taken/],
    ['an id that is an alias of another', { id: 'busy' }, 'CONFLICT', /already a name of project taken/],
    ['an id that is taken', { id: 'taken' }, 'CONFLICT', /already a name/],
    ['an unknown source', { ingest_roots: [root('a', 'nowhere')] }, 'INVALID_INPUT', /unknown source/],
    ['a root above its source', { ingest_roots: [root('a/../../b')] }, 'INVALID_INPUT', /leaves its source/],
    ['an absolute root', { ingest_roots: [root('/etc')] }, 'INVALID_INPUT', /absolute/],
    ['a root through a link', { ingest_roots: [root('escape')] }, 'INVALID_INPUT', /symbolic link/],
    ['a root that is a file', { ingest_roots: [root('already.md')] }, 'INVALID_INPUT', /not a folder/],
    ['the root of another', { ingest_roots: [root('taken')] }, 'CONFLICT', /overlaps/],
    ['a root inside that of another', { ingest_roots: [root('taken/sub')] }, 'CONFLICT', /overlaps/],
    ['a root around that of another', { ingest_roots: [root('.')] }, 'CONFLICT', /overlaps/],
    ['a link to the root of another', { ingest_roots: [root('linked')] }, 'CONFLICT', /overlaps/],
    ['the root of another by another source', { ingest_roots: [root('taken', 'twin')] }, 'CONFLICT', /overlaps/],
  ])('refuses %s and leaves no trace', async (_what, over, code, message) => {
    await test.close();
    const outside = await createTestHome();
    try {
      test = await createTestHome({ sources: { twin: join(outside.home, 'twin') } });
      mkdirSync(join(test.vault, 'taken', 'sub'), { recursive: true });
      symlinkSync(test.vault, join(outside.home, 'twin'));
      symlinkSync(outside.home, join(test.vault, 'escape'));
      symlinkSync(join(test.vault, 'taken'), join(test.vault, 'linked'));
      test.write('sources/vault/already.md', 'a file');
      await register(wanted('taken', { aliases: ['busy', 'The busy one'], ingest_roots: [root('taken')] }));
      const file = readFileSync(registryFile(), 'utf8');
      const shown = await preview(wanted('p05', over));
      expect(shown.valid).toBe(false);
      expect(shown.errors.join('; ')).toMatch(message);
      await expect(register(wanted('p05', over))).rejects.toMatchObject({ code });
      expect(readFileSync(registryFile(), 'utf8')).toBe(file);
    } finally {
      await outside.close();
    }
  });

  it('may stand beside a folder whose name merely begins alike', async () => {
    await register(wanted('p05', { ingest_roots: [root('p05')] }));
    expect(await preview(wanted('p05-b', { ingest_roots: [root('p05-b')] }))).toMatchObject({ valid: true });
  });
});

describe('an update', () => {
  beforeEach(() => test.register('p05', { aliases: ['five'], workspaces: ['/code/p05'] }));
  const update = async (change: object, as: 'person' | 'agent' = 'person') => {
    const refused = (await test.call('update_project', change, as).catch((error: unknown) => error)) as {
      code: string;
      details: { digest: string };
    };
    expect(refused.code).toBe('DIGEST_MISMATCH');
    return test.call<{ project: object; changed: string[] }>('update_project', {
      ...change,
      digest: refused.details.digest,
    });
  };

  it('is told the digest it needs, changes only what it names, and never the id', async () => {
    const { project, changed } = await update({ project: 'FIVE', description: 'Optics' });
    expect(changed).toEqual(['description']);
    expect(project).toMatchObject({ id: 'p05', aliases: ['five'], description: 'Optics', workspaces: ['/code/p05'] });
    await expect(test.call('update_project', { project: 'p05', id: 'p06' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('without a digest answers its preview: what it would leave, what moves, what to look out for', async () => {
    await test.app.withStore(async ({ db }) =>
      sql(
        db,
        `INSERT INTO memories (id, project, type, status, content, normalized, confidence, created_at, updated_at)
         VALUES ('mem_1', 'old name', 'project', 'active', 'kept', 'kept', 0.5, '', '')`,
      ).run(),
    );
    const change = { project: 'p05', aliases: ['Old Name'], ingest_roots: [root('later')] };
    await expect(test.call('update_project', change, 'agent')).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      details: {
        digest: expect.stringMatching(/^[0-9a-f]{32}$/),
        preview: {
          normalized: { id: 'p05', aliases: ['Old Name'], workspaces: ['/code/p05'] },
          roots: [{ source: 'vault', subpath: 'later', exists: false }],
          warnings: [expect.stringContaining('later does not exist'), expect.stringContaining('1 of memories')],
          alias_moves: [{ table: 'memories', rows: 1 }],
        },
      },
    });
    expect(test.app.registry.load().get('p05').aliases).toEqual(['five']);
  });

  it('of an unknown project names the near ones', async () => {
    await expect(test.call('update_project', { project: 'p50', description: '' })).rejects.toMatchObject({
      code: 'UNKNOWN_PROJECT',
      details: { near: ['p05'] },
    });
  });

  it('whose preview showed another state of the project is refused', async () => {
    const change = { project: 'p05', description: 'first' };
    const error = (await test.call('update_project', change).catch((thrown: unknown) => thrown)) as {
      details: { digest: string };
    };
    await update({ project: 'p05', aliases: ['five', 'cinq'] });
    await expect(test.call('update_project', { ...change, digest: error.details.digest })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });
});

describe('an archived project', () => {
  it('leaves lists and routing, still answers by name, and comes back', async () => {
    const { setArchived } = await import('../../src/projects/lifecycle.ts');
    await test.register('p05', { aliases: ['interferometer'] });
    test.write('sources/vault/projects/p05/a.md', '# Fringe\n\nThe fringe contrast is 0.83.');
    await test.refresh('p05');
    const find = async (project?: string) =>
      (await test.call<{ hits: object[] }>('search', { query: 'fringe contrast', ...(project ? { project } : {}) }))
        .hits;
    const detect = async () =>
      (await test.call<{ project: string | null }>('detect_project', { prompt: 'the interferometer drifts' })).project;
    expect([await detect(), (await find()).length]).toEqual(['p05', 1]);

    await setArchived(test.app.registry, 'p05', true);
    expect(await test.call('list_projects')).toEqual({ projects: [] });
    expect(await test.call('list_projects', { archived: true })).toMatchObject({
      projects: [{ id: 'p05', archived: true }],
    });
    expect([await detect(), (await find()).length, (await find('Interferometer')).length]).toEqual([null, 0, 1]);

    await setArchived(test.app.registry, 'p05', false);
    expect([await detect(), (await find()).length]).toEqual(['p05', 1]);
    expect(readFileSync(registryFile(), 'utf8')).not.toContain('archived');
  });
});
