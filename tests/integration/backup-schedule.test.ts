import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupTroubles } from '../../src/backup/care.ts';
import { createSnapshot } from '../../src/backup/create.ts';
import { listSnapshots, newestSnapshot } from '../../src/backup/list.ts';
import { readRecord } from '../../src/backup/records.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { isDue, runDueJobs, schedulesOf, startSchedules } from '../../src/backup/schedule.ts';
import { createHealth } from '../../src/http/health.ts';
import { takeLock } from '../../src/storage/store-lock.ts';
import { type BackupHome, destroyHome, fillStore, openHome, writeRegistry } from '../support/backup-home.ts';
import { createTestHome } from '../support/home.ts';
import { fixedClock } from '../support/store.ts';

const DAILY = '15 3 * * *';
const WEEKLY = '45 3 * * 0';

let host: BackupHome;
let far: string;
beforeEach(async () => {
  host = openHome();
  far = mkdtempSync(join(tmpdir(), 'atocore-far-'));
  writeRegistry(host, ['alpha']);
  await fillStore(host, 4);
});
afterEach(async () => {
  await destroyHome(host);
  rmSync(far, { recursive: true, force: true });
});

/** The same home as a service sees it at that moment. */
const at = (time: string, config: object = {}): BackupHome => ({
  ...host,
  config: { ...host.config, ...config },
  clock: { now: () => new Date(time) },
});
const jobs = async (home: BackupHome) => (await runDueJobs(home)).map(({ job, ok }) => `${job} ${ok}`);
const troubles = async (home: BackupHome) => {
  const newest = await newestSnapshot(home.config.backup_dir);
  return home.withStore(async (store) => backupTroubles(home.config, store, newest, home.clock.now()));
};

test('a service snapshots daily and drills weekly unless it is told otherwise', () => {
  expect(schedulesOf({ backup_schedule: undefined, drill_schedule: undefined })).toEqual({
    backup: DAILY,
    drill: WEEKLY,
  });
  expect(schedulesOf({ backup_schedule: 'off', drill_schedule: '0 * * * *' })).toEqual({
    backup: null,
    drill: '0 * * * *',
  });
});

test('a job is due when its time came, was missed, failed a while ago, or the clock went back', () => {
  const ran = (time: string, ok = true) => ({ job: 'backup' as const, at: time, ok, snapshot: null, error: null });
  const now = new Date('2026-03-10T12:00:00.000Z');
  expect(isDue(DAILY, ran('2026-03-10T03:15:00.000Z'), undefined, now)).toBe(false);
  expect(isDue(DAILY, ran('2026-03-09T03:15:00.000Z'), undefined, now)).toBe(true);
  expect(isDue(DAILY, ran('2026-01-01T03:15:00.000Z'), undefined, now)).toBe(true);
  expect(isDue(DAILY, ran('2026-03-10T11:50:00.000Z', false), undefined, now)).toBe(false);
  expect(isDue(DAILY, ran('2026-03-10T11:40:00.000Z', false), undefined, now)).toBe(true);
  expect(isDue(DAILY, ran('2031-01-01T00:00:00.000Z'), undefined, now)).toBe(true);
  expect(isDue(DAILY, undefined, '2026-03-10T05:00:00.000Z', now)).toBe(false);
  expect(isDue(DAILY, undefined, undefined, now)).toBe(true);
  expect(isDue(null, undefined, undefined, now)).toBe(false);
});

test('what was missed is caught up once, a drill after the snapshot that it needs', async () => {
  expect(await jobs(at('2026-03-10T12:00:00Z'))).toEqual(['backup true', 'drill true']);
  expect(await jobs(at('2026-03-10T12:05:00Z'))).toEqual([]);
  expect(await jobs(at('2026-03-11T03:16:00Z'))).toEqual(['backup true']);
  // Five days of sleep over a Sunday are one snapshot and one drill.
  expect(await jobs(at('2026-03-16T08:00:00Z'))).toEqual(['backup true', 'drill true']);
  expect((await listSnapshots(host.config.backup_dir)).map(({ kind }) => kind)).toEqual(Array(3).fill('scheduled'));
});

test('a home without a store is left alone', async () => {
  const empty = openHome();
  expect(await runDueJobs(empty)).toEqual([]);
  expect(readdirSync(empty.home)).toEqual([]);
  await destroyHome(empty);
});

test('of two processes one does the work', async () => {
  const other = openHome(host.home);
  const time = { now: () => new Date('2026-03-10T12:00:00Z') };
  const ran = await Promise.all([runDueJobs({ ...host, clock: time }), runDueJobs({ ...other, clock: time })]);
  expect(ran.flat().map(({ job }) => job)).toEqual(['backup', 'drill']);
  const lock = await takeLock(host.lockFolder, 'schedule', 'exclusive', 0);
  expect(await jobs(at('2026-03-12T12:00:00Z'))).toEqual([]);
  lock.release();
  expect(await jobs(at('2026-03-12T12:00:00Z'))).toEqual(['backup true']);
  await other.close();
});

test('a scheduled snapshot that fails is named and tried again, until one is good', async () => {
  const blocked = join(far, 'a-file');
  writeFileSync(blocked, '');
  const known = new Map<string, string>();
  const broken = { ...at('2026-03-10T12:00:00Z', { backup_dir: join(blocked, 'snapshots') }), troubles: known };
  await expect(runDueJobs(broken)).rejects.toThrow();
  const full = { ...at('2026-03-10T12:00:00Z'), troubles: known };
  // Whoever holds the registry for too long makes a snapshot fail; the wait is not worth a test, a database that lies is.
  const failing: BackupHome = { ...full, config: { ...full.config, registry_path: far } };
  expect(await jobs(failing)).toEqual(['backup false']);
  expect(known.get('backup')).toContain('2026-03-10T12:00:00.000Z');
  expect(await troubles(at('2026-03-10T12:01:00Z'))).toMatchObject([{ component: 'backup' }]);
  expect(await jobs(failing)).toEqual([]);
  expect(await jobs({ ...full, ...at('2026-03-10T12:20:00Z') })).toEqual(['backup true', 'drill true']);
  expect(await troubles(at('2026-03-10T12:21:00Z'))).toEqual([]);
});

test('a schedule removes what schedules made, never what a person made', async () => {
  const mine = (await createSnapshot(at('2026-03-03T01:00:00Z'))).snapshot.id;
  for (let hour = 2; hour < 6; hour += 1)
    await createSnapshot(at(`2026-03-03T0${hour}:00:00Z`), { kind: 'scheduled', includeVectors: false });
  await runDueJobs(at('2026-04-20T12:00:00Z'));
  const kept = (await listSnapshots(host.config.backup_dir)).map(({ id }) => id);
  expect(kept).toEqual(['20260420T120000Z', '20260303T050000Z', mine]);
});

test('a scheduled snapshot is pushed; a push that fails is named and fails nothing', async () => {
  expect(await jobs(at('2026-03-10T12:00:00Z', { backup_remote: far }))).toEqual(['backup true', 'drill true']);
  expect(readdirSync(far)).toEqual(['20260310T120000Z']);
  expect(await troubles(at('2026-03-10T12:01:00Z', { backup_remote: far }))).toEqual([]);
  const blocked = join(far, 'a-file');
  writeFileSync(blocked, '');
  const broken = at('2026-03-11T12:00:00Z', { backup_remote: blocked });
  expect(await jobs(broken)).toEqual(['backup true']);
  expect(await troubles(broken)).toEqual([
    { component: 'push', reason: expect.stringContaining('20260311T120000Z failed') },
  ]);
});

test('health is degraded when the last good snapshot or drill is too old, and when a drill failed', async () => {
  await runDueJobs(at('2026-03-10T12:00:00Z'));
  expect(await troubles(at('2026-03-12T04:00:00Z'))).toEqual([]);
  expect(await troubles(at('2026-03-12T05:00:00Z'))).toMatchObject([{ component: 'backup' }]);
  await createSnapshot(at('2026-03-22T12:00:00Z'));
  expect(await troubles(at('2026-03-22T12:00:00Z'))).toMatchObject([
    { component: 'drill', reason: expect.stringContaining('2026-03-10') },
  ]);
  const { snapshot } = await createSnapshot(at('2026-03-23T12:00:00Z'));
  const path = join(host.config.backup_dir, snapshot.id, 'atocore.db');
  const bytes = readFileSync(path);
  bytes[5000]! ^= 1;
  writeFileSync(path, bytes);
  await runDueJobs(at('2026-03-23T12:10:00Z', { backup_schedule: 'off' }));
  const record = await host.withStore(async (store) => readRecord(store, 'scheduled_drill'));
  expect(record).toMatchObject({ ok: false, snapshot: snapshot.id });
  expect(await troubles(at('2026-03-23T12:11:00Z'))).toMatchObject([{ component: 'drill' }]);
});

test('a restore keeps what is known of schedules, since it tells of the home', async () => {
  const { snapshot } = await createSnapshot(at('2026-03-09T00:00:00Z'));
  await runDueJobs(at('2026-03-10T12:00:00Z'));
  await restoreSnapshot(host, { snapshot: snapshot.id, confirm: snapshot.id, dryRun: false });
  expect(await jobs(at('2026-03-10T13:00:00Z'))).toEqual([]);
});

test('a scheduler makes the first snapshot by itself and stops at once', async () => {
  const made = Promise.withResolvers<void>();
  const log = { ...host.log, info: () => made.resolve(), warn: () => undefined, error: () => undefined };
  const scheduler = startSchedules({ ...host, log: log as unknown as BackupHome['log'] }, 0);
  await made.promise;
  await scheduler.stop();
  expect((await listSnapshots(host.config.backup_dir)).map(({ kind }) => kind)).toEqual(['scheduled']);
});

test('status and health name what is late, and what went wrong behind this process', async () => {
  const clock = fixedClock('2026-03-10T12:00:00Z');
  const home = await createTestHome({ embedder: 'bundled', clock });
  try {
    await home.call('add_memory', { content: 'The mirror arrives in May', type: 'knowledge' });
    await runDueJobs(home.app);
    expect(await createHealth(home.app)()).toMatchObject({ status: 'ok', reasons: [] });
    clock.addDays(20);
    home.app.troubles.set('retention', 'the disk is full');
    const { status, reasons, details } = await createHealth(home.app)();
    expect([status, reasons.map(({ component }) => component)]).toEqual(['degraded', ['backup', 'drill', 'retention']]);
    expect(details?.backup).toMatchObject({
      last: '2026-03-10T12:00:00.000Z',
      last_good_drill: '2026-03-10T12:00:00.000Z',
      schedules: { backup: DAILY, drill: WEEKLY },
    });
    expect(await home.call('status')).toMatchObject({ degraded: reasons });
  } finally {
    await home.close();
  }
});
