import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toAtoError } from '../../src/core/errors.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

/** Begins like a key of a service and is the name of a project. */
const NAME = 'sk-learn-pipeline-optimizer-2024';

let home: TestHome;
beforeEach(async () => {
  home = await createTestHome();
  await home.register('p05');
});
afterEach(() => home.close());

type Answer = Record<string, never> & {
  interaction: { id: string };
  duplicate: boolean;
  digest: string;
  project: object;
  memory: { id: string; tags: string[] };
  item: { id: string; content: string; proposal: { value: string } };
  entry: { key: string; value: string };
  redactions?: number;
};
const call = (operation: string, input: object, as: 'person' | 'agent' = 'person') =>
  home.call<Answer>(operation, input, as);
const state = (key: string, value: string) => ({ project: 'p05', category: 'fact', key, value, reason: 'asked' });

describe('names in what comes in (case F15)', () => {
  test.each([
    ['session_id', ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1.aaaaaaa1', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1.aaaaaaa2']],
    ['session_id', [`sess-${'a1'.repeat(20)}`, `sess-${'b2'.repeat(20)}`]],
    ['turn_id', [`sess-${'a1'.repeat(20)}`, `sess-${'b2'.repeat(20)}`]],
    ['client', [`sess-${'a1'.repeat(20)}`, `sess-${'b2'.repeat(20)}`]],
  ])('two turns whose %s looks like a token stay two', async (field, ids) => {
    const turn = { client: 'c', session_id: 's', turn_id: 't', prompt: 'We chose the pump.', response: 'Noted.' };
    const first = await call('capture_interaction', { ...turn, [field]: ids[0] });
    const second = await call('capture_interaction', { ...turn, [field]: ids[1] });
    expect([first.duplicate, second.duplicate]).toEqual([false, false]);
    expect(second.interaction.id).not.toBe(first.interaction.id);
    const again = await call('capture_interaction', { ...turn, [field]: ids[0] });
    expect(again).toMatchObject({ duplicate: true, interaction: { id: first.interaction.id } });
  });

  test('a project, its aliases and folders, keys, tags and files are called what they are called', async () => {
    const registration = {
      ...{ id: NAME, aliases: [`${NAME}-alias`], description: 'Pipelines', workspaces: [`/home/me/${NAME}`] },
      ingest_roots: [{ source: 'vault', subpath: 'projects/pipelines' }],
    };
    const { digest } = await call('propose_project', registration);
    const registered = await call('register_project', { ...registration, digest });
    expect(registered).toMatchObject({ project: registration });
    expect(registered).not.toHaveProperty('redactions');
    const named = { ...state(NAME, 'Zygo'), project: `${NAME}-alias` };
    const sources = [`vault:projects/${NAME}/notes.md`];
    const { entry } = await call('set_state', { ...named, sources });
    expect(entry).toMatchObject({ project: NAME, key: NAME, sources });
    const { value: _value, ...removed } = named;
    expect((await call('remove_state', removed)).entry).toMatchObject({ key: NAME, status: 'invalid' });
    const memory = { content: 'The pump of the camera is loud.', type: 'project', project: NAME, tags: [NAME] };
    expect((await call('add_memory', memory)).memory).toMatchObject({ project: NAME, tags: [NAME] });
    const staged = await call('stage_document', { project: NAME, name: `${NAME}.md`, content: 'Text.' });
    expect(JSON.stringify(staged)).toContain(`${NAME}.md`);
  });
});

describe('values behind their keys (case F15)', () => {
  test.each([
    ['admin', 'M.Keller2'],
    ['operator', 'J.Smith2024'],
    ['user', 'lab-user-04'],
    ['service', 'Zeiss-Service24'],
    ['password-length', '16chars'],
    ['password-hash', 'argon2id'],
    ['password-manager', '1Password'],
    ['passcode-length', '6digits'],
    ['auth-provider', 'Keycloak-24.0.1'],
    ['auth-method', 'OAuth2.1-PKCE'],
    ['signing-key-algorithm', 'RSA-4096-PSS'],
    ['api-key-header', 'X-Api-Key-V2'],
    ['secret-rotation', '30days'],
    ['client-secret-expiry', '2026-12-31T00:00Z'],
    ['api-key-location', 'vault:kv/prod/api2'],
    ['secret-store', 'vault-kv2'],
    ['pass-band', '532nm±5nm'],
    ['band-pass', '532nm±5nm'],
    ['pw-min', '120ns@80MHz'],
    ['mdp-solver', 'value-iteration2'],
    ['pinout-rev', 'J4-rev-C-2024'],
    ['reset-pin', 'J4-rev-C-2024'],
    ['alarm-code', '4711'],
  ])('%s = %s is an ordinary fact', async (key, value) => {
    const set = await call('set_state', state(key, value));
    expect(set.entry.value).toBe(value);
    expect(set).not.toHaveProperty('redactions');
  });

  test.each([
    ['wifi-password', 'kaffee4all77'],
    ['WLAN-Passwort', 'kaffee4all77'],
    ['WLANPasswort', 'kaffee4all77'],
    ['adminPassword', 'kaffee4all77'],
    ['disk passphrase', 'kaffee4all77'],
    ['safe-passcode', 'kaffee4all77'],
    ['mot-de-passe', 'kaffee4all77'],
    ['nas_mdp', 'kaffee4all77'],
    ['root-pwd', 'kaffee4all77'],
    ['root-pw-2', 'kaffee4all77'],
    ['wifi-psk', 'kaffee4all77'],
    ['wifi-key', 'kaffee4all77'],
    ['client-secret', 'kaffee4all77'],
    ['api-key', 'kaffee4all77'],
    ['grafana-token', 'a8Kd02mPq71xZ4'],
    ['door-pin', '4711'],
    ['sim-pin', '4711'],
  ])('%s = %s is a secret', async (key, value) => {
    const set = await call('set_state', state(key, value));
    expect(set.entry.value).toMatch(/^\[redacted:[a-z-]+\]$/);
    expect(set.redactions).toBe(1);
  });

  test('a person who edits a proposal writes no password under its key, and is asked about none', async () => {
    const proposed = await call('propose_state', state('wifi-password', 'on the sticker'), 'agent');
    const edit = { item: proposed.item.id, decision: 'edit', content: 'kaffee4all77', reason: 'known' };
    const refused = toAtoError(await call('resolve_review', edit, 'agent').catch((error: unknown) => error)).toBody();
    expect(refused.code).toBe('NEEDS_PERSON');
    expect(JSON.stringify(refused)).not.toContain('kaffee4all77');
    const answer = await call('resolve_review', edit);
    expect(answer).toMatchObject({ redactions: 1, outcome: { entry: { value: '[redacted:password]' } } });
    const other = await call('propose_state', state('vendor', 'Zygo'), 'agent');
    const plain = await call('resolve_review', { ...edit, item: other.item.id });
    expect(plain).toMatchObject({ outcome: { entry: { value: 'kaffee4all77' } } });
  });
});
