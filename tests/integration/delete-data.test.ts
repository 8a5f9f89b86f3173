import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addMemory } from '../../src/app/add-memory.ts';
import type { Captured } from '../../src/app/capture-interaction.ts';
import type { DeletedData } from '../../src/app/delete-data.ts';
import { pruneTurns } from '../../src/app/interactions.ts';
import { runUpkeep } from '../../src/app/upkeep.ts';
import { openReadOnly, sql } from '../../src/storage/database.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

let home: TestHome;
afterEach(() => home.close());

const ACT = { actor: 'person:ada', reason: 'test', at: '2026-03-02T12:00:00.000Z' };
const erase = (...refs: string[]) =>
  home.call<DeletedData>('delete_data', { refs, reason: 'the vendor asked for it', confirm: true });
const capture = async (prompt: string, turn_id = 't') =>
  (
    await home.call<Captured>('capture_interaction', {
      client: 'c',
      session_id: 's',
      turn_id,
      prompt,
      response: 'Noted.',
    })
  ).interaction!.id;
const rows = (text: string, ...values: unknown[]) =>
  home.app.withStore(async ({ db }) => sql(db, text).all(...values) as Record<string, unknown>[]);

/** Every file below data/ and logs/ that holds the text, in any letter case. */
function holders(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): string[] {
  const wanted = Buffer.from(text, encoding).toString('latin1').toLowerCase();
  return ['data', 'logs'].flatMap((folder) => {
    const top = join(home.home, folder);
    if (!existsSync(top)) return [];
    return (readdirSync(top, { recursive: true }) as string[])
      .map((name) => join(top, name))
      .filter((path) => statSync(path).isFile())
      .filter((path) => readFileSync(path).toString('latin1').toLowerCase().includes(wanted));
  });
}

describe('what a person has erased is in no file of the database any more (case F13)', () => {
  beforeEach(async () => {
    home = await createTestHome();
    await home.register('p05');
  });

  test('an interaction, with the prompt in receipts and the candidates that nobody accepted', async () => {
    const id = await capture('The quaxolite blanks cost 4711 crowns at the Vrebnik yard.');
    await capture('The lamp is green.', 'other');
    await home.call('auto_context', { prompt: 'The quaxolite blanks cost 4711 crowns at the Vrebnik yard.' });
    const from = { interaction: id, quote: 'The quaxolite blanks cost 4711 crowns' };
    const candidate = { content: 'The quaxolite blanks cost 4711 crowns.', type: 'project', provenance: from } as const;
    await addMemory(home.app, candidate, { byPerson: false, act: ACT, evidence: { quote: from.quote } });
    expect(holders('quaxolite')).not.toEqual([]);

    const answer = await erase(`atocore://interactions/${id}`);
    expect(answer).toEqual({
      counts: { interactions: 1, memories: 1, documents: 0, chunks: 0, vectors: 0, review_items: 1, receipts: 1 },
      kept: [],
      scrubbed: true,
    });
    for (const word of ['quaxolite', 'vrebnik', '4711']) expect(holders(word), word).toEqual([]);
    expect(holders('The lamp is green.')).not.toEqual([]);
    expect(await rows('SELECT prompt FROM interactions')).toEqual([{ prompt: 'The lamp is green.' }]);
  });

  test('an interaction that is delivered again stays out', async () => {
    const id = await capture('The quaxolite blanks are dear.');
    await erase(id);
    const again = { client: 'c', session_id: 's', turn_id: 't', prompt: 'The quaxolite blanks are dear.' };
    expect(await home.call<Captured>('capture_interaction', again)).toMatchObject({ skipped: 'erased' });
  });

  test('a memory that came of it and was accepted stays, without its quote, and is named', async () => {
    const id = await capture('The quaxolite blanks are dear, by all means.');
    const provenance = { interaction: id, quote: 'The quaxolite blanks are dear' };
    const { memory, review_item } = await addMemory(
      home.app,
      { content: 'Blanks are bought late in the year.', type: 'project', provenance },
      { byPerson: false, act: ACT, evidence: { quote: provenance.quote } },
    );
    await home.call('resolve_review', { item: review_item, decision: 'accept' });
    const { kept } = await erase(id);
    expect(kept).toMatchObject([{ ref: `atocore://memories/${memory.id}` }]);
    expect(holders('quaxolite')).toEqual([]);
    expect(await rows('SELECT status FROM memories')).toEqual([{ status: 'active' }]);
  });

  test('a memory, with its history, its place in packs and the item that asked about it', async () => {
    const add = async (content: string) =>
      (await home.call<{ memory: { id: string } }>('add_memory', { content, type: 'knowledge' })).memory.id;
    const id = await add('The zephyrine grid of the quaxolite oven is 12 mm wide.');
    const other = await add('The fringe lamp is green.');
    await home.call('revise_memory', {
      id,
      action: 'supersede',
      content: 'The oven is gone.',
      reason: 'quaxolite sold',
    });
    await home.call('auto_context', { prompt: 'fringe lamp' });
    const { counts } = await erase(id);
    expect(counts).toMatchObject({ memories: 1 });
    for (const word of ['quaxolite', 'zephyrine']) expect(holders(word), word).toEqual([]);
    const left = await home.call<{ memories: { content: string }[] }>('list_memories', { status: 'active' });
    expect(left.memories.map(({ content }) => content).sort()).toEqual([
      'The fringe lamp is green.',
      'The oven is gone.',
    ]);
    expect((await home.call<{ memories: unknown[] }>('list_memories', { query: 'zephyrine grid' })).memories).toEqual(
      [],
    );
    expect((await home.call<{ memories: unknown[] }>('list_memories', { query: 'fringe lamp' })).memories).toHaveLength(
      1,
    );
    expect(
      await rows(
        `SELECT action, actor, reason FROM history WHERE subject = ? ORDER BY id DESC LIMIT 1`,
        `memory:${id}`,
      ),
    ).toEqual([{ action: 'erased', actor: 'person:ada', reason: 'the vendor asked for it' }]);
    expect(other).toBeTruthy();
  });

  test('also from a log that another process was reading, with the next upkeep', async () => {
    const id = await capture('The quaxolite blanks are dear.');
    const reader = openReadOnly(home.app.config.db_path);
    const held = reader.prepare('SELECT prompt FROM interactions').iterate();
    held.next();
    const app = { ...home.app, config: { ...home.app.config, busy_timeout_ms: 50 } };
    const { deleteData } = await import('../../src/app/delete-data.ts');
    const answer = await deleteData(app, [id], ACT);
    expect(answer).toMatchObject({ scrubbed: false, kept: [{ ref: 'database' }] });
    const status = await home.call<{ degraded: { component: string }[] }>('status');
    expect(status.degraded).toContainEqual(expect.objectContaining({ component: 'erasure' }));
    held.return?.();
    reader.close();
    await runUpkeep(home.app, { force: true });
    expect(holders('quaxolite')).toEqual([]);
    const after = await home.call<{ degraded: { component: string }[] }>('status');
    expect(after.degraded.filter(({ component }) => component === 'erasure')).toEqual([]);
  });

  test('turns before a day, by pruning', async () => {
    const at = (turn_id: string, prompt: string, recorded_at: string) =>
      home.call('capture_interaction', { client: 'c', session_id: 's', turn_id, prompt, recorded_at });
    await at('1', 'The quaxolite is old.', '2026-01-01T23:30:00-02:00');
    await at('2', 'The fringe is new.', '2026-01-02T02:00:00Z');
    expect(await pruneTurns(home.app, { before: '2026-01-02T01:30:00.000Z' }, ACT)).toMatchObject({ removed: 0 });
    expect(await pruneTurns(home.app, { before: '2026-01-02T01:30:00.001Z' }, ACT)).toMatchObject({
      removed: 1,
      scrubbed: true,
    });
    expect(holders('quaxolite')).toEqual([]);
    expect(await rows('SELECT prompt FROM interactions')).toEqual([{ prompt: 'The fringe is new.' }]);
  });

  test('a staged document with its file, and no refresh brings a file back that is left', async () => {
    const text = '# Offer\n\nThe quaxolite blanks cost 4711 crowns.\n';
    home.write('sources/vault/projects/p05/offer.md', text);
    home.write('sources/vault/projects/p05/lamp.md', '# Lamp\n\nThe lamp is green.\n');
    await home.call('stage_document', { project: 'p05', name: 'call.md', content: 'The zephyrine call of May.' });
    await home.refresh('p05');
    const { kept, counts } = await erase('vault:projects/p05/offer.md', 'vault:incoming/projects/p05/call.md');
    expect(counts).toMatchObject({ documents: 2, chunks: 2 });
    expect(kept.map(({ ref }) => ref)).toEqual(['vault:projects/p05/offer.md']);
    expect(existsSync(join(home.vault, 'incoming/projects/p05/call.md'))).toBe(false);
    expect(existsSync(join(home.vault, 'projects/p05/offer.md'))).toBe(true);
    for (const word of ['quaxolite', 'zephyrine']) expect(holders(word), word).toEqual([]);

    home.write('sources/vault/projects/p05/copy-of-offer.md', text);
    await home.refresh('p05', true);
    expect(await rows('SELECT path FROM documents')).toEqual([{ path: 'projects/p05/lamp.md' }]);
    home.write('sources/vault/projects/p05/offer.md', '# Offer\n\nThe blanks have a price.\n');
    expect(await home.refresh('p05')).toMatchObject({ status: 'ingested', documents: { added: 1 } });
  });

  test('is an error when nothing has one of the references; then nothing goes', async () => {
    const id = await capture('The quaxolite blanks are dear.');
    for (const ref of ['int_none', 'mem_none', 'vault:none.md', 'atocore://documents/99'])
      await expect(erase(id, ref), ref).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const ref of ['p05', 'atocore://projects/p05/state#fact/x', ''])
      await expect(erase(id, ref), ref).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await rows('SELECT id FROM interactions')).toEqual([{ id }]);
    await erase(id);
    await expect(erase(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('needs a person and a confirmation', async () => {
    const id = await capture('The quaxolite blanks are dear.');
    const input = { refs: [id], reason: 'because' };
    await expect(home.call('delete_data', { ...input, confirm: true }, 'agent')).rejects.toMatchObject({
      code: 'NEEDS_PERSON',
      details: { command: `atocore delete ${id} --reason because --confirm` },
    });
    await expect(
      home.call('delete_data', { ...input, refs: ['int_none'], confirm: true }, 'agent'),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(home.call('delete_data', input)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await rows('SELECT id FROM interactions')).toEqual([{ id }]);
  });
});

describe('vectors of an erased document', () => {
  beforeEach(async () => {
    home = await createTestHome({ embedder: 'bundled' });
    await home.register('p05');
  });

  test('are in no file of the vector store, which keeps all others', async () => {
    for (let at = 0; at < 30; at += 1)
      home.write(
        `sources/vault/projects/p05/n${at}.md`,
        `# Note ${at}\n\nThe lamp number ${at} is green and cooled.\n`,
      );
    home.write('sources/vault/projects/p05/offer.md', '# Offer\n\nThe quaxolite blanks cost 4711 crowns.\n');
    await home.refresh('p05');
    // One fragment of all: the hardest case, since less than a tenth of it goes.
    await home.app.withStore((store) => store.vectors!.compact());
    const [text] = await home.app.withStore(async ({ db }) => {
      const { embeddingText } = await import('../../src/ingestion/chunk-text.ts');
      const row = sql(
        db,
        `SELECT c.heading_path, c.text, d.title FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.title = 'Offer'`,
      ).get() as { heading_path: string; text: string; title: string };
      return [embeddingText(row.title, JSON.parse(row.heading_path) as string[], undefined, row.text)];
    });
    const vector = await home.app.withStore(async (store) => (await store.embedder!.embed([text!]))[0]!);
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, 64).toString('latin1');
    expect(holders(bytes, 'latin1')).not.toEqual([]);
    const { counts } = await erase('vault:projects/p05/offer.md');
    expect(counts).toMatchObject({ documents: 1, chunks: 1, vectors: 1 });
    expect(holders(bytes, 'latin1')).toEqual([]);
    expect(holders('quaxolite')).toEqual([]);
    const { hits } = await home.call<{ hits: { title: string }[] }>('search', {
      query: 'cooled green lamp',
      project: 'p05',
    });
    expect(hits.length).toBeGreaterThan(5);
    expect(await home.call<{ vectors: object }>('status')).toMatchObject({ vectors: { rows: 30, drift: 0 } });
  });
});
