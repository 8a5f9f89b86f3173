import type { SpooledTurn } from '../../src/capture/spool.ts';

const START = Date.UTC(2026, 10, 2, 9);

/** The same turn for the same number, so that a turn can be written again. */
export function numberedTurn(number: number): SpooledTurn {
  return {
    version: 1,
    client: 'claude-code',
    session_id: `session-${Math.floor(number / 20)}`,
    turn_id: `turn-${number}`,
    prompt: `Question ${number}: which tolerance has part ${number}?`,
    response: `Part ${number} has a tolerance of ${number} micrometres.`,
    cwd: '/srv/bench',
    captured_at: new Date(START + number * 1_000).toISOString(),
    redactions: 0,
  };
}
