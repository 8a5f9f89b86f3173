import { createRequire } from 'node:module';

/** Loaded at the first id or hash: it takes longer to load than a hook has for all its work, and a hook needs neither. */
let loaded: typeof import('node:crypto') | undefined;

function crypto(): typeof import('node:crypto') {
  loaded ??= createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');
  return loaded;
}

/** A sortable unique id: prefix, milliseconds in base 36, 60 random bits. `prefix` names the noun: mem, rc, int, rev, st. */
export function newId(prefix: string, now: Date): string {
  return `${prefix}_${now.getTime().toString(36).padStart(9, '0')}${crypto().randomBytes(8).toString('hex').slice(0, 15)}`;
}

/** SHA-256 in lower-case hex. */
export function sha256(data: string | Uint8Array): string {
  return crypto().createHash('sha256').update(data).digest('hex');
}
