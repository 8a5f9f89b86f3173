import { existsSync } from 'node:fs';
import { backupTroubles } from '../backup/care.ts';
import { checkDatabase } from '../backup/check-database.ts';
import { listSnapshots, newestSnapshot } from '../backup/list.ts';
import type { SnapshotSummary } from '../backup/results.ts';
import { validateSnapshot } from '../backup/validate.ts';
import { toAtoError } from '../core/errors.ts';
import { brokenWordTable, findWordDrift } from '../ingestion/rebuild-words.ts';
import { measureDrift } from '../search/vector-index.ts';
import { type Database, openReadOnly } from '../storage/database.ts';
import { assertSchemaKnown, pendingMigrations } from '../storage/migrate.ts';
import type { AtoCore } from './atocore.ts';
import { ailing, type Finding, REPAIR_HINT, sound } from './doctor-finding.ts';

/** The database and its word indexes, read only: a damaged file is evidence and never touched. */
export function checkStore(dbPath: string): Finding[] {
  if (!existsSync(dbPath))
    return [ailing('database', 'NOT_INITIALISED', 'there is none yet', 'Make the home: `atocore init`.')];
  let db: Database | undefined;
  try {
    db = openReadOnly(dbPath);
    assertSchemaKnown(db);
    const waiting = pendingMigrations(db).length;
    const complaints = checkDatabase(db).filter((check) => !check.ok);
    const aboutWords = (detail: string) => detail.split('; ').every((line) => brokenWordTable(line) !== undefined);
    const grave = complaints.filter(({ name, detail }) => !(name === 'integrity' && aboutWords(detail)));
    if (grave.length > 0) throw new DamagedError(grave.map(({ name, detail }) => `${name}: ${detail}`).join('; '));
    const note = waiting > 0 ? `sound; ${waiting} migrations wait for the next command` : 'sound';
    if (waiting > 0) return [sound('database', note)];
    return [
      sound('database', note),
      checkWords(
        db,
        complaints.map(({ detail }) => detail),
      ),
    ];
  } catch (thrown) {
    if (thrown instanceof DamagedError) return [damaged(thrown.message)];
    const error = toAtoError(thrown);
    return [
      error.code === 'CORRUPT' ? damaged(error.message) : ailing('database', error.code, error.message, error.hint),
    ];
  } finally {
    db?.close();
  }
}

class DamagedError extends Error {}

const damaged = (detail: string) =>
  ailing(
    'database',
    'CORRUPT',
    detail,
    'Restore the newest good snapshot with everything stopped; the damaged files are kept.',
  );

function checkWords(db: Database, complaints: readonly string[]): Finding {
  const drift = findWordDrift(db).map(
    ({ table, missing, orphans }) => `${table}: ${missing} missing, ${orphans} of no row`,
  );
  const all = [...complaints, ...drift];
  return all.length === 0
    ? sound('words', 'the full-text tables match the rows')
    : ailing('words', 'PARTIAL', all.join('; '), REPAIR_HINT, true);
}

export function checkRegistry(app: AtoCore): Finding {
  const { snapshot, error } = app.registry.loadOrLast();
  if (!error) return sound('registry', `${snapshot.projects.length} projects`);
  return ailing('registry', error.code, error.message, `Correct the line, or ${REPAIR_HINT}`, true);
}

/** The model is loaded and asked for one vector; then vectors and chunks are compared id by id. */
export async function checkVectors(app: AtoCore): Promise<Finding[]> {
  return app.withStore(async (store) => {
    if (!store.embedder) return [sound('embedder', 'switched off by ATOCORE_EMBEDDER=none; search is lexical')];
    const findings: Finding[] = [];
    try {
      await store.embedder.embed(['probe']);
      findings.push(sound('embedder', `${store.embedder.name} answers`));
    } catch (thrown) {
      const error = toAtoError(thrown);
      findings.push(
        ailing('embedder', 'EMBEDDER_UNAVAILABLE', error.message, error.hint || 'Search stays lexical until then.'),
      );
    }
    try {
      const { rows, pending, orphans, missing } = await measureDrift(store);
      const detail = `${rows} vectors, ${pending} pending, ${orphans} orphans, ${missing} missing`;
      const even = orphans + missing === 0;
      findings.push(even ? sound('vectors', detail) : ailing('vectors', 'PARTIAL', detail, REPAIR_HINT, true));
    } catch (thrown) {
      findings.push(ailing('vectors', 'PARTIAL', toAtoError(thrown).message, REPAIR_HINT, true));
    }
    return findings;
  });
}

/** The newest snapshot in full, and how the care for snapshots goes. */
export async function checkSnapshots(app: AtoCore): Promise<Finding[]> {
  const found = await listSnapshots(app.config.backup_dir);
  const findings: Finding[] = [];
  const newest = found[0];
  if (!newest) findings.push(sound('snapshots', 'there is none yet; `atocore backup create` makes one'));
  else {
    const { ok, problem, checks } = await validateSnapshot(app.config.backup_dir, newest.id);
    const why = checks.filter((check) => !check.ok).map((check) => check.detail);
    findings.push(
      ok
        ? sound('snapshots', `${found.length}, the newest is ${newest.id} and good`)
        : ailing(
            'snapshots',
            'SNAPSHOT_INVALID',
            `${newest.id} is ${problem}: ${why.join('; ')}`,
            'Make another: `atocore backup create`.',
          ),
    );
  }
  const good = await newestSnapshot(app.config.backup_dir);
  const late = await app.withStore(async (store) => backupTroubles(app.config, store, good, app.clock.now()));
  const byHand = { backup: 'atocore backup create', drill: 'atocore backup drill', push: 'atocore backup push' };
  for (const { component, reason } of late)
    findings.push(ailing(component, 'PARTIAL', reason, `\`${byHand[component]}\` does it now.`));
  return findings;
}

/** The newest snapshot that passes the full check: what to restore when the database is damaged. What a restore replaced comes last. */
export async function newestWholeSnapshot(backupDir: string): Promise<SnapshotSummary | undefined> {
  const found = (await listSnapshots(backupDir)).filter((one) => one.problem === null);
  const isGivenUp = ({ kind }: SnapshotSummary) => kind === 'pre_restore';
  for (const { id } of [...found.filter((one) => !isGivenUp(one)), ...found.filter(isGivenUp)]) {
    const { ok, snapshot } = await validateSnapshot(backupDir, id);
    if (ok) return snapshot;
  }
  return undefined;
}
