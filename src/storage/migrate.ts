import type { Database } from 'better-sqlite3';
import { AtoError } from '../core/errors.ts';
import { MIGRATIONS, type Migration, SCHEMA_VERSION } from './migrations/index.ts';

/** The schema version of an open database; 0 for an empty one. Kept in `user_version`, which is part of the file header. */
export function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Throws SCHEMA_NEWER when the database was written by a newer program; nothing is touched then. */
export function assertSchemaKnown(db: Database): void {
  const found = schemaVersion(db);
  if (found > SCHEMA_VERSION) {
    throw new AtoError(
      'SCHEMA_NEWER',
      `The database has schema ${found}; this AtoCore knows schemas up to ${SCHEMA_VERSION}.`,
      'Install the AtoCore that wrote it, or a newer one, or restore an older snapshot.',
      { found, known: SCHEMA_VERSION },
    );
  }
}

export function pendingMigrations(db: Database): Migration[] {
  const found = schemaVersion(db);
  return MIGRATIONS.filter((migration) => migration.version > found);
}

/** Applies what is missing, each step and its version number in one transaction. Idempotent; safe when two processes race. */
export function migrate(db: Database): Migration[] {
  assertSchemaKnown(db);
  const applied: Migration[] = [];
  for (const migration of pendingMigrations(db)) {
    const step = db.transaction(() => {
      // Another process may have been faster between the look and the lock.
      if (schemaVersion(db) >= migration.version) return false;
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
      return true;
    });
    if (step.immediate()) applied.push(migration);
  }
  return applied;
}
