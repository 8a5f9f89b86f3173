import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getOperation } from '../../src/operations/index.ts';
import { invoke } from '../../src/operations/invoke.ts';
import { sql } from '../../src/storage/database.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let test: TestHome;
beforeEach(async () => {
  test = await createTestHome();
  await test.register('p05', { root: 'vault:p05' });
});
afterEach(() => test.close());

type Row = Record<string, unknown>;
const rows = (text: string, ...values: unknown[]) =>
  test.app.withStore(async ({ db }) => sql(db, text).all(...values) as Row[]);
const chunkIds = () => rows('SELECT c.id, c.text FROM chunks c ORDER BY c.id');
const put = (path: string, content: string | Buffer) => test.write(`sources/vault/${path}`, content);
const old = (path: string, seconds = 1_700_000_000) => {
  utimesSync(join(test.vault, path), seconds, seconds);
};
const find = async (query: string) =>
  (await test.call<{ hits: { path: string; snippet: string }[] }>('search', { query, project: 'p05' })).hits;
const registerRoots = async (...subpaths: string[]) => {
  const change = { project: 'p05', ingest_roots: subpaths.map((subpath) => ({ source: 'vault', subpath })) };
  const refused = (await test.call('update_project', change).catch((error: unknown) => error)) as { details: Row };
  await test.call('update_project', { ...change, digest: refused.details['digest'] });
};

describe('a refresh', () => {
  it('tells what was added, changed, unchanged and removed, and search follows', async () => {
    put('p05/a.md', '# Alpha\n\nThe albedo is high.');
    put('p05/b.md', '# Beta\n\nThe baffle is black.');
    expect(await test.refresh('p05')).toMatchObject({
      status: 'ingested',
      roots_ingested: ['vault:p05'],
      roots_skipped: [],
      documents: { added: 2, changed: 0, unchanged: 0, removed: 0, failed: [] },
      chunks: 2,
    });
    expect(await test.refresh('p05')).toMatchObject({ status: 'unchanged', documents: { added: 0, unchanged: 2 } });
    put('p05/a.md', '# Alpha\n\nThe albedo is low and grey.');
    rmSync(join(test.vault, 'p05/b.md'));
    expect(await test.refresh('p05')).toMatchObject({
      status: 'ingested',
      documents: { added: 0, changed: 1, unchanged: 0, removed: 1 },
    });
    expect((await find('albedo grey'))[0]).toMatchObject({ path: 'vault:p05/a.md' });
    expect(await find('baffle')).toEqual([]);
  });

  it('purges what vanished from rows, both full-text indexes and the routing index (case C44)', async () => {
    put('p05/a.md', '# Alpha\n\nThe albedo is high.');
    put('p05/b.md', '# Beta\n\nThe baffle is black.');
    await test.refresh('p05');
    rmSync(join(test.vault, 'p05/b.md'));
    await test.refresh('p05');
    const words = `SELECT rowid FROM %s WHERE %s MATCH 'baffle'`;
    for (const table of ['chunks_fts', 'documents_fts'])
      expect(await rows(words.replaceAll('%s', table)), table).toEqual([]);
    for (const table of ['documents', 'chunks', 'route_documents'])
      expect(await rows(`SELECT count(*) AS n FROM ${table}`), table).toEqual([{ n: 1 }]);
  });

  it('does not read a file again whose size and time are the same, unless it is a full one', async () => {
    const path = put('p05/a.md', '# Alpha\n\nThe albedo is high.');
    old('p05/a.md');
    await test.refresh('p05');
    // Other words of the same length at the same time: only one who reads the file can know.
    writeFileSync(path, '# Alpha\n\nThe baffle is high.');
    old('p05/a.md');
    expect(await test.refresh('p05')).toMatchObject({ status: 'unchanged' });
    expect(await find('baffle')).toEqual([]);
    expect((await test.refresh('p05', true)).documents.changed).toBe(1);
    expect(await find('baffle')).toHaveLength(1);
  });

  it('reads a file again that was written a moment before it was read: a second write may have the same time', async () => {
    const path = put('p05/a.md', '# Alpha\n\nThe albedo is high.');
    const now = Math.floor(Date.now() / 1_000);
    old('p05/a.md', now);
    await test.refresh('p05');
    writeFileSync(path, '# Alpha\n\nThe baffle is high.');
    old('p05/a.md', now);
    await test.refresh('p05');
    expect(await find('baffle')).toHaveLength(1);
  });

  it('keeps chunks and their ids when a document moves between roots, also one of several with the same content', async () => {
    await registerRoots('p05', 'archive');
    mkdirSync(join(test.vault, 'archive'));
    put('p05/a.md', '---\ntitle: Alpha\n---\n\nThe albedo is high.');
    put('p05/b.md', '---\ntitle: Alpha\n---\n\nThe albedo is high.');
    await test.refresh('p05');
    const before = await chunkIds();
    for (const name of ['a', 'b'])
      renameSync(join(test.vault, `p05/${name}.md`), join(test.vault, `archive/moved-${name}.md`));
    expect((await test.refresh('p05')).documents).toMatchObject({ added: 0, changed: 2, removed: 0 });
    expect(await chunkIds()).toEqual(before);
    expect(await rows('SELECT path, signal FROM documents ORDER BY path')).toEqual([
      { path: 'archive/moved-a.md', signal: 'low' },
      { path: 'archive/moved-b.md', signal: 'low' },
    ]);
    const byPath = (word: string) => rows('SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?', word);
    expect([(await byPath('moved')).length, (await byPath('p05')).length]).toEqual([2, 0]);
  });

  it('keeps the ids of chunks that an edit did not touch', async () => {
    const section = (name: string) => `## ${name}\n\n${`The ${name} is described at length here. `.repeat(20)}\n\n`;
    put('p05/a.md', `# Plan\n\n${['Mirror', 'Mount', 'Motor'].map(section).join('')}`);
    await test.refresh('p05');
    const before = await chunkIds();
    put(
      'p05/a.md',
      `# Plan\n\n${section('Mirror')}${section('Mount').replace('at length', 'in short')}${section('Motor')}`,
    );
    await test.refresh('p05');
    const kept = (await chunkIds()).filter((chunk) => before.some((known) => known['id'] === chunk['id']));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(before.length);
    for (const chunk of kept) expect(before).toContainEqual(chunk);
    expect(await rows('SELECT ordinal FROM chunks ORDER BY ordinal')).toEqual(
      before.map((_, ordinal) => ({ ordinal })),
    );
  });

  it('leaves staged documents of another project alone, whatever root lies around them (case C08)', async () => {
    await test.register('p06', { root: 'drive:p06' });
    await test.call('stage_document', { project: 'p06', name: 'call.md', content: 'The vendor call was short.' });
    await registerRoots('.');
    put('p05/a.md', 'Mine.');
    expect(await test.refresh('p05')).toMatchObject({ status: 'ingested', documents: { added: 1, failed: [] } });
    expect(await rows('SELECT project, path FROM documents ORDER BY project')).toEqual([
      { project: 'p05', path: 'p05/a.md' },
      { project: 'p06', path: 'incoming/projects/p06/call.md' },
    ]);
  });
});

describe('missing roots (case C42)', () => {
  beforeEach(async () => {
    // Written by hand, with a form that the program itself would not write.
    writeFileSync(
      test.app.registry.path,
      JSON.stringify({
        projects: [
          { id: 'p05', ingest_roots: ['p05/', './more//notes'].map((subpath) => ({ source: 'vault', subpath })) },
        ],
      }),
    );
    put('p05/a.md', 'The albedo is high.');
    put('more/notes/b.md', 'The baffle is black.');
    expect(await test.refresh('p05')).toMatchObject({ documents: { added: 2 } });
  });

  it('all of them: nothing to ingest, and nothing is purged', async () => {
    for (const folder of ['p05', 'more']) rmSync(join(test.vault, folder), { recursive: true });
    const report = await test.refresh('p05');
    expect(report).toMatchObject({
      status: 'nothing_to_ingest',
      roots_ingested: [],
      documents: { removed: 0 },
      chunks: 2,
    });
    expect(report.roots_skipped.map((skip) => skip.root)).toEqual(['vault:p05', 'vault:more/notes']);
    expect(await find('albedo')).toHaveLength(1);
  });

  it.each([
    ['p05', 'albedo', 'baffle'],
    ['more', 'baffle', 'albedo'],
  ])('one of them (%s): partial, and only the others are followed', async (folder, kept, purged) => {
    rmSync(join(test.vault, folder), { recursive: true });
    rmSync(join(test.vault, folder === 'p05' ? 'more/notes/b.md' : 'p05/a.md'));
    expect(await test.refresh('p05')).toMatchObject({ status: 'partial', documents: { removed: 1 } });
    expect([(await find(kept)).length, (await find(purged)).length]).toEqual([1, 0]);
  });

  it('a root that became a file or a link out of its source is skipped by name', async () => {
    for (const folder of ['p05', 'more']) rmSync(join(test.vault, folder), { recursive: true });
    put('p05', 'a file now');
    symlinkSync(test.home, join(test.vault, 'more'));
    mkdirSync(join(test.home, 'notes'));
    const report = await test.refresh('p05');
    expect(report).toMatchObject({ status: 'nothing_to_ingest', documents: { removed: 0 }, chunks: 2 });
    expect(report.roots_skipped).toEqual([
      { root: 'vault:p05', reason: 'it is not a folder' },
      { root: 'vault:more/notes', reason: expect.stringContaining('symbolic link') },
    ]);
  });
});

describe('files', () => {
  it('in every encoding that people use are read (case C44)', async () => {
    const text = 'Größe und Fußnote';
    put('p05/utf8.md', text);
    put('p05/bom.md', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]));
    put('p05/latin1.txt', Buffer.from(text, 'latin1'));
    put('p05/windows.txt', Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from([0x20, 0x93, 0x80, 0x94])]));
    expect(await test.refresh('p05')).toMatchObject({ status: 'ingested', documents: { added: 4, failed: [] } });
    expect(await rows('SELECT path, encoding FROM documents ORDER BY path')).toEqual([
      { path: 'p05/bom.md', encoding: 'utf-8-bom' },
      { path: 'p05/latin1.txt', encoding: 'latin-1' },
      { path: 'p05/utf8.md', encoding: 'utf-8' },
      { path: 'p05/windows.txt', encoding: 'windows-1252' },
    ]);
    expect((await find('Fußnote')).length).toBe(4);
    expect(await rows(`SELECT text FROM chunks WHERE text LIKE '%€%'`)).toEqual([{ text: `${text} “€”` }]);
  });

  it('that cannot be documents are named failures, and the rest is ingested (case F11)', async () => {
    put('p05/good.md', 'The albedo is high.');
    put('p05/binary.md', Buffer.from([0, 1, 2, 3, 0, 255]));
    truncateSync(put('p05/huge.md', ''), 50 * 1024 * 1024);
    symlinkSync('nowhere.md', join(test.vault, 'p05', 'dangling.md'));
    symlinkSync(put('outside.md', 'secret'), join(test.vault, 'p05', 'link.md'));
    execFileSync('mkfifo', [join(test.vault, 'p05', 'pipe.md')]);
    put('p05/front.md', '---\ntitle: [unclosed\n---\n\nThe baffle is black.');
    const report = await test.refresh('p05');
    expect(report).toMatchObject({ status: 'partial', documents: { added: 2 } });
    const failed = Object.fromEntries(report.documents.failed.map(({ path, error }) => [path, error]));
    expect(failed).toEqual({
      'vault:p05/binary.md': 'binary',
      'vault:p05/huge.md': expect.stringContaining('larger than'),
      'vault:p05/dangling.md': expect.stringContaining('nowhere'),
      'vault:p05/link.md': expect.stringContaining('leaves the root'),
      'vault:p05/pipe.md': expect.any(String),
    });
    expect(await find('baffle')).toHaveLength(1);
    expect(await rows(`SELECT warning FROM documents WHERE path = 'p05/front.md'`)).toEqual([
      { warning: expect.stringContaining('front matter does not parse') },
    ]);
  });

  it('that may not be read are named, and what was stored of them stays', async () => {
    put('p05/open.md', 'The albedo is high.');
    const closed = put('p05/closed.md', 'The baffle is black.');
    await test.refresh('p05');
    writeFileSync(closed, 'The baffle is white.');
    execFileSync('chmod', ['000', closed]);
    // Root reads everything, so it steps down for one refresh.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot)
      for (const path of readdirSync(test.home, { recursive: true }))
        chownSync(join(test.home, String(path)), 65_534, 65_534);
    if (isRoot) chownSync(test.home, 65_534, 65_534);
    if (isRoot) chownSync(closed, 0, 0);
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(await test.refresh('p05')).toMatchObject({
        status: 'partial',
        documents: {
          unchanged: 1,
          failed: [{ path: 'vault:p05/closed.md', error: expect.stringContaining('permission') }],
        },
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(await find('baffle black')).toHaveLength(1);
  });

  it('that change while they are read are stored whole or named, never half', async () => {
    const path = put('p05/busy.md', 'a'.repeat(1_000));
    const writer = new Worker(
      `const { writeFileSync } = require('node:fs');
       const { parentPort, workerData } = require('node:worker_threads');
       let stop = false;
       parentPort.on('message', () => { stop = true; });
       const texts = ['a', 'b'].map((letter) => (letter.repeat(59) + '\\n').repeat(600));
       let round = 0;
       (function write() { writeFileSync(workerData, texts[round++ % 2], { flag: 'r+' }); stop ? parentPort.close() : setImmediate(write); })();
       parentPort.postMessage('ready');`,
      { eval: true, workerData: path },
    );
    await new Promise((ready) => writer.once('message', ready));
    const ended = new Promise((done) => writer.once('exit', done));
    try {
      for (let round = 0; round < 6; round += 1) {
        const { documents } = await test.refresh('p05', true);
        for (const failure of documents.failed)
          expect(failure).toEqual({ path: 'vault:p05/busy.md', error: 'the file changed while it was read' });
        const letters = await rows(
          `SELECT sum(text LIKE '%aaa%') AS a, sum(text LIKE '%bbb%') AS b FROM chunks HAVING count(*) > 0`,
        );
        for (const { a, b } of letters) expect(Math.min(Number(a), Number(b))).toBe(0);
      }
    } finally {
      writer.postMessage('stop');
      await ended;
    }
    expect(await test.refresh('p05', true)).toMatchObject({ documents: { failed: [] } });
  });
});

describe('a cancelled refresh', () => {
  it('is INTERRUPTED, keeps what it stored, and the next one goes on', async () => {
    for (let at = 0; at < 400; at += 1) put(`p05/${at}.md`, `# Note ${at}\n\n${'Some words to read. '.repeat(40)}`);
    const cancel = new AbortController();
    const call = {
      app: test.app,
      principal: { kind: 'person', name: 'ada', scope: 'admin' } as const,
      signal: cancel.signal,
      progress: () => cancel.abort(),
    };
    await expect(invoke(getOperation('refresh_project'), call, { project: 'p05' })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    const [stored] = (await rows('SELECT count(*) AS n FROM documents')) as { n: number }[];
    expect(stored!.n).toBeGreaterThan(0);
    expect(stored!.n).toBeLessThan(400);
    expect(await test.refresh('p05')).toMatchObject({ documents: { added: 400 - stored!.n, unchanged: stored!.n } });
    const aborted = { ...call, signal: AbortSignal.abort() };
    await expect(invoke(getOperation('refresh_project'), aborted, { project: 'p05' })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});

describe('a staged document', () => {
  const stage = (input: object) =>
    test.call<{ path: string; document: Row }>('stage_document', {
      project: 'P05',
      content: 'The call was short.',
      ...input,
    });

  it('lies in the incoming folder of its project and is found', async () => {
    expect(await stage({ name: 'call.md', label: 'Vendor: "call"' })).toMatchObject({
      path: 'vault/incoming/projects/p05/call.md',
      document: { title: 'Vendor: "call"', chunks: 1 },
    });
    await expect(stage({ name: 'call.md' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(
      await stage({ name: 'call.md', content: '---\n\nA rule first.', label: 'Kept', overwrite: true }),
    ).toMatchObject({
      document: { title: 'Kept' },
    });
    expect(await find('rule')).toHaveLength(1);
  });

  it.each([
    '../up.md',
    'a/b.md',
    '/etc/a.md',
    '.hidden.md',
    'a.exe',
    'a\u0000.md',
    'a\\b.md',
    `${'ü'.repeat(150)}.md`,
    'a..b.md',
  ])('never has the name %j', async (name) => {
    await expect(stage({ name })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('never leaves the vault through a link, not even to make a folder', async () => {
    mkdirSync(join(test.home, 'outside'));
    symlinkSync(join(test.home, 'outside'), join(test.vault, 'incoming'));
    await expect(stage({ name: 'call.md' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(readdirSync(join(test.home, 'outside'))).toEqual([]);
  });

  it('must be text', async () => {
    await expect(stage({ name: 'a.md', content: 'a\u0000b' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
