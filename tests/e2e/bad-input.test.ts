import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliHome, createCliHome, PROGRAM } from '../support/cli.ts';

interface BadInput {
  what: string;
  cli: string[];
  tool: string;
  args: object;
  code: string;
  exit: number;
  /** The value that the message must name. */
  names: string;
}

const LONG = 'x'.repeat(1_000_000);

const BAD_INPUT: BadInput[] = [
  {
    what: 'an unknown project',
    cli: ['project', 'refresh', 'nope'],
    tool: 'refresh_project',
    args: { project: 'nope' },
    code: 'UNKNOWN_PROJECT',
    exit: 4,
    names: 'nope',
  },
  {
    what: 'a near name of a project',
    cli: ['project', 'refresh', 'benhc'],
    tool: 'refresh_project',
    args: { project: 'benhc' },
    code: 'UNKNOWN_PROJECT',
    exit: 4,
    names: 'benhc',
  },
  {
    what: 'a memory of an unknown project',
    cli: ['memory', 'add', 'Some fact of it', '--type', 'project', '--project', 'nope'],
    tool: 'add_memory',
    args: { content: 'Some fact of it', type: 'project', project: 'nope' },
    code: 'UNKNOWN_PROJECT',
    exit: 4,
    names: 'nope',
  },
  {
    what: 'a day that no calendar has, until which a memory holds',
    cli: ['memory', 'add', 'Some fact of it', '--type', 'project', '--valid-until', '2025-02-30'],
    tool: 'add_memory',
    args: { content: 'Some fact of it', type: 'project', valid_until: '2025-02-30' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: '2025-02-30',
  },
  {
    what: 'a time that no day has, at which state is asked for',
    cli: ['state', 'list', 'bench', '--as-of', '2026-02-28T25:00Z'],
    tool: 'list_state',
    args: { project: 'bench', as_of: '2026-02-28T25:00Z' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: '2026-02-28T25:00Z',
  },
  {
    what: 'a day that no calendar has, since which turns are read',
    cli: ['extract', '--since', '2026-02-30'],
    tool: 'extract_candidates',
    args: { since: '2026-02-30' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: '2026-02-30',
  },
  {
    what: 'an empty prompt',
    cli: ['context', '  '],
    tool: 'auto_context',
    args: { prompt: '  ' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'prompt',
  },
  {
    what: 'a budget of 0',
    cli: ['context', 'x', '--budget', '0'],
    tool: 'auto_context',
    args: { prompt: 'x', budget_tokens: 0 },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'budget_tokens',
  },
  {
    what: 'a memory that is too short',
    cli: ['memory', 'add', 'short', '--type', 'project'],
    tool: 'add_memory',
    args: { content: 'short', type: 'project' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'content',
  },
  {
    what: 'a type that does not exist',
    cli: ['memory', 'add', 'Some fact of it', '--type', 'rumour'],
    tool: 'add_memory',
    args: { content: 'Some fact of it', type: 'rumour' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'rumour',
  },
  {
    what: 'a date that is none',
    cli: ['memory', 'add', 'Some fact of it', '--type', 'project', '--valid-until', 'soon'],
    tool: 'add_memory',
    args: { content: 'Some fact of it', type: 'project', valid_until: 'soon' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'soon',
  },
  {
    what: 'a memory that does not exist',
    cli: ['memory', 'revise', 'mem_none', '--action', 'invalidate', '--reason', 'x'],
    tool: 'revise_memory',
    args: { id: 'mem_none', action: 'invalidate', reason: 'x' },
    code: 'NOT_FOUND',
    exit: 4,
    names: 'mem_none',
  },
  {
    what: 'a limit beyond the bound',
    cli: ['search', 'x', '--limit', '51'],
    tool: 'search',
    args: { query: 'x', limit: 51 },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'limit',
  },
  {
    what: 'a snapshot id that climbs out',
    cli: ['backup', 'validate', '../../etc'],
    tool: 'backup',
    args: { action: 'validate', snapshot: '../../etc' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: '../../etc',
  },
  {
    what: 'a snapshot that does not exist',
    cli: ['backup', 'validate', '20200101T000000Z'],
    tool: 'backup',
    args: { action: 'validate', snapshot: '20200101T000000Z' },
    code: 'NOT_FOUND',
    exit: 4,
    names: '20200101T000000Z',
  },
  {
    what: 'a staged name that climbs out',
    cli: ['project', 'stage', 'bench', '../x.md'],
    tool: 'stage_document',
    args: { project: 'bench', name: '../x.md', content: 'x' },
    code: 'INVALID_INPUT',
    exit: 2,
    names: '../x.md',
  },
];

const REGISTRATIONS = [
  {
    what: 'an alias that collides',
    flags: ['--id', 'other', '--alias', 'OB', '--description', 'x', '--root', 'vault:other'],
    args: { id: 'other', aliases: ['OB'], description: 'x', ingest_roots: [{ source: 'vault', subpath: 'other' }] },
    code: 'CONFLICT',
    exit: 5,
    names: 'ob',
  },
  {
    what: 'a root outside its source',
    flags: ['--id', 'other', '--description', 'x', '--root', 'vault:../../etc'],
    args: { id: 'other', description: 'x', ingest_roots: [{ source: 'vault', subpath: '../../etc' }] },
    code: 'INVALID_INPUT',
    exit: 2,
    names: '../../etc',
  },
  {
    what: 'an unknown source',
    flags: ['--id', 'other', '--description', 'x', '--root', 'moon:x'],
    args: { id: 'other', description: 'x', ingest_roots: [{ source: 'moon', subpath: 'x' }] },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'moon',
  },
  {
    what: 'a reserved name (case C05)',
    flags: ['--id', 'inbox', '--description', 'x', '--root', 'vault:other'],
    args: { id: 'inbox', description: 'x', ingest_roots: [{ source: 'vault', subpath: 'other' }] },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'inbox',
  },
  {
    what: 'an id that is not kebab-case',
    flags: ['--id', 'Not Kebab', '--description', 'x', '--root', 'vault:other'],
    args: { id: 'Not Kebab', description: 'x', ingest_roots: [{ source: 'vault', subpath: 'other' }] },
    code: 'INVALID_INPUT',
    exit: 2,
    names: 'id',
  },
];

describe('bad input gets the same typed error on every face, and loses nothing', () => {
  let home: CliHome;
  let client: Client;

  const call = async (name: string, args: object) =>
    (await client.callTool({ name, arguments: args as Record<string, unknown> })) as {
      isError?: boolean;
      structuredContent?: Record<string, unknown>;
    };

  beforeAll(async () => {
    home = createCliHome();
    home.write('notes/a.md', '# A\n\nText.\n');
    await home.ok(
      'project',
      'register',
      '--id',
      'bench',
      '--alias',
      'ob',
      '--description',
      'Optical bench',
      '--root',
      'vault:notes',
      '--yes',
    );
    client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [PROGRAM, 'mcp'],
        env: home.env as Record<string, string>,
        cwd: home.home,
      }),
    );
  });
  afterAll(async () => {
    await client?.close();
    home?.remove();
  });

  it.each(BAD_INPUT)('$what', async ({ cli, tool, args, code, exit, names }) => {
    const viaCli = await home.run([...cli, '--json'], { input: 'content' });
    expect(viaCli.stdout).toBe('');
    expect({ exit: viaCli.code, code: viaCli.error().code }).toEqual({ exit, code });
    expect(viaCli.error().message).toContain(names);
    const viaMcp = await call(tool, args);
    expect(viaMcp).toMatchObject({ isError: true, structuredContent: { code, message: viaCli.error().message } });
  });

  it.each(REGISTRATIONS)('a registration with $what', async ({ flags, args, code, exit, names }) => {
    const before = readFileSync(join(home.home, 'config/project-registry.json'), 'utf8');
    const viaCli = await home.run(['project', 'register', ...flags, '--yes', '--json']);
    expect({ exit: viaCli.code, code: viaCli.error().code }).toEqual({ exit, code });
    expect(viaCli.error().message.toLowerCase()).toContain(names);
    const preview = (await call('propose_project', args)).structuredContent as { valid: boolean; digest: string };
    expect(preview.valid).toBe(false);
    expect(await call('register_project', { ...args, digest: preview.digest })).toMatchObject({
      isError: true,
      structuredContent: { code },
    });
    expect(readFileSync(join(home.home, 'config/project-registry.json'), 'utf8')).toBe(before);
  });

  it('a prompt of 1 MB', async () => {
    expect(await call('auto_context', { prompt: LONG })).toMatchObject({
      isError: true,
      structuredContent: { code: 'INVALID_INPUT', message: expect.stringContaining('prompt') },
    });
    expect(await call('status', {})).not.toMatchObject({ isError: true });
  });

  it('files that are binary, too large or unreadable, and front matter that does not parse: named in the report, the rest is read', async () => {
    home.write('mixed/good.md', '# Good\n\nThis one is fine.\n');
    home.write('mixed/front.md', '---\ntitle: [unclosed\n---\n\n# Front\n\nThe body is read all the same.\n');
    home.write('mixed/script.md', '---js\n{ title: process.exit(9) }\n---\n\nNothing of it runs.\n');
    home.write('mixed/binary.md', Buffer.from([0, 159, 146, 150, 0]));
    home.write('mixed/huge.md', Buffer.alloc(50 * 1024 * 1024, 'a'));
    await home.ok('project', 'register', '--id', 'mixed', '--description', 'x', '--root', 'vault:mixed', '--yes');
    const report = (await call('refresh_project', { project: 'mixed' })).structuredContent as {
      status: string;
      documents: { added: number; failed: { path: string }[] };
    };
    expect(report).toMatchObject({ status: 'partial', documents: { added: 3 } });
    expect(report.documents.failed.map((failure) => failure.path).sort()).toEqual([
      'vault:mixed/binary.md',
      'vault:mixed/huge.md',
    ]);
    const { hits } = (await call('search', { query: 'body is read all the same', project: 'mixed' }))
      .structuredContent as { hits: { path: string }[] };
    expect(hits[0]!.path).toBe('vault:mixed/front.md');
  });
});

describe('a home that cannot be used', () => {
  it('a broken registry degrades reads, refuses writes, and is never overwritten', async () => {
    const home = createCliHome();
    home.write('notes/a.md', '# A\n\nText.\n');
    await home.ok('project', 'register', '--id', 'bench', '--description', 'x', '--root', 'vault:notes', '--yes');
    const broken = '{\n  "version": 1,\n  "projects": [\n    {"id": 7}\n  ]\n}\n';
    writeFileSync(join(home.home, 'config/project-registry.json'), broken);
    const read = await home.ok<{ degraded: { component: string; reason: string }[] }>(
      'context',
      'what is in the notes?',
    );
    expect(read.degraded).toContainEqual({ component: 'registry', reason: expect.stringContaining('line 4') });
    const write = await home.run([
      'project',
      'register',
      '--id',
      'other',
      '--description',
      'x',
      '--root',
      'vault:other',
      '--yes',
      '--json',
    ]);
    expect({ exit: write.code, code: write.error().code }).toEqual({ exit: 13, code: 'REGISTRY_INVALID' });
    expect(readFileSync(join(home.home, 'config/project-registry.json'), 'utf8')).toBe(broken);
    home.remove();
  });

  it('a database of a newer schema is refused and left alone', async () => {
    const home = createCliHome();
    await home.ok('init');
    const path = join(home.home, 'data/db/atocore.db');
    const db = new BetterSqlite3(path);
    db.pragma('user_version = 999');
    db.close();
    const answer = await home.run(['status', '--json']);
    expect({ exit: answer.code, code: answer.error().code }).toEqual({ exit: 12, code: 'SCHEMA_NEWER' });
    const after = new BetterSqlite3(path);
    expect(after.pragma('user_version', { simple: true })).toBe(999);
    after.close();
    home.remove();
  });

  it('a home that is a file is a named error, not a crash', async () => {
    const home = createCliHome();
    writeFileSync(join(home.home, 'blocked'), '');
    const answer = await home.run(['status', '--json'], { env: { ATOCORE_HOME: join(home.home, 'blocked') } });
    expect(answer.code).toBe(2);
    expect(answer.error().code).toBe('READ_ONLY');
    home.remove();
  });

  // Root writes everywhere, so permissions prove nothing there.
  it.skipIf(process.getuid?.() === 0)('a home that is read-only is a named error', async () => {
    const home = createCliHome();
    mkdirSync(join(home.home, 'locked'));
    chmodSync(join(home.home, 'locked'), 0o500);
    const answer = await home.run(['status', '--json'], { env: { ATOCORE_HOME: join(home.home, 'locked') } });
    expect(answer.error().code).toBe('READ_ONLY');
    home.remove();
  });

  it.each([
    ['an option that is unknown', ['status', '--nope'], '--nope'],
    ['an argument that is missing', ['context'], 'prompt'],
    ['a command that is unknown', ['statsu'], 'statsu'],
    ['a number that is none', ['search', 'x', '--limit', 'many'], 'many'],
  ])('with --json, %s is an error object and nothing else', async (_, args, names) => {
    const home = createCliHome();
    const { code, stdout, stderr } = await home.run([...args, '--json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        code: 'INVALID_INPUT',
        message: expect.stringContaining(names),
        hint: expect.stringContaining('--help'),
      },
    });
    home.remove();
  });

  it('an unknown or wrong setting is an error that names it', async () => {
    const home = createCliHome();
    const unknown = await home.run(['status', '--json'], { env: { ATOCORE_BUGDET_TOKENS: '5' } });
    expect({ exit: unknown.code, message: unknown.error().message }).toEqual({
      exit: 2,
      message: expect.stringContaining('ATOCORE_BUGDET_TOKENS'),
    });
    expect(unknown.error().hint).toContain('ATOCORE_BUDGET_TOKENS');
    const wrong = await home.run(['status', '--json'], { env: { ATOCORE_PORT: '99999' } });
    expect(wrong.error().message).toContain('ATOCORE_PORT');
    home.remove();
  });
});
