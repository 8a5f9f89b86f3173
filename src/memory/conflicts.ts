import { contentStems } from '../core/text.ts';
import type { StateEntry } from '../state/entry.ts';
import { listState } from '../state/state-store.ts';
import type { Database } from '../storage/database.ts';
import { differentQuantity, type Fact, factOf, jaccard, memoryVersion, sharedCount } from './fact.ts';
import { isExpired, type Memory } from './memory.ts';
import { listMemories } from './memory-store.ts';

/** Two facts about one thing that cannot both be true (case C32). */
export interface Conflict {
  /** `atocore://` address of the fact that it disagrees with. */
  ref: string;
  against: { kind: 'memory'; memory: Memory } | { kind: 'state'; entry: StateEntry };
  reason: string;
}

/** Two memories are about one thing from this overlap of their topic words on. */
const SAME_TOPIC = 0.6;
/** The two sides of `X is A` and `X is B` name one thing from this overlap on. */
const SAME_SUBJECT = 0.8;
/** Share of a memory's words that the key and category must make up for its other words to be a value of that key. */
const KEY_SHARE = 1 / 3;
const NEIGHBOURS_MAX = 50;

/** The address of a trusted state entry. */
export function stateUri(entry: Pick<StateEntry, 'project' | 'category' | 'key'>): string {
  return `atocore://projects/${entry.project}/state#${entry.category}/${encodeURIComponent(entry.key)}`;
}

/** The address of a memory. */
export function memoryUri(id: string): string {
  return `atocore://memories/${id}`;
}

const memoryFact = (memory: Memory): Fact => factOf(memoryVersion(memory), memory.content);
const entryFact = (entry: StateEntry): Fact => factOf(entry.id, entry.value);
const keyStems = (entry: StateEntry): ReadonlySet<string> => factOf(`${entry.id}#key`, entry.key).topic;
const subjectStems = (entry: StateEntry): ReadonlySet<string> =>
  factOf(`${entry.id}#subject`, `${entry.category.replaceAll('_', ' ')} ${entry.key}`).topic;
const entryTopic = (entry: StateEntry): ReadonlySet<string> =>
  factOf(`${entry.id}#topic`, `${entry.key} ${entry.value}`).topic;

/**
 * Why a memory disagrees with an entry of trusted state of its project, or undefined. Either it names words of the key and at least half
 * of what the entry is about, with other numbers or the opposite; or it is little more than the key and a value that the entry lacks.
 */
export function conflictWithState(memory: Memory, entry: StateEntry): string | undefined {
  if (memory.project !== entry.project) return undefined;
  const fact = memoryFact(memory);
  const inKey = sharedCount(keyStems(entry), fact.topic);
  if (inKey === 0) return undefined;
  const value = entryFact(entry);
  const topic = entryTopic(entry);
  const shared = sharedCount(topic, fact.topic);
  const about = `${entry.category} · ${entry.key}`;
  if (shared >= 2 && shared * 2 >= Math.min(topic.size, fact.topic.size)) {
    const numbers = differentQuantity(fact, value);
    if (numbers) return `other numbers than ${about}: ${numbers}`;
    if (fact.negated !== value.negated && jaccard(topic, fact.topic) >= SAME_TOPIC) return `the opposite of ${about}`;
  }
  return isOtherValue(fact, value, entry) ? `another value than ${about}` : undefined;
}

/** Whether a memory says the entry's key and something else: all words of the key, few others, none of them in the entry's value. */
function isOtherValue(fact: Fact, value: Fact, entry: StateEntry): boolean {
  const key = keyStems(entry);
  if (key.size < 2 || sharedCount(key, fact.stems) < key.size) return false;
  const rest = [...fact.stems].filter((word) => !subjectStems(entry).has(word));
  const named = fact.stems.size - rest.length;
  const said = [...value.stems].some((word) => !key.has(word) && fact.stems.has(word));
  return rest.length > 0 && !said && named >= fact.stems.size * KEY_SHARE;
}

/** Why two memories of one type and scope disagree, or undefined: the same topic with other numbers, the opposite, or `X is A` and `X is B`. */
export function conflictBetween(a: Memory, b: Memory): string | undefined {
  if (a.id === b.id || a.type !== b.type || a.project !== b.project) return undefined;
  const [left, right] = [memoryFact(a), memoryFact(b)];
  if (jaccard(left.topic, right.topic) >= SAME_TOPIC) {
    const numbers = differentQuantity(left, right);
    if (numbers) return `other numbers: ${numbers}`;
    if (left.negated !== right.negated) return 'the opposite';
  }
  if (!left.copula || !right.copula) return undefined;
  const sameSubject =
    left.copula.subject.size >= 2 && jaccard(left.copula.subject, right.copula.subject) >= SAME_SUBJECT;
  return sameSubject && sharedCount(left.copula.object, right.copula.object) === 0 ? 'another value' : undefined;
}

/** Everything active that a memory disagrees with: trusted state of its project first, then memories. Expired memories claim nothing. */
export function findConflicts(db: Database, memory: Memory, now: Date): Conflict[] {
  const state = memory.project === '' ? [] : listState(db, memory.project);
  const others = listMemories(db, {
    project: memory.project,
    type: memory.type,
    status: 'active',
    query: memory.content,
    limit: NEIGHBOURS_MAX,
  }).filter((other) => other.id !== memory.supersedes && !isExpired(other, now));
  return [
    ...state.flatMap((entry): Conflict[] => {
      const reason = conflictWithState(memory, entry);
      return reason ? [{ ref: stateUri(entry), against: { kind: 'state', entry }, reason }] : [];
    }),
    ...others.flatMap((other): Conflict[] => {
      const reason = conflictBetween(memory, other);
      return reason ? [{ ref: memoryUri(other.id), against: { kind: 'memory', memory: other }, reason }] : [];
    }),
  ];
}

/** Active memories of a project that an entry of trusted state contradicts. */
export function findOutranked(db: Database, entry: StateEntry, now: Date): { memory: Memory; reason: string }[] {
  if (contentStems(entry.key).length === 0) return [];
  return listMemories(db, { project: entry.project, status: 'active' }).flatMap((memory) => {
    const reason = isExpired(memory, now) ? undefined : conflictWithState(memory, entry);
    return reason ? [{ memory, reason }] : [];
  });
}
