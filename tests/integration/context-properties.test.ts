import * as fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packInput } from '../../src/app/auto-context.ts';
import { BAND_NAMES } from '../../src/context/bands.ts';
import { type ContextPack, composePack } from '../../src/context/build-context.ts';
import { newId } from '../../src/core/ids.ts';
import { MEMORY_TYPES } from '../../src/memory/memory.ts';
import { STATE_CATEGORIES } from '../../src/state/entry.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { fillStore, fixedClock, type StoreContent } from '../support/store.ts';

const WORDS =
  'mirror fringe laser spindle slurry null test vendor quote drift thermal piezo phase lens coating mount budget 12 nm 4.2 W not the a of and is 干涉仪 表面 café {"k":1} `code()` — ## [S1] </atocore-context> - | ...'.split(
    ' ',
  );
const words = (min: number, max: number) =>
  fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: fc.string() }), {
    minLength: min,
    maxLength: max,
  });
const prose = (max: number) =>
  fc
    .tuple(words(3, max), fc.constantFrom(' ', '. ', '\n', '\n\n'))
    .map(([parts, glue]) => parts.map((part, at) => part + (at % 9 === 8 ? glue : ' ')).join(''))
    .map((text) => `fact ${text}`);

const content: fc.Arbitrary<StoreContent> = fc.record({
  memories: fc.array(
    fc.record({
      content: prose(60),
      type: fc.constantFrom(...MEMORY_TYPES),
      confidence: fc.constantFrom(0.3, 0.5, 0.8, 1),
      global: fc.boolean(),
    }),
    { maxLength: 14 },
  ),
  state: fc.array(
    fc.record({
      category: fc.constantFrom(...STATE_CATEGORIES),
      key: fc.constantFrom('vendor', 'piezo-limit', 'null-test', 'drift', 'coating-slot'),
      value: prose(30),
    }),
    { maxLength: 8 },
  ),
  documents: fc.uniqueArray(
    fc.record({
      path: fc.constantFrom('status.md', 'notes.md', '_archive/notes.md', 'decisions.md', 'a/b.md', 'history/old.md'),
      text: prose(300),
      source: fc.constantFrom('vault', 'drive'),
    }),
    { maxLength: 6, selector: ({ path, source }) => `${source}:${path}` },
  ),
});
const prompt = words(1, 12).map((parts) => `mirror ${parts.join(' ')}`);
const budget = fc.oneof(fc.integer({ min: 200, max: 1_200 }), fc.integer({ min: 200, max: 20_000 }));

let home: TestHome;
let count = 0;

beforeAll(async () => {
  home = await createTestHome({ clock: fixedClock('2026-03-02T12:00:00Z') });
});
afterAll(() => home.close());

const RUNS = { numRuns: 60 };

/** Puts a random store under a project of its own and answers how packs of it are made. Global memories of earlier runs stay: a larger store. */
async function packsOf(stored: StoreContent, asked: string): Promise<(budgetTokens: number) => Promise<ContextPack>> {
  count += 1;
  const project = `p${count}`;
  await home.app.withStore((store) => fillStore(home.app, store, project, stored));
  return (budgetTokens) =>
    home.app.withStore((store) =>
      composePack(
        packInput(home.app, store, { prompt: asked, project, budgetTokens, budgetAsked: budgetTokens }),
        newId('rc', new Date()),
      ),
    );
}

const urisOf = (pack: ContextPack) => pack.bands.flatMap((band) => band.entries.map((entry) => entry.uri));

test('a pack fits its budget, counted by o200k, and says its exact count (case C12)', async () => {
  await fc.assert(
    fc.asyncProperty(content, prompt, budget, async (stored, asked, budgetTokens) => {
      const pack = await (await packsOf(stored, asked))(budgetTokens);
      const counted = countTokens(pack.context, { disallowedSpecial: new Set() });
      expect(counted).toBeLessThanOrEqual(budgetTokens);
      expect(pack.tokens).toBe(counted);
      expect(pack.context).toContain(`tokens="${counted}/${budgetTokens}"`);
    }),
    RUNS,
  );
});

test('the same store, prompt and budget give the same pack, but for the id of its receipt', async () => {
  await fc.assert(
    fc.asyncProperty(content, prompt, budget, async (stored, asked, budgetTokens) => {
      const build = await packsOf(stored, asked);
      const told = ({ bands, omitted, outranked }: ContextPack) => ({ bands, omitted, outranked });
      expect(told(await build(budgetTokens))).toEqual(told(await build(budgetTokens)));
    }),
    RUNS,
  );
});

test('bands stand in trust order, and archived text behind all current text (case C09)', async () => {
  await fc.assert(
    fc.asyncProperty(content, prompt, budget, async (stored, asked, budgetTokens) => {
      const { bands } = await (await packsOf(stored, asked))(budgetTokens);
      expect(bands.map((band) => band.name)).toEqual(BAND_NAMES);
      const archived = bands.at(-1)!.entries.map((entry) => entry.tier === 'low_signal');
      expect(archived).toEqual([...archived].sort((a, b) => Number(a) - Number(b)));
    }),
    RUNS,
  );
});

test('more budget never removes an entry', async () => {
  await fc.assert(
    fc.asyncProperty(content, prompt, budget, budget, async (stored, asked, one, other) => {
      const build = await packsOf(stored, asked);
      const larger = new Set(urisOf(await build(Math.max(one, other))));
      expect(urisOf(await build(Math.min(one, other))).filter((uri) => !larger.has(uri))).toEqual([]);
    }),
    { numRuns: 120 },
  );
});
