import type { AtoCore } from '../../src/app/atocore.ts';
import { sha256 } from '../../src/core/ids.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { chunkDocument } from '../../src/ingestion/chunk.ts';
import { putDocument } from '../../src/ingestion/document-store.ts';
import { parseDocument } from '../../src/ingestion/parse-markdown.ts';
import { pathSignal } from '../../src/ingestion/signal.ts';
import type { MemoryType } from '../../src/memory/memory.ts';
import { insertMemory } from '../../src/memory/memory-store.ts';
import type { StateCategory } from '../../src/state/entry.ts';
import { setState } from '../../src/state/state-store.ts';
import type { Store } from '../../src/storage/store.ts';

/** A clock that stands still until a test sets it. */
export function fixedClock(start: string): {
  now: () => Date;
  set: (time: string) => void;
  addDays: (days: number) => void;
} {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    set: (time) => {
      at = Date.parse(time);
    },
    addDays: (days) => {
      at += days * 86_400_000;
    },
  };
}

/** What a random store holds, for one project. */
export interface StoreContent {
  memories: { content: string; type: MemoryType; confidence: number; global: boolean }[];
  state: { category: StateCategory; key: string; value: string }[];
  documents: { path: string; text: string; source: string }[];
}

/** Puts content straight into the store, past the registry and the file system. */
export async function fillStore(app: AtoCore, store: Store, project: string, content: StoreContent): Promise<void> {
  const act = { actor: 'person:ada', reason: 'test', at: app.clock.now().toISOString() };
  await store.write(() => {
    for (const { global, ...memory } of content.memories)
      insertMemory(store.db, { ...memory, status: 'active', project: global ? '' : project }, act);
    for (const entry of content.state) setState(store.db, { ...entry, project }, act);
    for (const { path, text, source } of content.documents) {
      const parsed = parseDocument(text, path);
      putDocument(
        store.db,
        {
          ...{ project, source, path: `${project}/${path}`, text },
          ...{ title: parsed.title, doc_date: parsed.date ?? null, tags: parsed.tags },
          ...{ signal: pathSignal(path, parsed.title), encoding: 'utf-8', sha256: sha256(text) },
          ...{ size_bytes: text.length, mtime_ms: 0, warning: null, ingested_at: act.at },
          chunks: chunkDocument(parsed, LIMITS),
        },
        undefined,
      );
    }
  });
}
