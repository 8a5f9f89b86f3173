import type { IncomingHttpHeaders } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { TokenStore } from '../config/token-store.ts';
import { AtoError } from '../core/errors.ts';
import type { Principal, Scope } from '../operations/operation.ts';
import { isLoopback, readBearer } from './guard.ts';

/** Who is behind a request. */
export interface Caller {
  name: string;
  scope: Scope;
  /** Identity of the credential itself: a token that was revoked and made again under its name is another caller. */
  key: string;
}

/** The callers of a service without tokens: the users of this machine. */
const LOCAL: Caller = { name: 'local', scope: 'admin', key: 'local' };

export interface Callers {
  /** Throws UNAUTHORIZED. A service on loopback without any token is open to the local user. */
  identify(headers: IncomingHttpHeaders): Caller;
  /** Throws RATE_LIMITED with the seconds to wait as its detail. `calls` is more than one for a batch. */
  countCall(caller: Caller, calls?: number): Promise<void>;
  /** Whether what once identified a caller still does: false after a revocation, and for local users once a token exists. */
  isCurrent(key: string): boolean;
}

export function createCallers(tokens: TokenStore, host: string, callsPerMinuteMax: number): Callers {
  const limiter = new RateLimiterMemory({ points: callsPerMinuteMax, duration: 60 });
  const isOpen = () => isLoopback(host) && tokens.list().length === 0;
  return {
    identify({ authorization }) {
      if (isOpen()) return LOCAL;
      const presented = readBearer(authorization);
      const record = presented === undefined ? undefined : tokens.find(presented);
      if (!record)
        throw new AtoError(
          'UNAUTHORIZED',
          'This service wants a valid token.',
          'Send Authorization: Bearer with a token of `atocore token create`.',
        );
      return { name: record.name, scope: record.scope, key: record.hash };
    },
    async countCall({ key }, calls = 1) {
      try {
        await limiter.consume(key, calls);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        throw tooMany(`More than ${callsPerMinuteMax} calls in a minute.`, refused.msBeforeNext);
      }
    },
    isCurrent(key) {
      try {
        return key === LOCAL.key ? isOpen() : tokens.has(key);
      } catch {
        // A broken token file proves nobody.
        return false;
      }
    },
  };
}

/** RATE_LIMITED with the whole seconds to wait, at least one. */
export function tooMany(message: string, waitMs: number): AtoError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new AtoError('RATE_LIMITED', message, `Try again in ${seconds} s.`, { retry_after_s: seconds });
}

/** Behind MCP there is a model, whatever its token: trust changes only by an accepted question. */
export function agentOf({ name, scope }: Caller): Principal {
  return { kind: 'agent', name, scope };
}

/** On the API an admin token is a person's; any other is an agent's. */
export function apiPrincipalOf({ name, scope }: Caller): Principal {
  return { kind: scope === 'admin' ? 'person' : 'agent', name, scope };
}
