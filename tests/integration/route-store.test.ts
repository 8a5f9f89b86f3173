import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentFeatures } from '../../src/projects/route-features.ts';
import { createRouteIndex } from '../../src/projects/route-index.ts';
import { createRouteStore } from '../../src/projects/route-store.ts';
import { migrate } from '../../src/storage/migrate.ts';

let folder: string;
let db: Database.Database;
const open = (): Database.Database => {
  const opened = new Database(join(folder, 'a.db'));
  opened.pragma('journal_mode = WAL');
  opened.pragma('foreign_keys = ON');
  return opened;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atocore-route-'));
  db = open();
  migrate(db);
  const add = db.prepare(
    `INSERT INTO documents (id, project, source, path, title, signal, encoding, sha256, size_bytes, mtime_ms, chunking, ingested_at)
     VALUES (?, 'p', 'vault', ?, 't', 'normal', 'utf-8', '', 0, 0, 'c1', '')`,
  );
  for (let id = 1; id <= 9; id += 1) add.run(id, `${id}.md`);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const PROMPT = 'valve manifold and payslip export';
const valve = documentFeatures(['The valve manifold leaks.']);
const payslip = documentFeatures(['The payslip export failed.', 'payslip']);

describe('stored routing features', () => {
  it('are the index that the same documents give, after any order of writes', () => {
    const change = fc.record({
      id: fc.integer({ min: 1, max: 9 }),
      project: fc.constantFrom('water', 'money'),
      features: fc.constantFrom(valve, payslip, undefined),
      look: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        db.exec('DELETE FROM route_documents');
        const store = createRouteStore(db);
        const wanted = new Map<number, { project: string; features: typeof valve }>();
        for (const { id, project, features, look } of changes) {
          if (features === undefined) {
            store.removeDocument(id);
            wanted.delete(id);
          } else {
            store.replaceDocument(id, project, features);
            wanted.set(id, { project, features });
          }
          if (look) store.current();
        }
        const fresh = createRouteIndex();
        for (const { project, features } of wanted.values()) fresh.add(project, features);
        expect(store.current().score(PROMPT)).toEqual(fresh.score(PROMPT));
        expect(store.current().projects().sort()).toEqual(fresh.projects().sort());
      }),
      { numRuns: 60 },
    );
  });

  it('follow another connection, also when its documents go by cascade', () => {
    const mine = createRouteStore(db);
    const otherDb = open();
    const other = createRouteStore(otherDb);
    expect(mine.current().projects()).toEqual([]);
    other.replaceDocument(1, 'water', valve);
    expect(mine.current().projects()).toEqual(['water']);
    otherDb.prepare('DELETE FROM documents WHERE id = 1').run();
    expect(mine.current().projects()).toEqual([]);
    otherDb.close();
  });

  it('follow a project that is renamed in place', () => {
    const store = createRouteStore(db);
    store.replaceDocument(1, 'alias', valve);
    store.current();
    db.exec("UPDATE route_documents SET project = 'water'");
    expect(store.current().projects()).toEqual(['water']);
  });

  it('forget what was seen inside a transaction that is rolled back', () => {
    const store = createRouteStore(db);
    store.replaceDocument(1, 'water', valve);
    db.exec('BEGIN');
    store.replaceDocument(1, 'water', payslip);
    store.replaceDocument(2, 'money', payslip);
    expect(store.current().projects().sort()).toEqual(['money', 'water']);
    db.exec('ROLLBACK');
    store.replaceDocument(3, 'third', payslip);
    expect(store.current().projects().sort()).toEqual(['third', 'water']);
    const fresh = createRouteIndex();
    fresh.add('water', valve);
    fresh.add('third', payslip);
    expect(store.current().score(PROMPT)).toEqual(fresh.score(PROMPT));
  });

  it('that are damaged are an error by name, and heal when the document is stored again', () => {
    const store = createRouteStore(db);
    store.replaceDocument(1, 'water', valve);
    db.prepare('UPDATE route_documents SET features = ?, stamp = 1').run(Buffer.from([9, 9]));
    expect(() => store.current()).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
    store.replaceDocument(1, 'water', valve);
    expect(store.current().projects()).toEqual(['water']);
  });
});
