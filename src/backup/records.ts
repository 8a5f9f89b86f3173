import { sql } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import type { BackupHost } from './host.ts';
import { type DrillResult, drillResultSchema, type PushResult, pushResultSchema } from './results.ts';

/** What happened last, as JSON in the settings table, for `status` and `/health`. */
const SCHEMAS = { last_drill: drillResultSchema, last_push: pushResultSchema } as const;
interface Records {
  last_drill: DrillResult;
  last_push: PushResult;
}

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
