import { countOfSession } from '../capture/extraction-runs.ts';
import type { ExtractedCandidate, ExtractorAnswer } from '../capture/extractor.ts';
import { type Interaction, interactionUri } from '../capture/interaction.ts';
import { markExtracted } from '../capture/interaction-store.ts';
import { LIMITS } from '../core/limits.ts';
import { memoryUri } from '../memory/conflicts.ts';
import { findCorrected } from '../memory/corrections.ts';
import { wasMemoryErased } from '../memory/erase-memory.ts';
import type { Memory, MemoryType } from '../memory/memory.ts';
import { findNearTwin, findTwin } from '../memory/memory-store.ts';
import { redactByPatterns } from '../redaction/redact.ts';
import { countCandidateAgain } from '../review/queue.ts';
import type { Act } from '../storage/history.ts';
import type { Store } from '../storage/store.ts';
import { addCandidate } from './add-memory.ts';
import type { AtoCore } from './atocore.ts';

/** A candidate that now waits for a person. */
export interface StoredCandidate {
  /** Id of the candidate memory. */
  memory: string;
  review_item: string;
  content: string;
  type: MemoryType;
  project: string | null;
  rule: string;
  extractor: string;
  interaction: string;
  /** The words of the turn, verbatim. */
  quote: string;
  speaker: 'person' | 'agent';
  /** The active memory that it contradicts; accepting the candidate supersedes it. */
  corrects?: string;
}

export interface StoredCandidates {
  candidates: StoredCandidate[];
  dropped: Record<string, number>;
  /** Secrets that the candidates held: a model may write what no turn said. */
  redactions: number;
}

/**
 * Puts what an extractor found in one turn into the review queue and marks the turn as read, in the caller's transaction: a process that
 * dies here leaves both or none. Dropped and counted: what already waits, what was turned down before, and what is more than a session
 * may give. Throws CONFLICT when the queue is full of items that a person has taken up; the turn stays unread then.
 */
export function storeCandidates(
  app: AtoCore,
  store: Store,
  turn: Interaction,
  answer: ExtractorAnswer & { extractor: string },
  act: Act,
): StoredCandidates {
  const result: StoredCandidates = { candidates: [], dropped: { ...answer.dropped }, redactions: 0 };
  let room = LIMITS.candidatesPerSessionMax - countOfSession(store.db, turn);
  for (const found of answer.candidates) {
    const { candidate, redactions } = withoutSecrets(found);
    const project = projectOf(app, turn, candidate);
    const reason = room <= 0 ? 'session_cap' : reasonAgainst(store, turn, { ...candidate, project: project ?? '' });
    if (reason !== undefined) {
      result.dropped[reason] = (result.dropped[reason] ?? 0) + 1;
      continue;
    }
    room -= 1;
    result.redactions += redactions;
    result.candidates.push(storeOne(app, store, turn, candidate, project, act));
  }
  markExtracted(store.db, turn.id, answer.extractor);
  return result;
}

/** Turns are redacted when they are captured; what an extractor makes of them is redacted here, whichever wrote it (case F15). */
function withoutSecrets(found: ExtractedCandidate): { candidate: ExtractedCandidate; redactions: number } {
  const candidate = { ...found };
  let redactions = 0;
  for (const field of ['content', 'quote', 'rule', 'project'] as const) {
    const text = found[field];
    if (text === undefined) continue;
    const clean = redactByPatterns(text);
    Object.assign(candidate, { [field]: clean.text });
    redactions += clean.redactions;
  }
  return { candidate, redactions };
}

/** What the turn recorded wins over what an extractor says; a name that no project bears is dropped (case C06). */
function projectOf(app: AtoCore, turn: Interaction, candidate: ExtractedCandidate): string | null {
  const { snapshot } = app.registry.loadOrLast();
  const named = turn.project ?? candidate.project;
  return named === undefined || named === null ? null : (snapshot.find(named)?.id ?? null);
}

function reasonAgainst(
  store: Store,
  turn: Interaction,
  wanted: { content: string; type: MemoryType; project: string },
): string | undefined {
  const twinOf = (status: Memory['status']) =>
    findTwin(store.db, wanted, status) ?? findNearTwin(store.db, wanted, status);
  const waiting = twinOf('candidate');
  if (waiting) {
    // A turn that is read again does not say it once more.
    if (turn.extracted_by === null) countCandidateAgain(store.db, waiting);
    return 'waits_already';
  }
  if (wasMemoryErased(store.db, wanted)) return 'erased';
  return twinOf('invalid') ? 'turned_down_before' : undefined;
}

function storeOne(
  app: AtoCore,
  store: Store,
  turn: Interaction,
  candidate: ExtractedCandidate,
  project: string | null,
  act: Act,
): StoredCandidate {
  const { content, type, rule, quote, speaker, extractor_version: extractor, absolute_date } = candidate;
  const statement = { content, project: project ?? '', isCorrection: rule === 'correction' };
  const corrected = speaker === 'person' ? findCorrected(store.db, statement, new Date(act.at)) : undefined;
  const said = speaker === 'person' ? 'the person said it' : 'the agent noted it and the person confirmed it';
  const where = `${turn.client}, ${turn.captured_at.slice(0, 10)}${turn.project === null ? ', no project known' : ''}`;
  const against = corrected ? `; contradicts ${memoryUri(corrected.id)}: "${corrected.content}"` : '';
  const { memory, review_item } = addCandidate(
    app,
    store,
    {
      ...{ content, type, project: project ?? '', source: interactionUri(turn.id) },
      provenance: {
        ...{ interaction: turn.id, rule, extractor, quote, speaker },
        ...(absolute_date === undefined ? {} : { absolute_date }),
      },
      ...(corrected ? { supersedes: corrected.id } : {}),
    },
    { act, evidence: { evidence: `${said} (${where}), rule ${rule}${against}`, quote } },
  );
  return {
    ...{ memory: memory.id, review_item: review_item!, content, type, project, rule, extractor },
    ...{ interaction: turn.id, quote, speaker },
    ...(corrected ? { corrects: memoryUri(corrected.id) } : {}),
  };
}
