import { contentStems } from '../core/text.ts';
import type { StateEntry } from '../state/entry.ts';
import { listState } from '../state/state-store.ts';
import type { Database } from '../storage/database.ts';
import { differentQuantity, type Fact, factOf, jaccard, memoryVersion, readFact, sharedCount } from './fact.ts';
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
/** Beside a key these say that it is the key's value that is meant: `the chosen optics vendor`, `was selected as optics vendor`. */
const CHOICE_WORDS = new Set(
  contentStems('chosen selected picked agreed decided final current present new main preferred project our'),
);
/** A key of one word is often an everyday word, so that only a short value is taken for one of it. */
const SHORT_VALUE_STEMS = 3;
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

/** What an entry of trusted state says, read once. */
interface EntryFacts {
  value: Fact;
  key: ReadonlySet<string>;
  /** Category and key. */
  subject: ReadonlySet<string>;
  /** Key and value. */
  topic: ReadonlySet<string>;
}

const entries = new Map<string, EntryFacts>();
const ENTRIES_MAX = 10_000;

/** A version of an entry never changes, so its id is enough to remember it by. */
function entryFacts({ id, category, key, value }: StateEntry): EntryFacts {
  const known = entries.get(id);
  if (known) return known;
  const facts = {
    value: readFact(value),
    key: readFact(key).topic,
    subject: readFact(`${category.replaceAll('_', ' ')} ${key}`).topic,
    topic: readFact(`${key} ${value}`).topic,
  };
  if (entries.size >= ENTRIES_MAX) entries.clear();
  entries.set(id, facts);
  return facts;
}

/**
 * Why a memory disagrees with an entry of trusted state of its project, or undefined. Either it names words of the key and at least half
 * of what the entry is about, with other numbers or the opposite; or it says `<key> is <another value>`.
 */
export function conflictWithState(memory: Memory, entry: StateEntry): string | undefined {
  if (memory.project !== entry.project) return undefined;
  return disagreement(memoryFact(memory), entry, entryFacts(entry));
}

function disagreement(fact: Fact, entry: StateEntry, facts: EntryFacts): string | undefined {
  const { value, key, topic, subject } = facts;
  if (sharedCount(key, fact.topic) === 0) return undefined;
  const shared = sharedCount(topic, fact.topic);
  const about = `${entry.category} · ${entry.key}`;
  if (shared >= 2 && shared * 2 >= Math.min(topic.size, fact.topic.size)) {
    const numbers = differentQuantity(fact, value);
    if (numbers) return `other numbers than ${about}: ${numbers}`;
    if (fact.negated !== value.negated && jaccard(topic, fact.topic) >= SAME_TOPIC) return `the opposite of ${about}`;
  }
  return isOtherValue(fact, { value, key, subject }) ? `another value than ${about}` : undefined;
}

/** The memories that no entry of trusted state contradicts, and for each of the others the first entry that does. */
export function splitOutranked<Item extends Memory>(
  memories: readonly Item[],
  state: readonly StateEntry[],
): { standing: Item[]; outranked: { memory: Item; entry: StateEntry; reason: string }[] } {
  const known = state.map((entry) => ({ entry, facts: entryFacts(entry) }));
  const standing: Item[] = [];
  const outranked: { memory: Item; entry: StateEntry; reason: string }[] = [];
  for (const memory of memories) {
    const fact = memoryFact(memory);
    let lost: { memory: Item; entry: StateEntry; reason: string } | undefined;
    for (const { entry, facts } of known) {
      const reason = entry.project === memory.project ? disagreement(fact, entry, facts) : undefined;
      if (reason === undefined) continue;
      lost = { memory, entry, reason };
      break;
    }
    if (lost) outranked.push(lost);
    else standing.push(memory);
  }
  return { standing, outranked };
}

/**
 * Whether a memory gives the entry's key another value: it is of the form `X is Y` or `X: Y` with the key on one side and nothing of the
 * entry's value on either. What merely speaks of the key (`the optics vendor needs 14 weeks`) claims no value of it.
 */
function isOtherValue({ stems, copula }: Fact, { value, key, subject }: Omit<EntryFacts, 'topic'>): boolean {
  if (!copula || [...value.stems].some((word) => !key.has(word) && stems.has(word))) return false;
  const namesKey = (side: ReadonlySet<string>) =>
    sharedCount(key, side) === key.size && [...side].every((word) => subject.has(word) || CHOICE_WORDS.has(word));
  if (key.size === 1) return namesKey(copula.subject) && copula.object.size <= SHORT_VALUE_STEMS;
  return key.size > 0 && namesKey(copula.subject) !== namesKey(copula.object);
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
  const memories = listMemories(db, { project: entry.project, status: 'active' });
  return splitOutranked(
    memories.filter((memory) => !isExpired(memory, now)),
    [entry],
  ).outranked;
}
