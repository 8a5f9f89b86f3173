import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SearchMode, searchChunks } from '../../src/search/search-chunks.ts';
import { createTestHome, type TestHome } from '../support/home.ts';

const PROJECT = 'p05';
const QUESTION = 'the car is too loud';
const DOCUMENTS = {
  'same-words.md': 'The car is too loud at idle.',
  'same-meaning.md': 'Noise of the vehicle disturbs the neighbours.',
  'other.md': 'Bread wants flour, water and salt.',
};

let test: TestHome;
beforeEach(async () => {
  test = await createTestHome({ embedder: 'bundled' });
  await test.register(PROJECT);
  for (const [name, text] of Object.entries(DOCUMENTS)) test.write(`sources/vault/projects/${PROJECT}/${name}`, text);
  await test.refresh(PROJECT);
});
afterEach(() => test.close());

const search = (mode: SearchMode) =>
  test.app.withStore(async (store) => {
    const { hits, degraded } = await searchChunks(store, test.app.config, {
      query: QUESTION,
      project: PROJECT,
      mode,
      limit: 10,
    });
    expect(degraded).toEqual([]);
    return hits.map((hit) => ({ ...hit, name: hit.path.split('/').at(-1) }));
  });

describe('a search', () => {
  it('by words finds what shares a word', async () => {
    const hits = await search('lexical');
    expect(hits.map((hit) => hit.name)).toEqual(['same-words.md']);
    expect(hits[0]!.signals.semantic).toBeNull();
  });

  it('by meaning scores the cosine alone, whatever words a text has or lacks', async () => {
    const hits = await search('semantic');
    expect(hits.map((hit) => hit.name)).toEqual(['same-words.md', 'same-meaning.md', 'other.md']);
    for (const { score, signals } of hits) {
      expect(signals).toMatchObject({ lexical: 0, semantic_weight: 1 });
      expect(score).toBeCloseTo(signals.semantic!, 3);
    }
  });

  it('by both has a hit that either list brings, and its score is the sum of its parts', async () => {
    const hits = await search('hybrid');
    expect(hits.map((hit) => hit.name)).toEqual(['same-words.md', 'same-meaning.md', 'other.md']);
    expect(hits[0]!.signals.lexical).toBeGreaterThan(0);
    expect(hits[1]!.signals.lexical).toBe(0);
    for (const { score, signals } of hits)
      expect(score).toBeCloseTo(signals.factor * (signals.lexical + signals.semantic_weight * signals.semantic!), 3);
  });
});
