import type { CommandSpec } from '../command.ts';
import { table } from '../output.ts';
import type { CliSession } from '../session.ts';

/** The tokens are of the local home, whatever service ATOCORE_URL names. */
async function openTokens({ config }: CliSession) {
  const { createTokenStore } = await import('../../config/token-store.ts');
  const { lockFolderOf } = await import('../../config/load.ts');
  return createTokenStore(config.home, lockFolderOf(config));
}

async function audited<T>(session: CliSession, operation: string, act: () => Promise<T>): Promise<T> {
  const [{ createAuditLog }, { createLog }, { systemClock }, { toAtoError }] = await Promise.all([
    import('../../app/audit-log.ts'),
    import('../../core/log.ts'),
    import('../../core/clock.ts'),
    import('../../core/errors.ts'),
  ]);
  const { config } = session;
  const audit = createAuditLog({ home: config.home, clock: systemClock, log: createLog(config.log_level) });
  const started = performance.now();
  let outcome = 'ok';
  try {
    return await act();
  } catch (thrown) {
    outcome = toAtoError(thrown).code;
    throw thrown;
  } finally {
    audit({ actor: 'person:cli', operation, outcome, duration_ms: Math.round(performance.now() - started) });
  }
}

export const tokenCommands: readonly CommandSpec[] = [
  {
    usage: 'token create',
    summary: 'Make a token for a client of the service; it is shown once',
    options: [
      { flags: '--scope <scope>', meaning: 'read, write or admin (required)' },
      { flags: '--name <name>', meaning: 'which client it is for (required)' },
    ],
    example: 'atocore token create --scope write --name laptop',
    exits: { 5: 'the name is taken' },
    async run(session, _args, options) {
      const { isoTime, systemClock } = await import('../../core/clock.ts');
      const { invalidInput } = await import('../../core/errors.ts');
      const { scope, name } = options as { scope?: 'read' | 'write' | 'admin'; name?: string };
      if (!scope || !name) throw invalidInput('--scope and --name are needed.', 'See `atocore token create --help`.');
      const tokens = await openTokens(session);
      const token = await audited(session, 'token_create', () =>
        tokens.create(name, scope, isoTime(systemClock.now())),
      );
      session.output.result({ token, name, scope }, () => token);
      session.output.note('Shown once: only its hash is kept.');
    },
  },
  {
    usage: 'token list',
    summary: 'List the tokens of the service by name and scope',
    example: 'atocore token list',
    async run(session) {
      const tokens = (await openTokens(session)).list();
      session.output.result({ tokens }, () =>
        table(
          ['name', 'scope', 'created'],
          tokens.map((token) => [token.name, token.scope, token.created_at]),
        ),
      );
    },
  },
  {
    usage: 'token revoke <name>',
    summary: 'Make a token worthless at once; a running service ends its sessions',
    example: 'atocore token revoke laptop',
    exits: { 4: 'no such token' },
    async run(session, [name]) {
      const tokens = await openTokens(session);
      const revoked = await audited(session, 'token_revoke', () => tokens.revoke(name!));
      session.output.result({ revoked }, () => `revoked ${revoked.name}`);
      if (tokens.list().length === 0)
        session.output.note('No token is left: a service on loopback is now open to every local user.');
    },
  },
];
