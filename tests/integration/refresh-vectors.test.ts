import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refreshAndIndex } from '../../src/app/refresh.ts';
import { measureDrift } from '../../src/search/vector-index.ts';
import { sql } from '../../src/storage/database.ts';
import { takeLock } from '../../src/storage/store-lock.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let test: TestHome;
beforeEach(async () => {
  test = await createTestHome({ embedder: 'bundled' });
  await test.register('p05', { aliases: ['Null Test'] });
});
afterEach(() => test.close());

type Row = Record<string, unknown>;
const rows = (text: string, ...values: unknown[]) =>
  test.app.withStore(async ({ db }) => sql(db, text).all(...values) as Row[]);
const put = (path: string, content: string) => test.write(`sources/vault/projects/p05/${path}`, content);
const drift = () => test.app.withStore((store) => measureDrift(store));
const EXACT = { pending: 0, orphans: 0, missing: 0 };
const status = () => test.call<{ vectors: { rows: number; pending: number; drift: number } }>('status');

describe('vectors', () => {
  it('of chunks that an edit did not touch are kept, and only the others are embedded', async () => {
    const section = (name: string, how: string) =>
      `## ${name}\n\n${`The ${name} is described ${how} here. `.repeat(20)}\n\n`;
    const names = ['Mirror', 'Mount', 'Motor', 'Baffle'];
    put('a.md', `# Plan\n\n${names.map((name) => section(name, 'at length')).join('')}`);
    await test.refresh('p05');
    const before = await rows('SELECT id FROM chunks ORDER BY id');
    put(
      'a.md',
      `# Plan\n\n${names.map((name) => section(name, name === 'Motor' ? 'in short' : 'at length')).join('')}`,
    );
    const { embedder } = await test.app.withStore(async (store) => store);
    const embedded: string[] = [];
    const embed = embedder!.embed;
    embedder!.embed = (texts, options) => {
      embedded.push(...texts);
      return embed(texts, options);
    };
    const report = await test.refresh('p05');
    expect(report.vectors).toBe(report.chunks);
    expect(embedded.every((text) => text.includes('Motor'))).toBe(true);
    expect(embedded.length).toBeLessThan(before.length);
    const kept = (await rows('SELECT id FROM chunks')).filter(({ id }) => before.some((known) => known['id'] === id));
    expect(kept.length + embedded.length).toBe(report.chunks);
    expect(await drift()).toEqual({ rows: report.chunks, ...EXACT });
  });

  it('stay when a document moves, and go when it vanishes (case C44)', async () => {
    put('a.md', '# Alpha\n\nThe albedo is high.');
    put('b.md', '# Beta\n\nThe baffle is black.');
    await test.refresh('p05');
    const ids = () => test.app.withStore(async ({ vectors }) => (await vectors!.ids()).sort());
    const before = await ids();
    expect(before).toHaveLength(2);
    rmSync(join(test.vault, 'projects/p05/a.md'));
    put('deep/a.md', '# Alpha\n\nThe albedo is high.');
    await test.refresh('p05');
    expect(await ids()).toEqual(before);
    rmSync(join(test.vault, 'projects/p05/b.md'));
    await test.refresh('p05');
    expect(await ids()).toHaveLength(1);
    expect(await drift()).toEqual({ rows: 1, ...EXACT });
    expect(await rows('SELECT * FROM vector_removals')).toEqual([]);
  });

  it('without a chunk are dropped from results and counted as drift (case C16)', async () => {
    put('a.md', '# Alpha\n\nThe albedo of the mirror is high.');
    await test.refresh('p05');
    const query = 'albedo of the mirror';
    const before = await test.call<{ hits: object[] }>('search', { query, project: 'p05' });
    await test.app.withStore(async ({ vectors, embedder }) => {
      const [vector] = await embedder!.embed([query]);
      await vectors!.upsert([{ id: 9_999, project: 'p05', vector: vector! }]);
    });
    const after = await test.call<{ hits: { ref: string }[]; degraded: object[] }>('search', {
      query,
      project: 'null TEST',
    });
    expect(after.hits.map((hit) => hit.ref)).toEqual((before.hits as { ref: string }[]).map((hit) => hit.ref));
    expect((await status()).vectors).toMatchObject({ rows: 2, drift: 1 });
    expect(await drift()).toEqual({ rows: 2, pending: 0, orphans: 1, missing: 0 });
  });

  it('find nothing of another project in a scoped search, by id or alias, even when they are nearer (case C08)', async () => {
    await test.register('p06');
    const words = 'The albedo of the mirror is high';
    put('a.md', 'Something else altogether about payroll.');
    for (let at = 0; at < 30; at += 1) test.write(`sources/vault/projects/p06/${at}.md`, `${words}, says note ${at}.`);
    for (const id of ['p05', 'p06']) await test.refresh(id);
    for (const project of ['p05', 'NULL test']) {
      const { hits } = await test.call<{ hits: { project: string }[] }>('search', { query: words, project });
      expect(hits.map((hit) => hit.project)).toEqual(['p05']);
    }
  });

  it('of many chunks fill in behind in a process that lives long', async () => {
    await test.close();
    test = await createTestHome({ embedder: 'bundled', longLived: true });
    await test.register('p05');
    await test.app.indexBehind();
    for (let at = 0; at < 80; at += 1) put(`${at}.md`, `# Note ${at}\n\nThe albedo of mirror ${at} is high.`);
    const report = await test.refresh('p05');
    expect(report).toMatchObject({ chunks: 80 });
    // Nobody asked for this: it only waits for what the refresh has set going.
    const watched = Promise.withResolvers<void>();
    const look = async () => {
      const [row] = await rows('SELECT count(*) AS n FROM chunks WHERE embedded_as IS NULL');
      if (row!['n'] === 0) watched.resolve();
      else setImmediate(look);
    };
    void look();
    await watched.promise;
    expect(await drift()).toEqual({ rows: 80, ...EXACT });
  });
});

describe('two refreshes of one project', () => {
  it('wait for each other, and the second says LOCKED when the first takes too long', async () => {
    put('a.md', 'The albedo is high.');
    const project = test.app.registry.load().get('p05');
    const lock = await takeLock(test.app.lockFolder, 'refresh-p05', 'exclusive', 0);
    const waiting = refreshAndIndex(test.app, project);
    const other = refreshAndIndex(test.app, { ...project, id: 'p06', ingest_roots: [] });
    await other;
    lock.release();
    expect(await waiting).toMatchObject({ documents: { added: 1 } });

    const held = await takeLock(test.app.lockFolder, 'refresh-p05', 'exclusive', 0);
    try {
      await expect(test.refresh('p05')).rejects.toMatchObject({ code: 'LOCKED', details: { lock: 'refresh-p05' } });
    } finally {
      held.release();
    }
  });

  it('from two processes, twenty times: no error, no duplicate chunk, no lost one', async () => {
    put('shared.md', '# Shared\n\nBoth processes read this one.');
    await test.refresh('p05');
    const child = new URL('../support/refresh-child.ts', import.meta.url).pathname;
    const outputs = await Promise.all(
      ['left', 'right'].map((name) => promisify(execFile)(process.execPath, [child, name, '20'], { env: test.env })),
    );
    for (const { stdout, stderr } of outputs) {
      expect(stderr).toBe('');
      const reports = JSON.parse(stdout) as { status: string; failed: object[] }[];
      expect(reports).toHaveLength(20);
      // A file that the other process was just writing may be named; it is read by the next refresh.
      for (const report of reports) expect(['ingested', 'unchanged', 'partial']).toContain(report.status);
      expect(reports.at(-1)!.failed).toEqual([]);
    }
    await test.refresh('p05');
    await test.app.indexBehind();
    const texts = (await rows('SELECT text FROM chunks')).map((row) => String(row['text']));
    for (const name of ['left', 'right']) {
      expect(texts.filter((text) => text.includes(`Round 19 of ${name} `))).toHaveLength(1);
      for (let round = 0; round < 20; round += 1)
        expect(texts.filter((text) => text.includes(`${name} saw fringe ${round} move`)).length).toBeGreaterThan(0);
    }
    expect(await rows('SELECT path, count(*) AS n FROM documents GROUP BY source, path HAVING n > 1')).toEqual([]);
    const [counted] = await rows(
      'SELECT (SELECT count(*) FROM chunks) AS chunks, (SELECT count(*) FROM documents) AS documents',
    );
    expect(counted!['documents']).toBe(5);
    const fresh = await createTestHome({ embedder: 'bundled' });
    try {
      // The same tree read once, from nothing, has the same chunks.
      await fresh.register('p05');
      cpSync(join(test.vault, 'projects/p05'), join(fresh.vault, 'projects/p05'), { recursive: true });
      await fresh.refresh('p05');
      const expected = await fresh.app.withStore(async ({ db }) => sql(db, 'SELECT text FROM chunks').all() as Row[]);
      expect([...texts].sort()).toEqual(expected.map((row) => String(row['text'])).sort());
    } finally {
      await fresh.close();
    }
    expect(await drift()).toEqual({ rows: counted!['chunks'], ...EXACT });
  }, 120_000);
});
