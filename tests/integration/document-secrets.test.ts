import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replayReceipt } from '../../src/app/replay-receipt.ts';
import type { Call } from '../../src/operations/operation.ts';
import { resourceViews } from '../../src/operations/resource-views.ts';
import { sql } from '../../src/storage/database.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { secretSamples } from '../unit/capture/secret-samples.ts';

const KEY = secretSamples().find(({ kind }) => kind === 'github')!.secret;
const LINES = Array.from({ length: 50 }, (_, at) => `QmFzZTY0${at}`.padEnd(64, 'aB3d'));
const dashes = '-'.repeat(5);
const BLOCK = `${dashes}BEGIN RSA PRIVATE KEY${dashes}\n${LINES.join('\n')}\n${dashes}END RSA PRIVATE KEY${dashes}`;
const FILE = 'sources/vault/projects/p05/deploy.md';
const TEXT = `---
title: Deploy key ${KEY}
tags: [deploy, ${KEY}]
---

# Deploy

## Runner ${KEY}

The deploy runner of the fringe camera uses the key ${KEY} for each run.

${BLOCK}

The last line of the deploy page.
`;

let home: TestHome;
beforeEach(async () => {
  home = await createTestHome({ embedder: 'bundled' });
  await home.register('p05');
  home.write(FILE, TEXT);
});
afterEach(() => home.close());

const holdsSecret = (text: string) => text.includes(KEY) || LINES.some((line) => text.includes(line));

function filesHoldingSecret(): string[] {
  return readdirSync(join(home.home, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => holdsSecret(readFileSync(path, 'latin1')));
}

async function everythingSaid(): Promise<{ said: string; receipt: string }> {
  const pack = await home.call<{ receipt: string }>('auto_context', {
    prompt: 'which key does the deploy runner of the fringe camera use?',
    ...{ project: 'p05', explain: true },
  });
  const search = await home.call<{ hits: { ref: string }[] }>('search', { query: 'deploy runner key', project: 'p05' });
  expect(search.hits.length).toBeGreaterThan(0);
  const call = { app: home.app, principal: { kind: 'agent', name: 'test', scope: 'read' } } as Call;
  const id = /documents\/(\d+)/.exec(search.hits[0]!.ref)![1]!;
  const views = [
    await resourceViews.documentView(call, id),
    await resourceViews.briefView(call, 'p05'),
    await resourceViews.receiptView(call, pack.receipt),
  ];
  const replay = await replayReceipt(home.app, pack.receipt);
  return { said: JSON.stringify([pack, search, views, replay]), receipt: pack.receipt };
}

test('a key in a document is in no answer, no receipt and no file of the store, and stays on disk (case F15)', async () => {
  await home.refresh('p05');
  const { said } = await everythingSaid();
  expect(holdsSecret(said)).toBe(false);
  expect(said).toContain('[redacted:github]');
  expect(said).toContain('[redacted:private-key]');
  expect(said).toContain('The last line of the deploy page.');
  await home.app.releaseStore();
  expect(filesHoldingSecret()).toEqual([]);
  expect(readFileSync(join(home.home, FILE), 'utf8')).toBe(TEXT);
});

test('lines keep their numbers and a file that stays the same is unchanged', async () => {
  await home.refresh('p05');
  const [last] = await home.app.withStore(
    async ({ db }) => sql(db, 'SELECT end_line FROM chunks ORDER BY ordinal DESC').all() as { end_line: number }[],
  );
  expect(last!.end_line).toBe(TEXT.trimEnd().split('\n').length);
  expect(await home.refresh('p05')).toMatchObject({ status: 'unchanged' });
});

test('what was stored before is redacted at the next refresh; other chunks keep their vectors', async () => {
  home.write('sources/vault/projects/p05/plain.md', '# Plain\n\nThe baffle is black.\n');
  await home.refresh('p05');
  const rows = () =>
    home.app.withStore(
      async ({ db }) =>
        sql(db, 'SELECT c.id, c.text, c.embedded_as FROM chunks c ORDER BY c.id').all() as {
          id: number;
          text: string;
          embedded_as: string | null;
        }[],
    );
  const before = await rows();
  // As an AtoCore left them that kept documents as they are.
  await home.app.withStore((store) =>
    store.write(() => {
      sql(store.db, 'UPDATE chunks SET text = replace(text, ?, ?)').run('[redacted:github]', KEY);
      sql(store.db, `UPDATE documents SET chunking = 'c1'`).run();
    }),
  );
  expect((await rows()).some(({ text }) => text.includes(KEY))).toBe(true);
  await home.refresh('p05');
  const after = await rows();
  expect(after.some(({ text }) => text.includes(KEY))).toBe(false);
  const plain = ({ text }: { text: string }) => text.includes('baffle');
  expect(after.find(plain)).toEqual(before.find(plain));
  expect(after.find(plain)!.embedded_as).not.toBeNull();
});
