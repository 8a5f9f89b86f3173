import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test, vi } from 'vitest';
import { OPERATIONS } from '../../src/operations/index.ts';
import { useService } from '../fixtures/http/test-service.ts';

const REGISTRATION = {
  id: 'p05-interferometer',
  aliases: ['p05'],
  description: 'Null interferometer',
  ingest_roots: [{ source: 'vault', subpath: 'projects/p05' }],
};

describe('the API of an open service on loopback', () => {
  const running = useService({ env: { ATOCORE_BUILD_SHA: 'abc1234', ATOCORE_BUILD_BRANCH: 'main' } });

  test('does what the operations do, from registration to search', async () => {
    const { call } = running();
    const { json: proposal } = await call('propose_project', REGISTRATION);
    expect(proposal).toMatchObject({ valid: true });
    const registered = await call('register_project', { ...REGISTRATION, digest: proposal['digest'] });
    expect([registered.status, registered.json['project']]).toMatchObject([200, { id: 'p05-interferometer' }]);
    expect((await call('refresh_project', { project: 'p05' })).json).toMatchObject({ status: 'ingested' });
    const { json } = await call('search', { query: 'lead time of the mirror' });
    expect(json['hits']).toMatchObject([{ path: 'vault:projects/p05/mirror.md' }]);
  });

  test('lets the local user act as a person: a memory is active and trusted state is set', async () => {
    const { call } = running();
    const memory = await call('add_memory', { content: 'The user prefers metric units', type: 'preference' });
    expect(memory.json['memory']).toMatchObject({ status: 'active' });
    const state = { project: 'p05', category: 'decision', key: 'vendor', value: 'Zeiss', reason: 'offer' };
    expect(await call('set_state', state)).toMatchObject({ status: 200 });
  });

  test('takes an empty body as an empty input', async () => {
    const { send } = running();
    expect((await send('/api/v1/list_projects', { method: 'POST', body: '' })).status).toBe(200);
  });

  test.each([
    ['an unknown operation', 'nothing', {}, 404, 'NOT_FOUND'],
    ['an unknown project', 'refresh_project', { project: 'p99' }, 404, 'UNKNOWN_PROJECT'],
    ['a missing argument', 'search', {}, 400, 'INVALID_INPUT'],
    ['an unknown argument', 'search', { query: 'a', colour: 1 }, 400, 'INVALID_INPUT'],
    ['a body that is no object', 'search', [1], 400, 'INVALID_INPUT'],
  ])('answers %s with the typed error and its status', async (_what, operation, input, status, code) => {
    const answer = await running().call(operation, input);
    expect(answer).toMatchObject({ status, error: { code, message: expect.any(String), hint: expect.any(String) } });
  });

  test('proves the exact build without a token (case C34)', async () => {
    const { json, status } = await running().send('/health');
    expect(status).toBe(200);
    expect(json).toMatchObject({ build_sha: 'abc1234', build_time: 'unknown', build_branch: 'main' });
    expect(json).toMatchObject({ status: 'degraded', degraded: [{ component: 'embedder' }], counts: {} });
  });

  test('says when it is ready', async () => {
    expect(await running().send('/ready')).toMatchObject({ status: 200, json: { ready: true } });
  });

  test('counts calls, errors, refreshes and what is stored', async () => {
    const { send, call } = running();
    await call('search', {});
    const { text, headers } = await send('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toMatch(/atocore_operations_total\{operation="search",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/atocore_operation_errors_total\{operation="search",code="INVALID_INPUT"\} [1-9]/);
    expect(text).toMatch(/atocore_refreshes_total\{status="ingested"\} 1/);
    expect(text).toMatch(/atocore_build_info\{version="[^"]+",sha="abc1234",time="unknown",branch="main"\} 1/);
    for (const name of ['operation_duration_seconds_bucket', 'stored', 'vectors', 'review_queue', 'mcp_sessions'])
      expect(text).toContain(`atocore_${name}`);
    expect(text).toContain('process_resident_memory_bytes');
  });

  test('tells how old the last snapshot, its validation and the last drill are', { timeout: 60_000 }, async () => {
    const { send, call } = running();
    expect((await call('backup', { action: 'create' })).status).toBe(200);
    expect((await call('backup', { action: 'drill' })).status).toBe(200);
    await vi.waitFor(
      async () => {
        const { text } = await send('/metrics');
        for (const kind of ['snapshot', 'validated', 'drill', 'good_drill'])
          expect(text).toMatch(new RegExp(`atocore_backup_age_seconds\\{kind="${kind}"\\} \\d`));
        expect(text).not.toContain('kind="push"');
      },
      { timeout: 5_000 },
    );
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    expect((await send('/health')).json['backup']).toMatchObject({
      last: time,
      validated: time,
      last_drill: { ok: true, at: time },
    });
  });

  test('describes every operation in OpenAPI 3.1 from its schemas', async () => {
    const { json } = await running().send('/api/v1/openapi.json');
    const paths = json['paths'] as Record<string, { post: { requestBody: { content: Record<string, object> } } }>;
    expect(json['openapi']).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(OPERATIONS.map(({ name }) => `/api/v1/${name}`));
    expect(paths['/api/v1/search']!.post.requestBody.content['application/json']).toMatchObject({
      schema: { type: 'object', required: ['query'], additionalProperties: false },
    });
    expect(JSON.stringify(json)).not.toContain('"#/$defs');
    const validator = new Validator();
    expect(await validator.validate(json)).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });
});

describe('tokens', () => {
  const running = useService({ tokens: { reader: 'read', writer: 'write', owner: 'admin' } });

  test('close the service to everybody else, health apart', async () => {
    const { call, send, tokens } = running();
    expect(await call('status')).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.any(String) } });
    expect(await call('status', {}, 'ato_wrong')).toMatchObject({ status: 401, error: { code: 'UNAUTHORIZED' } });
    expect((await send('/metrics')).status).toBe(401);
    expect(Object.keys((await send('/health')).json)).toEqual([
      'status',
      'version',
      'build_sha',
      'build_time',
      'build_branch',
    ]);
    expect((await send('/health', { token: tokens['reader']! })).json).toMatchObject({ counts: {}, queue: {} });
  });

  test.each([
    ['reader', 'status', 200],
    ['reader', 'extract_nothing', 404],
    ['reader', 'add_memory', 403],
    ['reader', 'set_state', 403],
    ['writer', 'set_state', 403],
    ['owner', 'set_state', 404],
  ])('the %s calling %s gets %d', async (name, operation, status) => {
    const { call, tokens } = running();
    const state = { project: 'p99', category: 'fact', key: 'a', value: 'b', reason: 'c' };
    expect((await call(operation, operation === 'set_state' ? state : {}, tokens[name])).status).toBe(status);
  });

  test('show a caller only what its scope allows', async () => {
    const { send, tokens } = running();
    const { json } = await send('/api/v1/openapi.json', { token: tokens['reader']! });
    const readable = OPERATIONS.filter(({ scope }) => scope === 'read').map(({ name }) => `/api/v1/${name}`);
    expect(Object.keys(json['paths'] as object)).toEqual(readable);
  });

  test('make a candidate of what an agent remembers, and an active memory of what a person does', async () => {
    const { call, tokens } = running();
    const byWriter = await call('add_memory', { content: 'Bench two is damped', type: 'episodic' }, tokens['writer']);
    expect(byWriter.json['memory']).toMatchObject({ status: 'candidate' });
    const byOwner = await call('add_memory', { content: 'Bench one is loud', type: 'episodic' }, tokens['owner']);
    expect(byOwner.json['memory']).toMatchObject({ status: 'active' });
  });

  test('lose their worth at the call after their revocation', async () => {
    const { call, store } = running();
    const token = await store.create('guest', 'read', '2026-03-02T00:00:00.000Z');
    expect((await call('status', {}, token)).status).toBe(200);
    await store.revoke('guest');
    expect((await call('status', {}, token)).status).toBe(401);
  });

  test('are kept as hashes alone, for the owner alone', async () => {
    const { file, tokens } = running();
    for (const text of Object.values(tokens)) expect(file('config/tokens.json')).not.toContain(text);
  });

  test('acts of write and admin scope are audited without content, reads are not', async () => {
    const { call, file, tokens } = running();
    await call('add_memory', { content: 'A secret remark', type: 'episodic' }, tokens['writer']);
    await call('set_state', {}, tokens['writer']);
    await call('status', {}, tokens['reader']);
    await vi.waitFor(() => {
      const acts = file('logs/audit.jsonl')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(acts).toContainEqual({
        at: expect.any(String),
        actor: 'agent:writer',
        operation: 'add_memory',
        outcome: 'ok',
        duration_ms: expect.any(Number),
      });
      expect(acts).toContainEqual(expect.objectContaining({ operation: 'set_state', outcome: 'FORBIDDEN' }));
      expect(acts).not.toContainEqual(expect.objectContaining({ operation: 'status' }));
    });
    expect(file('logs/audit.jsonl')).not.toContain('remark');
  });
});
