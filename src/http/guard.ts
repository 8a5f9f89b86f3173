/** What a request must name to be served. Built once; every check is a pure function of the headers. */
export interface GuardRules {
  /** Accepted Host values in lower case: `name:port`, or `name` alone for any port. */
  hosts: ReadonlySet<string>;
  /** Accepted Origin values in lower case beside those of loopback. */
  origins: ReadonlySet<string>;
}

export const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const;
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]', '']);

/** Names of query parameters under which clients of other services send secrets. */
const SECRET_PARAMETERS = /^(access_?token|token|api_?key|auth(orization)?|bearer|password|secret)$/i;

/**
 * Host values: the loopback names with this port, the bound address itself unless it stands for all of them, and what the
 * configuration adds. A DNS name that an attacker points at us is none of these (rebinding).
 */
export function guardRules(
  config: { host: string; allowed_hosts: readonly string[]; allowed_origins: readonly string[] },
  port: number,
): GuardRules {
  const hosts = new Set<string>();
  const bound = config.host.includes(':') && !config.host.startsWith('[') ? `[${config.host}]` : config.host;
  const names = ANY_ADDRESS.has(config.host) ? LOOPBACK_NAMES : [...LOOPBACK_NAMES, bound];
  for (const name of names) {
    hosts.add(`${name}:${port}`.toLowerCase());
    // Clients leave the default port out.
    if (port === 80) hosts.add(name.toLowerCase());
  }
  for (const host of config.allowed_hosts) hosts.add(host.toLowerCase());
  return { hosts, origins: new Set(config.allowed_origins.map((origin) => origin.toLowerCase().replace(/\/$/, ''))) };
}

/** Whether every Host header of the request (there must be exactly one) is accepted. */
export function isHostAllowed(rules: GuardRules, hosts: readonly string[]): boolean {
  const [host, ...more] = hosts;
  if (host === undefined || more.length > 0) return false;
  const wanted = host.toLowerCase();
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.test(wanted)) return false;
  return rules.hosts.has(wanted) || rules.hosts.has(wanted.replace(/:\d+$/, ''));
}

/** Whether the Origin headers of the request allow it: none, or one that is a loopback page or configured. */
export function isOriginAllowed(rules: GuardRules, origins: readonly string[]): boolean {
  const [origin, ...more] = origins;
  if (origin === undefined) return true;
  if (more.length > 0) return false;
  const wanted = origin.toLowerCase();
  return rules.origins.has(wanted) || /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(wanted);
}

/** Whether the bind address only serves this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The token of an Authorization header; undefined when there is none of the Bearer scheme. */
export function readBearer(header: string | undefined): string | undefined {
  return /^Bearer ([\w~+/.=-]{1,512})$/i.exec(header ?? '')?.[1];
}

/** The path of a request target without its query; undefined for targets that name another place or cannot be decoded. */
export function readPath(target: string | undefined): string | undefined {
  if (!target?.startsWith('/') || target.startsWith('//')) return undefined;
  const path = target.split('?', 1)[0]!;
  try {
    return decodeURIComponent(path) === path ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the query carries what looks like a secret: addresses end up in logs and histories. */
export function hasSecretInQuery(target: string): boolean {
  const query = target.split('?')[1] ?? '';
  return [...new URLSearchParams(query).keys()].some((name) => SECRET_PARAMETERS.test(name));
}
