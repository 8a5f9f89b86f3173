import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliHome, createCliHome, PROGRAM } from '../support/cli.ts';

interface ToolAnswer {
  isError?: boolean;
  structuredContent?: Record<string, unknown>;
  content: { type: string; text: string }[];
}

/** What both generations of clients can do, so that one specification holds for them. */
interface TestClient {
  call(name: string, args?: object): Promise<ToolAnswer>;
  tools(): Promise<string[]>;
  read(uri: string): Promise<string>;
  instructions(): string | undefined;
  close(): Promise<void>;
}

const GENERATIONS = ['v2', 'v1'] as const;

async function connect(generation: (typeof GENERATIONS)[number], home: CliHome): Promise<TestClient> {
  const params = {
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: home.env as Record<string, string>,
    cwd: home.home,
  };
  const info = { name: 'test', version: '1.0.0' };
  const client = generation === 'v2' ? new Client(info) : new OldClient(info);
  await client.connect((generation === 'v2' ? new StdioClientTransport(params) : new OldTransport(params)) as never);
  return {
    call: async (name, args = {}) =>
      (await client.callTool({ name, arguments: args as Record<string, unknown> })) as ToolAnswer,
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    read: async (uri) => ((await client.readResource({ uri })).contents[0] as { text: string }).text,
    instructions: () => client.getInstructions(),
    close: () => client.close(),
  };
}

describe.each(GENERATIONS)('the main job over real stdio with the %s client', (generation) => {
  let home: CliHome;
  let client: TestClient;

  beforeAll(async () => {
    home = createCliHome('bundled');
    home.write(
      'p05/vendors.md',
      '# Vendors\n\n## Optics\n\nThe blanks come from Tarnbeck; delivery takes eleven weeks.\n\n## Mount\n\nThe mount is made in house.\n',
    );
    home.write('p05/status.md', '# Status\n\nThe null test passed with a residual of 12 nm.\n');
    home.write('p06/spindle.md', '# Spindle\n\nThe spindle of the polisher runs at 900 rpm.\n');
    await home.ok('init');
    await home.ok(
      'project',
      'register',
      '--id',
      'p05-interferometer',
      '--alias',
      'p05',
      '--description',
      'Null interferometer',
      '--root',
      'vault:p05',
      '--yes',
    );
    client = await connect(generation, home);
  });

  afterAll(async () => {
    await client?.close();
    home?.remove();
  });

  it('says in its instructions when to ask', () => {
    expect(client.instructions()).toContain('auto_context');
  });

  it('lists every tool of the main job', async () => {
    expect(await client.tools()).toEqual(
      expect.arrayContaining([
        'auto_context',
        'detect_project',
        'register_project',
        'add_memory',
        'backup',
        'restore',
        'list_projects',
        'propose_project',
        'refresh_project',
        'search',
        'set_state',
        'list_state',
        'list_memories',
        'status',
      ]),
    );
  });

  it('registers a project with the digest of its preview, and not without', async () => {
    const registration = {
      id: 'p06-polisher',
      aliases: ['polisher'],
      description: 'Polishing machine',
      ingest_roots: [{ source: 'vault', subpath: 'p06' }],
    };
    const preview = (await client.call('propose_project', registration)).structuredContent!;
    expect(preview).toMatchObject({ valid: true, roots: [{ exists: true, files: 1 }] });
    const refused = await client.call('register_project', { ...registration, digest: 'made up' });
    expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'DIGEST_MISMATCH' } });
    const registered = await client.call('register_project', { ...registration, digest: preview['digest'] });
    expect(registered.structuredContent).toMatchObject({ project: { id: 'p06-polisher' } });
  });

  it('refreshes by alias, in any letter case (case C01)', async () => {
    const answer = await client.call('refresh_project', { project: 'P05' });
    expect(answer.structuredContent).toMatchObject({
      project: 'p05-interferometer',
      status: 'ingested',
      documents: { added: 2, failed: [] },
    });
    expect(answer.content[0]!.text).toBe(JSON.stringify(answer.structuredContent, null, 2));
    await client.call('refresh_project', { project: 'polisher' });
  });

  it('keeps the memory of an agent as a candidate that no pack shows', async () => {
    const added = await client.call('add_memory', {
      content: 'Tarnbeck sends its blanks by sea',
      type: 'project',
      project: 'p05',
    });
    expect(added.structuredContent).toMatchObject({ memory: { status: 'candidate', project: 'p05-interferometer' } });
    const pack = await client.call('auto_context', { prompt: 'How does Tarnbeck send its blanks?', project: 'p05' });
    expect(pack.content[0]!.text).not.toContain('by sea');
  });

  it('leaves trusted state to a person and says how they set it', async () => {
    const answer = await client.call('set_state', {
      project: 'p05',
      category: 'decision',
      key: 'optics-vendor',
      value: 'Tarnbeck',
      reason: 'review',
    });
    expect(answer).toMatchObject({
      isError: true,
      structuredContent: { code: 'NEEDS_PERSON', status: 'needs_person' },
    });
    expect(answer.structuredContent!['command']).toBe(
      'atocore state set p05 decision optics-vendor Tarnbeck --reason review',
    );
    await home.ok(
      'state',
      'set',
      'p05',
      'decision',
      'optics-vendor',
      'Tarnbeck, decided in March',
      '--reason',
      'review',
    );
  });

  it('answers auto_context with text alone: state first, then documents of that project only (cases C07 and C08)', async () => {
    const answer = await client.call('auto_context', { prompt: 'p05: what did we decide about the optics vendor?' });
    expect(answer.structuredContent).toBeUndefined();
    const text = answer.content[0]!.text;
    expect(text).toMatch(
      /^<atocore-context project="p05-interferometer" receipt="rc_[^"]+" tokens="\d+\/2000">\n## Trusted project state/,
    );
    expect(text).toContain('- [S1] decision · optics-vendor: Tarnbeck, decided in March (since ');
    expect(text.indexOf('[S1]')).toBeLessThan(text.indexOf('[D1]'));
    expect(text).toContain('eleven weeks');
    expect(text).not.toContain('rpm');
    expect(text.endsWith('</atocore-context>')).toBe(true);
  });

  it('answers the structure with explain, and keeps it as a receipt', async () => {
    const answer = await client.call('auto_context', {
      prompt: 'residual of the null test',
      project: 'p05',
      budget_tokens: 400,
      explain: true,
    });
    const pack = answer.structuredContent as {
      receipt: string;
      tokens: number;
      bands: { name: string }[];
      detection: object;
      degraded: object[];
    };
    expect(pack.tokens).toBeLessThanOrEqual(400);
    expect(pack.bands.map((band) => band.name)).toEqual([
      'trusted_state',
      'user',
      'project_memories',
      'knowledge',
      'documents',
    ]);
    expect(pack.degraded).toEqual([]);
    expect(JSON.parse(await client.read(`atocore://receipts/${pack.receipt}`))).toMatchObject({
      project: 'p05-interferometer',
      query: 'residual of the null test',
    });
  });

  it('finds the project of a prompt, or says that it does not know', async () => {
    expect((await client.call('detect_project', { prompt: 'status of the polisher' })).structuredContent).toMatchObject(
      { project: 'p06-polisher' },
    );
    expect(
      (await client.call('detect_project', { prompt: 'write a haiku about rain' })).structuredContent,
    ).toMatchObject({ project: null });
  });

  it('searches with scores that explain themselves', async () => {
    const { hits } = (await client.call('search', { query: 'spindle speed', limit: 3 })).structuredContent as {
      hits: { path: string; signals: object }[];
    };
    expect(hits[0]).toMatchObject({ path: 'vault:p06/spindle.md', signals: { lexical: expect.any(Number) } });
  });

  it('shows trusted state and the brief as resources', async () => {
    expect(await client.read('atocore://projects/p05/state')).toContain('optics-vendor');
    expect(await client.read('atocore://projects/p05-interferometer/brief')).toContain('Newest documents');
  });

  it('plans a restore and leaves carrying it out to a person', async () => {
    const { snapshot } = (await client.call('backup', { action: 'create' })).structuredContent as {
      snapshot: { id: string };
    };
    expect((await client.call('restore', { snapshot: snapshot.id })).structuredContent).toMatchObject({
      dry_run: true,
      ok: true,
    });
    const refused = await client.call('restore', { snapshot: snapshot.id, dry_run: false, confirm: snapshot.id });
    expect(refused.structuredContent).toMatchObject({ code: 'NEEDS_PERSON' });
  });

  it('refuses the offline restore while this server holds the store (case C39)', async () => {
    const [newest] = (await home.ok<{ snapshots: { id: string }[] }>('backup', 'list')).snapshots;
    const answer = await home.run(['backup', 'restore', newest!.id, '--confirm-service-stopped', '--json']);
    expect(answer.code).toBe(11);
    expect(answer.error().code).toBe('LOCKED');
  });
});

describe('the command line', () => {
  let home: CliHome;

  beforeAll(async () => {
    home = createCliHome();
    home.write('notes/a.md', '# A\n\nThe collimator is aligned to five arc seconds.\n');
    await home.ok(
      'project',
      'register',
      '--id',
      'bench',
      '--description',
      'Optical bench',
      '--root',
      'vault:notes',
      '--yes',
    );
  });
  afterAll(() => home.remove());

  it('restores what a snapshot held and leaves no stale journal beside the database (case C38)', async () => {
    await home.ok('project', 'refresh', 'bench');
    await home.ok('memory', 'add', 'The bench floats on four dampers', '--type', 'project', '--project', 'bench');
    const { snapshot } = await home.ok<{ snapshot: { id: string } }>('backup', 'create');
    await home.ok('memory', 'add', 'A memory that came after the snapshot', '--type', 'knowledge');
    const report = await home.ok<{ ok: boolean; pre_restore_snapshot: string }>(
      'backup',
      'restore',
      snapshot.id,
      '--confirm-service-stopped',
    );
    expect(report).toMatchObject({ ok: true, pre_restore_snapshot: expect.stringMatching(/^\d{8}T\d{6}Z$/) });
    const { memories } = await home.ok<{ memories: { content: string }[] }>('memory', 'list');
    expect(memories.map((memory) => memory.content)).toEqual(['The bench floats on four dampers']);
  });

  it('prints one object with --json and nothing else (case C43)', async () => {
    const answer = await home.run(['status', '--json']);
    expect(answer.json()).toMatchObject({
      version: expect.any(String),
      counts: { projects: 1 },
      embedder: { name: 'none', fingerprint: null },
    });
  });

  it('says lexical search is all there is when the embedder is off', async () => {
    const pack = await home.ok<{ degraded: object[]; context: string }>(
      'context',
      'how well is the collimator aligned?',
      '--project',
      'bench',
    );
    expect(pack.context).toContain('five arc seconds');
    expect(pack.degraded).toEqual([expect.objectContaining({ component: 'embedder' })]);
  });

  it('ends a partial refresh with 3 and names the file', async () => {
    home.write('notes/binary.md', Buffer.from([0, 1, 2, 3, 0, 255]));
    const answer = await home.run(['project', 'refresh', 'bench', '--json']);
    expect(answer.code).toBe(3);
    expect(answer.json()).toMatchObject({
      status: 'partial',
      documents: { failed: [{ path: 'vault:notes/binary.md', error: expect.stringContaining('binary') }] },
    });
  });

  it('shows help with an example and exit codes', async () => {
    const { stdout, code } = await home.run(['backup', 'restore', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Example:');
    expect(stdout).toMatch(/11 {2}a process still holds the store/);
  });
});
