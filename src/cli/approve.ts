import { AtoError, toAtoError } from '../core/errors.ts';
import type { OptionValues } from './command.ts';
import { confirm } from './input.ts';
import type { CliSession } from './session.ts';

export interface Proposal {
  valid: boolean;
  errors: string[];
  warnings: string[];
  normalized: { id: string; aliases: string[] };
  /** Without counts where a service answered them with a missing digest. */
  roots: { source: string; subpath: string; exists: boolean; files?: number; bytes?: number }[];
  alias_moves: { table: string; rows: number }[];
  digest: string;
}

export function describeProposal(proposal: Proposal): string {
  const lines = [
    `project ${proposal.normalized.id}${proposal.normalized.aliases.length > 0 ? ` (${proposal.normalized.aliases.join(', ')})` : ''}`,
    ...proposal.roots.map((root) => `  root ${root.source}:${root.subpath} — ${describeRoot(root)}`),
    ...proposal.alias_moves.map((move) => `  moves ${move.rows} rows of ${move.table}`),
    ...proposal.warnings.map((warning) => `  warning: ${warning}`),
    ...proposal.errors.map((error) => `  error: ${error}`),
    `digest ${proposal.digest}`,
  ];
  return `${lines.join('\n')}\n`;
}

function describeRoot({ exists, files, bytes = 0 }: Proposal['roots'][number]): string {
  if (!exists) return 'does not exist';
  return files === undefined ? 'exists' : `${files} documents, ${Math.round(bytes / 1024)} KiB`;
}

/** Shows what would be done and asks, unless --yes is there. Throws NEEDS_PERSON without an approval. */
export async function approve(session: CliSession, proposal: Proposal, options: OptionValues): Promise<void> {
  if (!proposal.valid || options['yes'] === true) return;
  session.output.note(describeProposal(proposal));
  if (await confirm('Do this?')) return;
  throw new AtoError('NEEDS_PERSON', 'It was not approved.', 'Answer y at the terminal, or pass --yes.');
}

/** The digest of an approved update. A service answers its preview to a call without a digest. */
export async function approveUpdate(
  session: CliSession,
  project: string,
  change: object,
  options: OptionValues,
): Promise<string> {
  const proposal = session.remote
    ? await previewByService(session, project, change)
    : await previewHere(session, project, change);
  await approve(session, proposal, options);
  return proposal.digest;
}

async function previewHere(session: CliSession, project: string, change: object): Promise<Proposal> {
  const { previewUpdate } = await import('../operations/projects.ts');
  return previewUpdate(await session.app(), project, change);
}

async function previewByService(session: CliSession, project: string, change: object): Promise<Proposal> {
  try {
    await session.call('update_project', { project, ...change });
  } catch (thrown) {
    const { code, details } = toAtoError(thrown);
    if (code !== 'DIGEST_MISMATCH') throw thrown;
    const { digest, preview } = details as { digest: string; preview: Omit<Proposal, 'digest' | 'valid' | 'errors'> };
    return { valid: true, errors: [], ...preview, digest };
  }
  throw new AtoError('INTERNAL', 'The service changed the project without an approval.', 'See its audit log.');
}
