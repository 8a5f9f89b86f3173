import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createAtoCore } from '../../src/app/atocore.ts';
import { drainSpool } from '../../src/capture/drain.ts';
import { readSpoolState, type SpooledTurn, spoolFolder, writeTurn } from '../../src/capture/spool.ts';
import { AtoError } from '../../src/core/errors.ts';
import { setCapture } from '../../src/projects/lifecycle.ts';
import { sql } from '../../src/storage/database.ts';
import { takeLock } from '../../src/storage/store-lock.ts';
import { runSpoolCampaign } from '../fault/spool-rounds.ts';
import { numberedTurn } from '../fault/spool-turns.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

async function home(): Promise<TestHome> {
  const made = await createTestHome();
  onTestFinished(() => made.close());
  return made;
}

function spooled(test: TestHome, count: number, more: Partial<SpooledTurn> = {}): string {
  const folder = spoolFolder(test.home);
  for (let number = 0; number < count; number += 1) writeTurn(folder, { ...numberedTurn(number), ...more });
  return folder;
}

const rows = (test: TestHome) =>
  test.app.withStore(
    async ({ db }) => sql(db, 'SELECT * FROM interactions ORDER BY captured_at').all() as Record<string, unknown>[],
  );

test('what hooks wrote down is stored as it was said, at the time it was said, and leaves the spool', async () => {
  const test = await home();
  const folder = spooled(test, 3);
  expect(await test.app.spool.run()).toEqual({ delivered: 3, bad: 0, left: 0 });
  const stored = await rows(test);
  expect(stored).toHaveLength(3);
  const { prompt, response, turn_id, session_id, captured_at, cwd } = numberedTurn(1);
  expect(stored[1]).toMatchObject({ client: 'claude-code', prompt, response, turn_id, session_id, captured_at, cwd });
  expect(readdirSync(folder)).toEqual([]);
});

test('a project is found by the recorded folder, and its wish not to be captured is kept', async () => {
  const test = await home();
  const [open, closed] = [join(test.home, 'open'), join(test.home, 'closed')];
  for (const folder of [open, closed]) mkdirSync(folder);
  await test.register('p05-optics', { workspaces: [open] });
  await test.register('p06-quiet', { workspaces: [closed] });
  await setCapture(test.app.registry, 'p06-quiet', false);
  spooled(test, 1, { cwd: open });
  spooled(test, 1, { cwd: closed, turn_id: 'quiet' });
  expect(await test.app.spool.run()).toEqual({ delivered: 2, bad: 0, left: 0 });
  expect(await rows(test)).toMatchObject([{ project: 'p05-optics', turn_id: 'turn-0' }]);
});

test('a secret and a private passage that reached the spool are not stored (case F15)', async () => {
  const test = await home();
  const secret = `ghp_${'Ab3'.repeat(12)}`;
  spooled(test, 1, { prompt: `the token is ${secret}, <private>and she is ill</private>`, response: 'noted' });
  await test.app.spool.run();
  const [row] = await rows(test);
  expect(row?.['prompt']).toBe('the token is [redacted:github],');
  expect(row?.['redactions']).toBe(1);
});

test('a bad file is set aside, named in status, and holds nothing up (cases F11 and F12)', async () => {
  const test = await home();
  const folder = spooled(test, 2);
  const name = `1000000000000-${'0'.repeat(32)}-1k.json`;
  writeFileSync(join(folder, name), 'half a tur');
  expect(await test.app.spool.run()).toEqual({ delivered: 2, bad: 1, left: 0 });
  expect(readdirSync(join(folder, 'bad'))).toEqual([name]);
  const status = await test.call<{ capture: object; degraded: { component: string; reason: string }[] }>('status');
  expect(status.capture).toMatchObject({ waiting: 0, bad: 1 });
  expect(status.degraded).toContainEqual({
    component: 'capture',
    reason: '1 spool files hold no turn that can be stored; they lie in spool/bad',
  });
});

test('a turn that is refused for good is set aside; anything else stops the drain and is tried again', async () => {
  const test = await home();
  const folder = spooled(test, 4);
  const seen: string[] = [];
  const fails = new Map([
    ['turn-1', new AtoError('INVALID_INPUT', 'refused')],
    ['turn-2', new AtoError('LOCKED', 'busy')],
  ]);
  const deliver = async ({ turn_id }: SpooledTurn) => {
    seen.push(turn_id);
    if (fails.has(turn_id)) throw fails.get(turn_id);
  };
  const first = await drainSpool(folder, deliver);
  expect(first).toMatchObject({ delivered: 1, bad: 1, left: 2, error: { code: 'LOCKED' } });
  fails.clear();
  expect(await drainSpool(folder, deliver)).toEqual({ delivered: 2, bad: 0, left: 0 });
  expect(seen).toEqual(['turn-0', 'turn-1', 'turn-2', 'turn-2', 'turn-3']);
});

test('turns that cannot be stored stay, status says why, and the next drain stores them', async () => {
  const test = await home();
  const folder = spooled(test, 2);
  test.write('config/project-registry.json', '{ broken');
  expect(await test.app.spool.run()).toMatchObject({ delivered: 0, left: 2, error: { code: 'REGISTRY_INVALID' } });
  const { degraded } = await test.call<{ degraded: { component: string; reason: string }[] }>('status');
  expect(degraded).toEqual(
    expect.arrayContaining([
      { component: 'capture', reason: expect.stringContaining('2 captured turns wait to be stored') },
      { component: 'spool', reason: expect.stringContaining('captured turns are not stored') },
    ]),
  );
  test.write('config/project-registry.json', JSON.stringify({ version: 1, projects: [] }));
  expect(await test.app.spool.run()).toMatchObject({ delivered: 2, left: 0 });
  expect(readSpoolState(folder).waiting).toBe(0);
});

test('while another process drains, nobody else does; a share is bounded by number', async () => {
  const test = await home();
  spooled(test, 5);
  const lock = await takeLock(test.app.lockFolder, 'spool', 'exclusive', 0);
  expect(await test.app.spool.run()).toBeUndefined();
  lock.release();
  expect(await test.app.spool.run({ filesMax: 2 })).toEqual({ delivered: 2, bad: 0, left: 3 });
});

test('a process that drains a share has stored it before its first look at the store', async () => {
  const test = await home();
  spooled(test, 3);
  const command = createAtoCore(test.app.config, { drainsShare: true });
  onTestFinished(() => command.close());
  const count = await command.withStore(
    async ({ db }) => (sql(db, 'SELECT count(*) AS n FROM interactions').get() as { n: number }).n,
  );
  expect(count).toBe(3);
});

test('with capture switched off what waits is neither stored nor thrown away', async () => {
  const test = await home();
  const folder = spooled(test, 2);
  const off = createAtoCore({ ...test.app.config, capture_disabled: true }, { drainsShare: true });
  onTestFinished(() => off.close());
  await off.withStore(async () => undefined);
  expect(readSpoolState(folder).waiting).toBe(2);
});

test('1,000 turns that are replayed are 1,000 interactions', { timeout: 120_000 }, async () => {
  const test = await home();
  for (const _time of [1, 2]) {
    spooled(test, 1_000);
    expect(await test.app.spool.run()).toEqual({ delivered: 1_000, bad: 0, left: 0 });
    expect(await rows(test)).toHaveLength(1_000);
  }
});

test('killing writers and drainers at random loses no turn and doubles none', { timeout: 180_000 }, async () => {
  const result = await runSpoolCampaign({ seed: 20_261_126, turns: 90, kills: 12 });
  expect(result).toMatchObject({ interactions: 90, interactions_after_replay: 90 });
  expect(result.killed_at_work).toBeGreaterThan(0);
});
