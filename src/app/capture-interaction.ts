import type { Routing } from '../capture/interaction.ts';
import { findTurn, insertInteraction, type TurnKey, wasErased } from '../capture/interaction-store.ts';
import { prepareTurn, type StorableTurn } from '../capture/prepare-turn.ts';
import { isoTime, parseTime } from '../core/clock.ts';
import { sha256 } from '../core/ids.ts';
import { isReservedName } from '../projects/project.ts';
import type { RegistrySnapshot } from '../projects/registry.ts';
import type { Store } from '../storage/store.ts';
import type { AtoCore } from './atocore.ts';
import { claimsOnFolder, type Detection, detectFor } from './detect.ts';

export interface CaptureInput {
  client: string;
  session_id: string;
  /** Absent: the turn is known by its words and `recorded_at`. */
  turn_id?: string | undefined;
  prompt: string;
  response?: string | undefined;
  /** Absolute folder that the person worked in. */
  cwd?: string | undefined;
  /** Id or alias of the project, when the client knows it; empty: none. */
  project?: string | undefined;
  /** When the turn happened, ISO-8601; default: now. A moment in the future counts as now. */
  recorded_at?: string | undefined;
}

/** Why a turn was not stored; none of them is an error, so that a client forgets the turn. */
export type CaptureSkip = NonNullable<StorableTurn['skip']> | 'opted_out' | 'capture_disabled' | 'erased';

export interface Captured {
  /** Null when the turn was skipped. */
  interaction: { id: string; project: string | null; redactions: number } | null;
  /** The same turn was stored before; the answer is the stored one. */
  duplicate: boolean;
  skipped?: CaptureSkip;
}

/**
 * Stores one turn: the person's own words and the reply, without secrets, private passages and injected blocks. Idempotent for each
 * (client, session, turn); answers after the commit. Extraction never runs here (case C22). Throws UNKNOWN_PROJECT for a given name
 * that no project bears and REGISTRY_INVALID while the registry cannot be read, since nobody knows then who opted out: deliver again.
 */
export async function captureInteraction(app: AtoCore, input: CaptureInput): Promise<Captured> {
  if (app.config.capture_disabled) return skipped('capture_disabled');
  const registry = app.registry.load();
  const turn = await prepareTurn({ prompt: input.prompt, response: input.response ?? '' });
  if (turn.skip !== undefined) return skipped(turn.skip);
  const { skip: _skip, ...words } = turn;
  const key = keyOf(input, turn);
  return app.withStore(async (store) => {
    if (wasErased(store.db, key)) return skipped('erased');
    const known = findTurn(store.db, key);
    if (known) return { interaction: shown(known), duplicate: true };
    // What was injected may name any project; only what the person said tells of theirs.
    const detection = findProject(app, store, registry, { ...input, prompt: turn.prompt });
    if (optedOut(app, registry, detection.project, input.cwd)) return skipped('opted_out');
    const now = app.clock.now();
    const fresh = {
      ...{ ...key, ...words, project: detection.project, cwd: input.cwd ?? null },
      routing: routingOf(detection),
      captured_at: momentOf(input.recorded_at, now),
    };
    const { interaction, duplicate } = await store.write(() => insertInteraction(store.db, fresh, now));
    app.extractBehind();
    return { interaction: shown(interaction), duplicate };
  });
}

const skipped = (reason: CaptureSkip): Captured => ({ interaction: null, duplicate: false, skipped: reason });
const shown = ({ id, project, redactions }: NonNullable<Captured['interaction']>) => ({ id, project, redactions });

function keyOf(input: CaptureInput, { prompt, response }: StorableTurn): TurnKey {
  const { client, session_id, recorded_at = '' } = input;
  const turn_id = input.turn_id ?? `sha_${sha256(JSON.stringify([recorded_at, prompt, response])).slice(0, 32)}`;
  return { client, session_id, turn_id };
}

/** Milliseconds in UTC, so that moments compare as texts (case C23). */
function momentOf(recorded: string | undefined, now: Date): string {
  const at = recorded === undefined ? undefined : parseTime(recorded);
  return isoTime(at === undefined || at > now ? now : at);
}

/** A name that the client gave, else the folder that the person works in, else what the words say; null when that is not sure (case F05). */
function findProject(app: AtoCore, store: Store, registry: RegistrySnapshot, input: CaptureInput): Detection {
  if (input.project !== undefined) {
    const project = isReservedName(input.project) ? '' : registry.get(input.project).id;
    return detectFor(app, store, { prompt: input.prompt, project }).detection;
  }
  if (input.cwd !== undefined) {
    const { detection } = detectFor(app, store, { prompt: '', cwd: input.cwd });
    if (detection.project !== null) return detection;
  }
  return detectFor(app, store, { prompt: input.prompt, cwd: input.cwd }).detection;
}

function routingOf({ confidence, candidates }: Detection): Routing {
  return { confidence, candidates };
}

/** Whether the project of a turn, named or found, or any that has a claim on its working folder wants nothing captured. */
function optedOut(app: AtoCore, registry: RegistrySnapshot, project: string | null, cwd: string | undefined): boolean {
  const claims = cwd === undefined ? [] : claimsOnFolder(app, cwd);
  return [project, ...claims].some((id) => id !== null && registry.find(id)?.capture === false);
}
