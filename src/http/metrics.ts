import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CallReport } from '../operations/operation.ts';
import type { Health } from './health.ts';

export interface Metrics {
  readonly contentType: string;
  /** Counts one finished call. */
  count(report: CallReport): void;
  /** The page of Prometheus text. */
  render(): Promise<string>;
}

interface Source {
  health: () => Promise<Health>;
  sessions: () => number;
}

/** Metrics of one service, in a registry of its own so that several services can live in one process. */
export function createMetrics(source: Source): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: 'atocore_operations_total',
    help: 'Finished calls by operation and outcome (ok or an error code)',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const errors = new Counter({
    name: 'atocore_operation_errors_total',
    help: 'Failed calls by operation and error code',
    labelNames: ['operation', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'atocore_operation_duration_seconds',
    help: 'Duration of calls by operation',
    labelNames: ['operation'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
    registers,
  });
  const refreshes = new Counter({
    name: 'atocore_refreshes_total',
    help: 'Refreshes by their status',
    labelNames: ['status'],
    registers,
  });
  const readings = createReadings(registers);
  return {
    contentType: registry.contentType,
    count({ operation, outcome, duration_ms, status }) {
      calls.inc({ operation, outcome });
      duration.observe({ operation }, duration_ms / 1000);
      if (outcome !== 'ok') errors.inc({ operation, code: outcome });
      if (operation === 'refresh_project' && status !== undefined) refreshes.inc({ status });
    },
    async render() {
      readings(await source.health(), source.sessions());
      return registry.metrics();
    },
  };
}

/** Gauges that are read from the health of the moment. */
function createReadings(registers: Registry[]): (health: Health, sessions: number) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `atocore_${name}`, help, labelNames, registers });
  const up = gauge('up', '1 when the store can be read');
  const degraded = gauge('degraded', 'Parts that are degraded');
  const build = gauge('build_info', 'The running build', ['version', 'sha', 'time', 'branch']);
  const stored = gauge('stored', 'Rows in the store by kind', ['kind']);
  const vectors = gauge('vectors', 'Vectors by state: stored, pending, drifted', ['state']);
  const queue = gauge('review_queue', 'Items that wait for a person');
  const oldest = gauge('review_queue_oldest_seconds', 'Age of the oldest item that waits; 0 when none does');
  const backup = gauge(
    'backup_age_seconds',
    'Age of the last snapshot, validation, drill, good drill and push; absent when there is none',
    ['kind'],
  );
  const open = gauge('mcp_sessions', 'Open sessions of older MCP clients');
  return ({ status, version, build_sha, build_time, build_branch, reasons, details }, sessions) => {
    up.set(status === 'unavailable' ? 0 : 1);
    degraded.set(reasons.length);
    build.set({ version, sha: build_sha, time: build_time, branch: build_branch }, 1);
    open.set(sessions);
    if (!details) return;
    for (const [kind, rows] of Object.entries(details.counts)) stored.set({ kind }, rows);
    vectors.set({ state: 'stored' }, details.vectors.rows);
    vectors.set({ state: 'pending' }, details.vectors.pending);
    vectors.set({ state: 'drifted' }, details.vectors.drift);
    queue.set(details.queue.pending);
    oldest.set(ageSeconds(details.queue.oldest) ?? 0);
    const { last, validated, last_drill, last_good_drill, last_push } = details.backup;
    for (const [kind, at] of [
      ['snapshot', last],
      ['validated', validated],
      ['drill', atOf(last_drill)],
      ['good_drill', last_good_drill],
      ['push', atOf(last_push)],
    ] as const) {
      const age = ageSeconds(at);
      if (age !== undefined) backup.set({ kind }, age);
    }
  };
}

/** When a record of the store says that it was made. */
function atOf(record: unknown): unknown {
  return (record as { at?: unknown } | null)?.at;
}

/** Snapshots are named by a compact stamp; other times are ISO-8601. */
function ageSeconds(at: unknown): number | undefined {
  if (typeof at !== 'string') return undefined;
  const iso = at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  return Number.isNaN(time) ? undefined : Math.max(0, (Date.now() - time) / 1000);
}
