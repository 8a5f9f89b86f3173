import { AtoError, toAtoError } from '../core/errors.ts';
import type { OptionValues } from './command.ts';
import { confirm } from './input.ts';
import type { CliSession } from './session.ts';

export interface Proposal {
  valid: boolean;
  errors: string[];
  warnings: string[];
  normalized: { id: string; aliases: string[] };
  roots: { source: string; subpath: string; exists: boolean; files: number; bytes: number }[];
  alias_moves: { table: string; rows: number }[];
  digest: string;
}

export function describeProposal(proposal: Proposal): string {
  const lines = [
    `project ${proposal.normalized.id}${proposal.normalized.aliases.length > 0 ? ` (${proposal.normalized.aliases.join(', ')})` : ''}`,
    ...proposal.roots.map(
      (root) =>
        `  root ${root.source}:${root.subpath} — ${root.exists ? `${root.files} documents, ${Math.round(root.bytes / 1024)} KiB` : 'does not exist'}`,
    ),
    ...proposal.alias_moves.map((move) => `  moves ${move.rows} rows of ${move.table}`),
    ...proposal.warnings.map((warning) => `  warning: ${warning}`),
    ...proposal.errors.map((error) => `  error: ${error}`),
    `digest ${proposal.digest}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Shows what would be done and asks, unless --yes is there. Throws NEEDS_PERSON without an approval. */
export async function approve(session: CliSession, proposal: Proposal, options: OptionValues): Promise<void> {
  if (!proposal.valid || options['yes'] === true) return;
  session.output.note(describeProposal(proposal));
  if (await confirm('Do this?')) return;
  throw new AtoError('NEEDS_PERSON', 'The registration was not approved.', 'Answer y at the terminal, or pass --yes.');
}

/** The digest of an approved update. A service answers it to a call without one, and nothing more of the preview. */
export async function approveUpdate(
  session: CliSession,
  project: string,
  change: object,
  options: OptionValues,
): Promise<string> {
  if (!session.remote) {
    const { previewUpdate } = await import('../operations/projects.ts');
    const proposal = await previewUpdate(await session.app(), project, change);
    await approve(session, proposal, options);
    return proposal.digest;
  }
  const digest = await digestOf(session, project, change);
  if (options['yes'] === true || (await confirm(`Change ${project}?`))) return digest;
  throw new AtoError('NEEDS_PERSON', 'The change was not approved.', 'Answer y at the terminal, or pass --yes.');
}

async function digestOf(session: CliSession, project: string, change: object): Promise<string> {
  try {
    await session.call('update_project', { project, ...change });
  } catch (thrown) {
    const { code, details } = toAtoError(thrown);
    if (code === 'DIGEST_MISMATCH' && typeof details['digest'] === 'string') return details['digest'];
    throw thrown;
  }
  throw new AtoError('INTERNAL', 'The service changed the project without an approval.', 'See its audit log.');
}
