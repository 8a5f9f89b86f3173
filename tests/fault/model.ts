/** What the store holds, as far as clients were told. Documents are `path sha256`; a set apiece, since order is no promise. */
export interface State {
  facts: ReadonlySet<string>;
  turns: ReadonlySet<string>;
  documents: ReadonlySet<string>;
}

export const EMPTY: State = { facts: new Set(), turns: new Set(), documents: new Set() };

/** One line that a worker says: before an act, and after it was acknowledged. */
export interface Said {
  ready?: true;
  begin?: { act: 'fact' | 'turn' | 'refresh' | 'restore'; key?: string; documents?: string[] };
  done?: { act: string; key?: string; documents?: string[]; safety?: string | null };
  failed?: string;
}

/** What is known of a home: its present state and that of every snapshot. */
export interface Model {
  state: State;
  snapshots: Map<string, State>;
}

/** The states that the store may be in after a kill: all that was acknowledged, and the act in hand whole, not at all, or by documents. */
export interface Allowed {
  states: State[];
  /** A refresh in hand goes document by document: each may be the old or the new one. */
  documentsBetween?: { before: ReadonlySet<string>; after: ReadonlySet<string> };
}

const plus = (set: ReadonlySet<string>, key: string) => new Set([...set, key]);

/** Follows what a worker said and moves the model on. Throws when the worker met an error. */
export function follow(model: Model, said: readonly Said[]): Allowed {
  let open: Said['begin'];
  for (const { begin, done, failed } of said) {
    if (failed) throw new Error(`the worker failed: ${failed}`);
    if (begin) open = begin;
    if (!done) continue;
    open = undefined;
    const { act, key = '' } = done;
    if (act === 'fact') model.state = { ...model.state, facts: plus(model.state.facts, key) };
    if (act === 'turn') model.state = { ...model.state, turns: plus(model.state.turns, key) };
    if (act === 'refresh') model.state = { ...model.state, documents: new Set(done.documents) };
    if (act === 'snapshot') model.snapshots.set(key, model.state);
    if (act === 'restore') {
      if (done.safety) model.snapshots.set(done.safety, model.state);
      model.state = model.snapshots.get(key)!;
    }
  }
  return allowedNow(model, open);
}

function allowedNow(model: Model, open: Said['begin']): Allowed {
  const { state } = model;
  const key = open?.key ?? '';
  if (open?.act === 'fact') return { states: [state, { ...state, facts: plus(state.facts, key) }] };
  if (open?.act === 'turn') return { states: [state, { ...state, turns: plus(state.turns, key) }] };
  if (open?.act === 'restore') return { states: [state, model.snapshots.get(key)!] };
  if (open?.act === 'refresh')
    return { states: [state], documentsBetween: { before: state.documents, after: new Set(open.documents) } };
  return { states: [state] };
}

const isWithin = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].every((one) => b.has(one));
export const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && isWithin(a, b);

/** The allowed state that was found; undefined when something acknowledged is missing or something unknown is there. */
export function matchState(found: State, { states, documentsBetween }: Allowed): State | undefined {
  return states.find(
    (state) =>
      isSame(found.facts, state.facts) &&
      isSame(found.turns, state.turns) &&
      (documentsBetween
        ? isBetween(found.documents, documentsBetween.before, documentsBetween.after)
        : isSame(found.documents, state.documents)),
  );
}

function isBetween(found: ReadonlySet<string>, before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  const lost = [...before].filter((document) => after.has(document) && !found.has(document));
  const paths = [...found].map((document) => document.split(' ')[0]);
  return lost.length === 0 && isWithin(found, new Set([...before, ...after])) && new Set(paths).size === paths.length;
}
