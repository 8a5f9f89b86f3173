import { createHash, randomBytes } from 'node:crypto';

/** A sortable unique id: prefix, milliseconds in base 36, 60 random bits. `prefix` names the noun: mem, rc, int, rev, st. */
export function newId(prefix: string, now: Date): string {
  return `${prefix}_${now.getTime().toString(36).padStart(9, '0')}${randomBytes(8).toString('hex').slice(0, 15)}`;
}

/** SHA-256 in lower-case hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
