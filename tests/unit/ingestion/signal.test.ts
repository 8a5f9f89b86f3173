import { describe, expect, it } from 'vitest';
import { pathSignal } from '../../../src/ingestion/signal.ts';

describe('pathSignal (case C09)', () => {
  it.each([
    'archive/plan.md',
    'docs/_archive/status.md',
    'History/a.md',
    'x/_history/decision.md',
    'notes/2023-archive/roadmap.md',
    'reviews/2024.md',
    'pre-cleanup/a.md',
    'docs/PRE_MIGRATION/a.md',
    'notes/pre-migration-notes.md',
  ])('ranks %s low, whatever else its name says', (path) => {
    expect(pathSignal(path, 'Architecture')).toBe('low');
  });

  it.each([
    'status.md',
    'docs/Decisions/0001-x.md',
    'a/decision-vendor.md',
    'requirements.txt',
    'ROADMAP.md',
    'charter.md',
    'docs/architecture/overview.md',
    'db_schema.md',
    'contracts/optics.md',
    'Release Workflow.md',
  ])('ranks %s high', (path) => {
    expect(pathSignal(path, 'Notes')).toBe('high');
  });

  it('hears a short title, not a mention in a long one', () => {
    expect(pathSignal('a.md', 'Project Charter')).toBe('high');
    expect(pathSignal('a.md', 'How we once discussed the schema of the old service')).toBe('normal');
  });

  it.each(['archived.md', 'statuses.md', 'code-reviews/a.md', 'prehistory/a.md', 'contractor.md', 'cleanup.md'])(
    'compares whole words: %s is normal',
    (path) => {
      expect(pathSignal(path, 'Notes')).toBe('normal');
    },
  );
});
