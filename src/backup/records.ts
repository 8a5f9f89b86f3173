import { sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import type { BackupHost } from './host.ts';
import {
  type DrillResult,
  drillResultSchema,
  type PushResult,
  pushResultSchema,
  type ScheduledRun,
  type Schedules,
  scheduledRunSchema,
  schedulesSchema,
} from './results.ts';

/** What happened last, as JSON in the settings table, for `status` and `/health`. */
const SCHEMAS = {
  last_drill: drillResultSchema,
  last_good_drill: drillResultSchema,
  last_push: pushResultSchema,
  scheduled_backup: scheduledRunSchema,
  scheduled_drill: scheduledRunSchema,
  schedules: schedulesSchema,
} as const;
interface Records {
  last_drill: DrillResult;
  last_good_drill: DrillResult;
  last_push: PushResult;
  scheduled_backup: ScheduledRun;
  scheduled_drill: ScheduledRun;
  schedules: Schedules;
}
/** They tell of this home, not of the moment of a snapshot: a restore keeps them. */
export const RECORD_NAMES = Object.keys(SCHEMAS) as readonly (keyof Records)[];

export async function writeRecord<Name extends keyof Records>(
  host: BackupHost,
  name: Name,
  value: Records[Name],
): Promise<void> {
  await host.withStore((store) =>
    store.write(() => {
      sql(
        store.db,
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      ).run(name, JSON.stringify(value));
    }),
  );
}

/** The last recorded result; undefined when there is none or an older program wrote another shape. */
export function readRecord<Name extends keyof Records>(store: Store, name: Name): Records[Name] | undefined {
  const row = sql(store.db, 'SELECT value FROM settings WHERE name = ?').get(name) as { value: string } | undefined;
  if (!row) return undefined;
  const parsed = SCHEMAS[name].safeParse(JSON.parse(row.value));
  return parsed.success ? (parsed.data as Records[Name]) : undefined;
}
