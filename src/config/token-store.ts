import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AtoError, invalidInput } from '../core/errors.ts';
import { writeFileAtomic } from '../core/files.ts';
import { LIMITS } from '../core/limits.ts';
import { takeLock } from '../storage/store-lock.ts';

const tokenSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'wanted: letters, digits, . _ and -, at most 64'),
  scope: z.enum(['read', 'write', 'admin']),
  /** SHA-256 of the token in hexadecimal: 256 random bits need no slower hash. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  created_at: z.string(),
});
const fileSchema = z.strictObject({ version: z.literal(1), tokens: z.array(tokenSchema).max(LIMITS.tokensMax) });

export type TokenRecord = z.output<typeof tokenSchema>;
/** What may be shown of a token. */
export type TokenInfo = Omit<TokenRecord, 'hash'>;

/**
 * The tokens of the service in `config/tokens.json`: hashed, private to the owner of the home. Every call sees what the file
 * holds at that moment, so that a revocation by another process takes effect at once. A file that cannot be read or
 * understood is CONFIG_INVALID on every call: a service with a broken file serves nobody rather than everybody.
 */
export interface TokenStore {
  list(): TokenInfo[];
  /** Makes a token and answers its text, which is stored nowhere. Throws CONFLICT for a name that is taken. */
  create(name: string, scope: TokenRecord['scope'], at: string): Promise<string>;
  /** Throws NOT_FOUND for a name that no token has. */
  revoke(name: string): Promise<TokenInfo>;
  /** The record of a presented token. Compares with every hash in constant time. */
  find(presented: string): TokenRecord | undefined;
  /** Whether a token with that hash is still there. */
  has(hash: string): boolean;
}

/** Opens nothing: files are read when asked. `home` and `lockFolder` are absolute folders. */
export function createTokenStore(home: string, lockFolder: string): TokenStore {
  const path = join(home, 'config', 'tokens.json');
  let known: { stamp: string; tokens: readonly TokenRecord[] } | undefined;

  const load = (): readonly TokenRecord[] => {
    const stamp = fileStamp(path);
    if (known?.stamp !== stamp) known = { stamp, tokens: stamp === '' ? [] : readTokens(path) };
    return known.tokens;
  };

  const update = async (change: (tokens: readonly TokenRecord[]) => readonly TokenRecord[]): Promise<void> => {
    const lock = await takeLock(lockFolder, 'tokens', 'exclusive', LIMITS.lockWaitMsMax);
    try {
      const tokens = change(load());
      writeFileAtomic(path, `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`);
      known = undefined;
    } finally {
      lock.release();
    }
  };

  return {
    list: () => load().map(withoutHash),
    async create(name, scope, at) {
      const text = `ato_${randomBytes(32).toString('base64url')}`;
      const parsed = tokenSchema.safeParse({ name, scope, hash: hashOf(text).toString('hex'), created_at: at });
      if (!parsed.success) throw invalidToken(parsed.error.issues[0]);
      await update((tokens) => {
        if (tokens.some((known) => known.name === name))
          throw new AtoError('CONFLICT', `A token named "${name}" exists.`, 'Choose another name, or revoke it first.');
        if (tokens.length >= LIMITS.tokensMax)
          throw new AtoError('CONFLICT', `There are ${LIMITS.tokensMax} tokens already.`, 'Revoke one first.');
        return [...tokens, parsed.data];
      });
      return text;
    },
    async revoke(name) {
      let gone: TokenRecord | undefined;
      await update((tokens) => {
        gone = tokens.find((known) => known.name === name);
        if (!gone)
          throw new AtoError(
            'NOT_FOUND',
            `No token is named "${name.slice(0, 80)}".`,
            '`atocore token list` shows them.',
          );
        return tokens.filter((known) => known !== gone);
      });
      return withoutHash(gone!);
    },
    find(presented) {
      const hash = hashOf(presented);
      let found: TokenRecord | undefined;
      // No early end: the time tells neither whether nor where a hash matched.
      for (const record of load()) if (timingSafeEqual(Buffer.from(record.hash, 'hex'), hash)) found = record;
      return found;
    },
    has: (hash) => load().some((record) => record.hash === hash),
  };
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function withoutHash({ hash: _hash, ...info }: TokenRecord): TokenInfo {
  return info;
}

function invalidToken(issue: { path: PropertyKey[]; message: string } | undefined): AtoError {
  const hint = 'Wanted: --name NAME --scope read, write or admin.';
  return invalidInput(`${String(issue?.path[0])}: ${issue?.message}.`, hint);
}

/** Identity of the file's content as far as the file system tells; empty when there is none. */
function fileStamp(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino}-${stat.mtimeNs}-${stat.ctimeNs}-${stat.size}` : '';
}

function readTokens(path: string): readonly TokenRecord[] {
  try {
    const content = readFileSync(path, 'utf8');
    if (content.length > LIMITS.configBytesMax) throw new Error('too large');
    return fileSchema.parse(JSON.parse(content)).tokens;
  } catch (error) {
    // Neither the parser's text nor the schema's is passed on: both quote the file.
    throw new AtoError(
      'CONFIG_INVALID',
      'The file config/tokens.json cannot be used.',
      'Correct it, or move it away and make new tokens with `atocore token create`.',
      {},
      error,
    );
  }
}
