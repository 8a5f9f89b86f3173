/** Which files of a root are documents, by their names alone. */
export const DOCUMENT_NAME = /\.(?:md|markdown|txt)$/i;

/** Hidden by name and yet written by people: templates and guides of a repository. */
const READ_HIDDEN: ReadonlySet<string> = new Set(['.github', '.gitlab', '.gitea', '.forgejo']);

/** Whether a name, or a folder of that name, is never read: hidden, or other people's packages. */
export function isIgnoredName(name: string): boolean {
  return (name.startsWith('.') && !READ_HIDDEN.has(name)) || name === 'node_modules';
}
