import { contentStems } from '../core/text.ts';
import { scopeToken } from '../ingestion/document-store.ts';
import { type Fact, factOf, memoryVersion, readFact, sameValues, sharedCount } from '../memory/fact.ts';
import { listMemories } from '../memory/memory-store.ts';
import { findChunks } from '../search/lexical.ts';
import { parseQuery } from '../search/query.ts';
import { listState } from '../state/state-store.ts';
import { type Database, sql } from '../storage/database.ts';
import type { KnownText } from './extract.ts';

/** A text is known when another one holds this share of its words, with the same numbers and the same yes or no. */
const HELD_SHARE = 0.85;
const MEMORIES_LOOKED_AT = 50;
const CHUNKS_LOOKED_AT = 12;

/**
 * What is known already, so that a candidate that only says it again is dropped (cases C27 and F01): active memories of the project and
 * the global scope, its trusted state, documents (of all projects when the turn has none), and the sentences of instruction files.
 */
export function createKnownText(db: Database, project: string | null, instructions: readonly Fact[]): KnownText {
  const state = (project === null ? [] : listState(db, project)).map((entry) =>
    readFact(`${entry.category} ${entry.key} ${entry.value}`),
  );
  return {
    isRestatement(text, isCorrection) {
      const fact = readFact(text);
      if (fact.stems.size === 0) return false;
      if (isCorrection) return isInMemories(db, project, text, (known) => saysTheSame(known, fact));
      return (
        isInMemories(db, project, text, (known) => holds(known, fact)) ||
        state.some((entry) => holds(entry, fact)) ||
        instructions.some((sentence) => holds(sentence, fact)) ||
        isInDocuments(db, project, text, fact)
      );
    },
  };
}

function isInMemories(db: Database, project: string | null, text: string, says: (known: Fact) => boolean): boolean {
  const near = listMemories(db, {
    ...{ project: project ?? '', withGlobal: true, status: 'active' },
    ...{ query: text, limit: MEMORIES_LOOKED_AT },
  });
  return near.some((memory) => says(factOf(memoryVersion(memory), memory.content)));
}

function isInDocuments(db: Database, project: string | null, text: string, fact: Fact): boolean {
  const scope = project === null ? undefined : scopeToken(project);
  const ids = findChunks(db, parseQuery(text), scope, CHUNKS_LOOKED_AT);
  return ids.some((id) => {
    const row = sql(db, 'SELECT text FROM chunks WHERE id = ?').get(id) as { text: string } | undefined;
    return row !== undefined && sentencesOf(row.text).some((sentence) => holds(readFact(sentence), fact));
  });
}

/** `We decided that …` says what stands behind it. */
const FRAME = new Set(
  contentStems('decided agreed chose chosen settled concluded decision noted remember décidé choisi retenu'),
);

/** Whether two facts have the very same words, numbers and yes or no. */
function saysTheSame(a: Fact, b: Fact): boolean {
  return a.stems.size === b.stems.size && sharedCount(a.stems, b.stems) === a.stems.size && sameValues(a, b);
}

/** Whether a sentence says all that a fact says; it may say more. */
function holds(sentence: Fact, fact: Fact): boolean {
  const said = new Set([...fact.stems].filter((word) => !FRAME.has(word)));
  if (said.size === 0 || sharedCount(sentence.stems, said) < HELD_SHARE * said.size) return false;
  if (sentence.negated !== fact.negated) return false;
  return (
    sameValues(sentence, fact) ||
    [...fact.quantities].every(([unit, values]) => {
      const known = sentence.quantities.get(unit);
      return known !== undefined && sharedCount(values, known) === values.size;
    })
  );
}

/** Sentences, list items and table rows of a text, for comparison only; lines that were wrapped are one sentence. */
export function sentencesOf(text: string): string[] {
  return text.split(/\n{2,}|\n(?=\s*(?:[-*+#|>]|\d+[.)]))|(?<=[.!?;])\s+/).filter((part) => /\p{L}/u.test(part));
}
