import { INITIAL_SCHEMA } from './0001-initial.ts';
import { CAPTURE_SCHEMA } from './0002-capture.ts';

/** One step of the schema. The list is append-only: a released step never changes. */
export interface Migration {
  version: number;
  name: string;
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'initial', sql: INITIAL_SCHEMA },
  { version: 2, name: 'capture', sql: CAPTURE_SCHEMA },
];

export const SCHEMA_VERSION = MIGRATIONS[MIGRATIONS.length - 1]!.version;
