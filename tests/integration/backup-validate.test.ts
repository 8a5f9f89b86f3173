import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSnapshot } from '../../src/backup/create.ts';
import { restoreSnapshot } from '../../src/backup/restore.ts';
import { validateSnapshot } from '../../src/backup/validate.ts';
import { type BackupHome, destroyHome, fillStore, openHome, writeRegistry } from '../support/backup-home.ts';

let host: BackupHome;
let good: string;
let id: string;
beforeAll(async () => {
  host = openHome();
  writeRegistry(host, ['alpha']);
  await fillStore(host, 6);
  id = (await createSnapshot(host)).snapshot.id;
  good = join(host.config.backup_dir, id);
});
afterAll(() => destroyHome(host));

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at < 0 ? bytes.length + at : at]! ^= 0xff;
  writeFileSync(path, bytes);
}

function editManifest(folder: string, edit: (text: string) => string): void {
  const path = join(folder, 'manifest.json');
  const before = readFileSync(path, 'utf8');
  const after = edit(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

function firstVectorFile(folder: string): string {
  const found = readdirSync(join(folder, 'vectors'), { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.parentPath.endsWith('data'),
  )!;
  return join(found.parentPath, found.name);
}

const DAMAGES: [string, string, boolean, (folder: string) => void][] = [
  ['a flipped byte in the database', 'damaged', false, (folder) => flipByte(join(folder, 'atocore.db'), 9000)],
  ['a flipped byte in a vector file', 'damaged', false, (folder) => flipByte(firstVectorFile(folder), -20)],
  ['a flipped byte in the registry', 'damaged', false, (folder) => flipByte(join(folder, 'project-registry.json'), 5)],
  ['a cut database', 'damaged', true, (folder) => truncateSync(join(folder, 'atocore.db'), 4096)],
  ['a file that grew', 'damaged', true, (folder) => appendFileSync(join(folder, 'project-registry.json'), ' ')],
  ['a missing database', 'incomplete', true, (folder) => rmSync(join(folder, 'atocore.db'))],
  ['a missing vector file', 'incomplete', true, (folder) => rmSync(firstVectorFile(folder))],
  ['a missing manifest', 'incomplete', true, (folder) => rmSync(join(folder, 'manifest.json'))],
  ['a log beside the database', 'damaged', true, (folder) => writeFileSync(join(folder, 'atocore.db-wal'), 'x')],
  [
    'a link instead of a file',
    'damaged',
    true,
    (folder) => {
      renameSync(join(folder, 'project-registry.json'), join(folder, '..', 'elsewhere.json'));
      symlinkSync(join(folder, '..', 'elsewhere.json'), join(folder, 'project-registry.json'));
    },
  ],
  [
    'an edited manifest',
    'damaged',
    true,
    (folder) => editManifest(folder, (text) => text.replace('"manual"', '"scheduled"')),
  ],
  ['a manifest that is not JSON', 'foreign', true, (folder) => writeFileSync(join(folder, 'manifest.json'), '{"for')],
  [
    'a manifest of something else',
    'foreign',
    true,
    (folder) => writeFileSync(join(folder, 'manifest.json'), '{"a":1}'),
  ],
  [
    'the manifest of another snapshot',
    'foreign',
    true,
    (folder) => editManifest(folder, (text) => text.replace(id, '20200101T000000Z')),
  ],
  [
    'a manifest that names a path outside',
    'foreign',
    true,
    (folder) =>
      editManifest(folder, (text) => text.replace(/"path": "vectors.*"/, '"path": "vectors/../../../etc/passwd"')),
  ],
  [
    'a manifest that names an absolute path',
    'foreign',
    true,
    (folder) => editManifest(folder, (text) => text.replace(/"path": "vectors.*"/, '"path": "/etc/passwd"')),
  ],
  [
    'a newer format',
    'newer',
    true,
    (folder) => editManifest(folder, (text) => text.replace(/"format_version": \d+/, '"format_version": 2')),
  ],
  [
    'a newer schema',
    'newer',
    true,
    (folder) => editManifest(folder, (text) => text.replace(/"schema_version": \d+/, '"schema_version": 99')),
  ],
];

for (const [name, problem, quickSees, damage] of DAMAGES) {
  test(`${name} makes a snapshot ${problem}`, async () => {
    const backupDir = mkdtempSync(join(tmpdir(), 'atocore-damage-'));
    try {
      cpSync(good, join(backupDir, id), { recursive: true });
      expect((await validateSnapshot(backupDir, id)).ok).toBe(true);
      damage(join(backupDir, id));
      const full = await validateSnapshot(backupDir, id);
      expect({ ok: full.ok, problem: full.problem }).toEqual({ ok: false, problem });
      expect((await validateSnapshot(backupDir, id, { quick: true })).ok).toBe(!quickSees);
      const refused = { ...host, config: { ...host.config, backup_dir: backupDir } };
      await expect(restoreSnapshot(refused, { snapshot: id })).rejects.toMatchObject({
        code: 'SNAPSHOT_INVALID',
        details: { problem },
      });
    } finally {
      rmSync(backupDir, { recursive: true });
    }
  });
}

test('an empty folder with a stamp as its name is foreign', async () => {
  const backupDir = mkdtempSync(join(tmpdir(), 'atocore-damage-'));
  cpSync(join(good, 'vectors'), join(backupDir, id), { recursive: true });
  expect((await validateSnapshot(backupDir, id)).problem).toBe('foreign');
  rmSync(backupDir, { recursive: true });
});

for (const bad of [
  '../../etc',
  '..',
  '',
  '20260101T000000Z/..',
  '20260101T000000Z\n',
  '.staging-1-a',
  '20260101T000000',
]) {
  test(`the id ${JSON.stringify(bad)} is refused before any path is made of it`, async () => {
    await expect(validateSnapshot(host.config.backup_dir, bad)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(restoreSnapshot(host, { snapshot: bad, dryRun: false, confirm: bad })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
}

test('an unknown stamp is not found', async () => {
  await expect(validateSnapshot(host.config.backup_dir, '20200101T000000Z')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
