import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { LIMITS } from '../core/limits.ts';
import { type Fact, readFact } from '../memory/fact.ts';
import { findGitWorkspace } from '../projects/git-workspace.ts';
import { sentencesOf } from './known-text.ts';

/** Files in which people tell their agents how to work; what stands there is told to every session anyway. */
const NAMES = [
  'CLAUDE.md',
  'CLAUDE.local.md',
  '.claude/CLAUDE.md',
  'AGENTS.md',
  'GEMINI.md',
  '.cursorrules',
  '.github/copilot-instructions.md',
];
const PERSONAL = ['.claude/CLAUDE.md', '.codex/AGENTS.md', '.gemini/GEMINI.md'];
const FOLDERS_MAX = 12;

/** The sentences of all instruction files that apply to a working folder: its own, those above it in the same checkout, the person's. */
export function readInstructions(cwd: string | null): Fact[] {
  const own = foldersOf(cwd).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const personal = PERSONAL.map((name) => join(homedir(), name));
  return [...own, ...personal].flatMap((path) => sentencesOf(readSmall(path)).map(readFact));
}

function foldersOf(cwd: string | null): string[] {
  if (cwd === null || !isAbsolute(cwd)) return [];
  const root = findGitWorkspace(cwd)?.root ?? cwd;
  const folders = [cwd];
  while (folders.at(-1) !== root && folders.length < FOLDERS_MAX) folders.push(dirname(folders.at(-1)!));
  return folders;
}

function readSmall(path: string): string {
  try {
    const { size } = statSync(path);
    return size > LIMITS.instructionFileBytesMax ? '' : readFileSync(path, 'utf8');
  } catch {
    // Most are not there; one that cannot be read only means that its words may be proposed once more.
    return '';
  }
}
