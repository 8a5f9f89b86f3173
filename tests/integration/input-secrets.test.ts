import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storeCandidates } from '../../src/app/store-candidates.ts';
import type { Candidate } from '../../src/capture/extract.ts';
import { findInteraction } from '../../src/capture/interaction-store.ts';
import { toAtoError } from '../../src/core/errors.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { secretSamples } from '../unit/capture/secret-samples.ts';

const SECRET = secretSamples().find(({ kind }) => kind === 'github')!.secret;
const SENTENCE = `The token is ${SECRET} for CI runs.`;
const CLEAN = 'The token is [redacted:github] for CI runs.';

let home: TestHome;
beforeEach(async () => {
  home = await createTestHome();
  await home.register('p05');
});
afterEach(() => home.close());

/** Files of the home, but for the person's own, that hold the secret. */
function filesHolding(): string[] {
  return readdirSync(home.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) => !relative(home.home, path).startsWith('sources') && readFileSync(path, 'latin1').includes(SECRET),
    );
}

type Answer = Record<string, never> & {
  memory: { id: string; content: string; tags: string[]; source: string };
  item: { id: string; content: string; proposal: { value: string } };
  outcome: { memory?: { content: string }; entry?: { value: string } };
  entry: { value: string };
  successor: { content: string };
  redactions: number;
};
const call = (operation: string, input: object, as: 'person' | 'agent' = 'person') =>
  home.call<Answer>(operation, input, as);
const memory = (more: object, as: 'person' | 'agent' = 'agent') =>
  call(
    'add_memory',
    { content: 'The fringe camera is cooled by water.', type: 'project', project: 'p05', ...more },
    as,
  );

/** A valid input of each operation that changes something; with ids of what is there. */
async function validInputs(): Promise<Record<string, Record<string, unknown>>> {
  const known = await memory({ content: 'The pump of the camera is loud.' }, 'person');
  const waiting = await memory({ content: 'The filter of the camera is changed in May.' });
  const { items } = await home.call<{ items: { id: string }[] }>('list_review', {});
  expect(waiting.memory.id).toBeTruthy();
  const roots = [{ source: 'vault', subpath: 'projects/p05' }];
  const state = { project: 'p05', category: 'decision', key: 'vendor', value: 'Zygo', reason: 'said so' };
  return {
    register_project: { id: 'p06', description: 'Two', ingest_roots: roots, digest: 'none' },
    propose_project: { id: 'p07', description: 'Three', ingest_roots: roots },
    update_project: { project: 'p05', description: 'One' },
    refresh_project: { project: 'p05' },
    stage_document: { project: 'p05', name: 'note.md', content: 'Text.' },
    add_memory: { content: 'The beam splitter is coated.', type: 'project', project: 'p05' },
    revise_memory: { id: known.memory.id, action: 'supersede', content: 'The pump is quiet.', reason: 'oiled' },
    capture_interaction: { client: 'claude-code', session_id: 's1', prompt: 'We chose the pump.', response: 'Noted.' },
    extract_candidates: {},
    set_state: state,
    remove_state: { project: 'p05', category: 'decision', key: 'vendor', reason: 'gone' },
    propose_state: { ...state, key: 'motor' },
    resolve_review: { item: items[0]!.id, decision: 'edit', content: 'The filter is changed in June.', reason: 'seen' },
    delete_data: { refs: ['mem_none'], reason: 'asked', confirm: true },
    backup: { action: 'list' },
    restore: { snapshot: 'none' },
  };
}

/** Fields of an input that take any text, and lists of such. */
function textFields(operation: (typeof OPERATIONS)[number]): { name: string; list: boolean }[] {
  const { properties } = operation.input['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as {
    properties: Record<string, { type?: string; enum?: unknown; items?: { type?: string; enum?: unknown } }>;
  };
  return Object.entries(properties).flatMap(
    ([name, { type, enum: values, items }]): { name: string; list: boolean }[] => {
      if (type === 'string' && !values) return [{ name, list: false }];
      return type === 'array' && items?.type === 'string' && !items.enum ? [{ name, list: true }] : [];
    },
  );
}

/** Names that are stored as they are, since two of them must not become one. */
const IDENTITIES = ['client', 'session_id', 'turn_id', 'cwd'];
const storing = OPERATIONS.filter(({ readOnly, redacts }) => redacts ?? !readOnly);

describe('what comes in (case F15)', () => {
  test('no text of any operation that stores something brings a secret into a file of the home', async () => {
    const inputs = await validInputs();
    expect(Object.keys(inputs).sort()).toEqual(storing.map(({ name }) => name).sort());
    let stored = 0;
    for (const operation of storing) {
      for (const { name, list } of textFields(operation)) {
        if (operation.name === 'capture_interaction' && IDENTITIES.includes(name)) continue;
        for (const text of [SENTENCE, SECRET]) {
          const input = { ...inputs[operation.name], [name]: list ? [text] : text };
          const answer = await call(operation.name, input).catch((error: unknown) => toAtoError(error).toBody());
          if ('redactions' in answer) stored += 1;
          // What it answers must not hold the secret either, but for a name that it does not know.
          if (!('code' in answer)) expect(JSON.stringify(answer), `${operation.name} ${name}`).not.toContain(SECRET);
        }
      }
    }
    expect(stored).toBeGreaterThan(20);
    expect(filesHolding()).toEqual([]);
    await home.app.releaseStore();
    expect(filesHolding()).toEqual([]);
  });

  test('only these fields are kept as they are', () => {
    const verbatim = OPERATIONS.flatMap(({ name, verbatim }) => (verbatim ?? []).map((field) => `${name}.${field}`));
    expect(verbatim.sort()).toEqual([
      'add_memory.project',
      'backup.snapshot',
      'capture_interaction.client',
      'capture_interaction.cwd',
      'capture_interaction.project',
      'capture_interaction.prompt',
      'capture_interaction.response',
      'capture_interaction.session_id',
      'capture_interaction.turn_id',
      'delete_data.refs',
      'propose_project.ingest_roots',
      'propose_state.project',
      'refresh_project.project',
      'register_project.digest',
      'register_project.ingest_roots',
      'remove_state.key',
      'remove_state.project',
      'resolve_review.item',
      'restore.confirm',
      'restore.snapshot',
      'revise_memory.id',
      'set_state.project',
      'stage_document.content',
      'stage_document.project',
      'update_project.digest',
      'update_project.ingest_roots',
      'update_project.project',
    ]);
  });

  test('the answer says what was stored and how many secrets were left out', async () => {
    const added = await memory({ content: SENTENCE, tags: ['ci', SECRET], source: `mail of Ada, ${SECRET}` });
    expect(added.redactions).toBe(3);
    expect(added.memory).toMatchObject({ content: CLEAN, source: 'mail of Ada, [redacted:github]' });
    expect(await memory({})).not.toHaveProperty('redactions');
    const state = { project: 'p05', category: 'fact', key: 'ci', value: SENTENCE, reason: SENTENCE };
    expect(await call('propose_state', state, 'agent')).toMatchObject({ redactions: 2, item: { content: CLEAN } });
    expect(await call('set_state', state)).toMatchObject({ redactions: 2, entry: { value: CLEAN } });
  });

  test('a value is a password by its key alone', async () => {
    const state = { project: 'p05', category: 'fact', key: 'wifi-password', value: 'kaffee4all77', reason: 'asked' };
    expect(await call('set_state', state)).toMatchObject({ redactions: 1, entry: { value: '[redacted:password]' } });
    const harmless = { ...state, key: 'password-policy', value: 'twelve characters at least' };
    expect(await call('set_state', harmless)).toMatchObject({ entry: { value: harmless.value } });
  });

  test('a person who edits, merges or replaces writes no secret down, and packs have none', async () => {
    await memory({});
    const { items } = await home.call<{ items: { id: string }[] }>('list_review', {});
    const edit = { item: items[0]!.id, decision: 'edit', content: SENTENCE };
    const edited = await call('resolve_review', edit);
    expect(edited).toMatchObject({ redactions: 1, outcome: { memory: { content: CLEAN } } });
    const known = await memory({ content: 'The runner is a small machine.' }, 'person');
    const revision = {
      id: known.memory.id,
      action: 'supersede',
      content: SENTENCE.replace('CI', 'test'),
      reason: 'new',
    };
    expect((await call('revise_memory', revision)).successor.content).toBe(CLEAN.replace('CI', 'test'));
    const pack = await home.call('auto_context', { prompt: 'which token is for CI runs?', project: 'p05' });
    expect(JSON.stringify(pack)).toContain('[redacted:github]');
    expect(JSON.stringify(pack)).not.toContain(SECRET);
  });

  test('a refused act repeats no secret', async () => {
    const state = { project: 'p05', category: 'fact', key: 'ci', value: SENTENCE, reason: 'asked' };
    const refused = toAtoError(await call('set_state', state, 'agent').catch((error: unknown) => error)).toBody();
    expect(refused.code).toBe('NEEDS_PERSON');
    expect(JSON.stringify(refused)).not.toContain(SECRET);
  });

  test('a candidate that an extractor wrote with a secret is stored without it', async () => {
    const turn = { client: 'c', session_id: 's', prompt: 'We use the runner.', response: 'Noted.', project: 'p05' };
    const { interaction } = await home.call<{ interaction: { id: string } }>('capture_interaction', turn);
    const candidate = {
      ...{ content: SENTENCE, quote: `so the ${SENTENCE}`, type: 'project', rule: 'model', speaker: 'person' },
      ...{ extractor_version: 'model:x' },
    } as unknown as Candidate;
    const act = { actor: 'system:model', reason: 'extracted', at: '2026-03-02T12:00:00.000Z' };
    const result = await home.app.withStore((store) =>
      store.write(() =>
        storeCandidates(
          home.app,
          store,
          findInteraction(store.db, interaction.id)!,
          { candidates: [candidate], dropped: {}, extractor: 'model:x' },
          act,
        ),
      ),
    );
    expect(result).toMatchObject({ redactions: 2, candidates: [{ content: CLEAN, quote: `so the ${CLEAN}` }] });
    expect(filesHolding()).toEqual([]);
  });
});
