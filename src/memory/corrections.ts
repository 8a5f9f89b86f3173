import type { Database } from '../storage/database.ts';
import {
  differentQuantity,
  type Fact,
  factOf,
  jaccard,
  memoryVersion,
  readFact,
  sameValues,
  sharedCount,
} from './fact.ts';
import { isExpired, type Memory } from './memory.ts';
import { listMemories } from './memory-store.ts';

/** A statement and a memory are about one thing from this overlap of their topic words on. */
const SAME_TOPIC = 0.6;
/** Who says that he corrects something means the nearest memory; half of the shorter one's topic is enough. */
const CORRECTED_TOPIC = 0.5;
const SAME_SUBJECT = 0.8;
const NEIGHBOURS_MAX = 50;

/**
 * The active memory of the same project or the global scope that a statement of the person contradicts, the nearest first; undefined
 * when it contradicts none. `isCorrection`: the person said that something was wrong, so that less in common is enough.
 */
export function findCorrected(
  db: Database,
  statement: { content: string; project: string; isCorrection: boolean },
  now: Date,
): Memory | undefined {
  const fact = readFact(statement.content);
  const near = listMemories(db, {
    ...{ project: statement.project, withGlobal: true, status: 'active' },
    ...{ query: statement.content, limit: NEIGHBOURS_MAX },
  });
  let best: { memory: Memory; overlap: number } | undefined;
  for (const memory of near) {
    if (isExpired(memory, now)) continue;
    const known = factOf(memoryVersion(memory), memory.content);
    const overlap = jaccard(fact.topic, known.topic);
    if (contradicts(fact, known, statement.isCorrection) && overlap > (best?.overlap ?? 0)) best = { memory, overlap };
  }
  return best?.memory;
}

function contradicts(fact: Fact, known: Fact, isCorrection: boolean): boolean {
  if (otherObject(fact, known)) return true;
  const shared = sharedCount(fact.topic, known.topic);
  const smaller = Math.min(fact.topic.size, known.topic.size);
  const sameTopic =
    jaccard(fact.topic, known.topic) >= SAME_TOPIC ||
    (isCorrection && shared >= 2 && shared >= smaller * CORRECTED_TOPIC);
  if (!sameTopic) return false;
  if (differentQuantity(fact, known) !== undefined || fact.negated !== known.negated) return true;
  // Said as a correction, other words about the same thing are another value; the same words only confirm.
  return isCorrection && !(sameValues(fact, known) && sharedCount(fact.stems, known.stems) === known.stems.size);
}

/** `X is A` against `X is B`. */
function otherObject({ copula: left }: Fact, { copula: right }: Fact): boolean {
  if (!left || !right || sharedCount(left.object, right.object) > 0) return false;
  return jaccard(left.subject, right.subject) >= SAME_SUBJECT;
}
