import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { AtoError } from '../core/errors.ts';
import { isRemoteUri } from '../core/files.ts';
import { withoutMark } from '../core/json.ts';
import { LIMITS } from '../core/limits.ts';
import { CONFIG_FIELDS, type ConfigKey, type ConfigValues, configSchema, SECRET_KEYS } from './schema.ts';

export type ConfigOrigin = 'flag' | 'environment' | 'file' | 'default';

/** The resolved configuration: every value, where it came from, and every path of the home made absolute. */
export interface Config extends ConfigValues {
  db_path: string;
  vector_uri: string;
  backup_dir: string;
  registry_path: string;
  origins: Record<ConfigKey, ConfigOrigin>;
  /** All named sources as absolute folders, `vault` and `drive` included. */
  sources: Record<string, string>;
}

const PREFIX = 'ATOCORE_';
const KEYS = Object.keys(CONFIG_FIELDS) as ConfigKey[];
const SOURCE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/**
 * Resolves flags over environment over `<home>/config/atocore.json` over defaults. The only reader of the process environment.
 * Throws CONFIG_INVALID naming the key, the value and where it came from.
 */
export function loadConfig(
  flags: Partial<Record<ConfigKey, unknown>> = {},
  env: NodeJS.ProcessEnv = process.env,
): Config {
  const fromEnv = readEnvironment(env);
  const home = resolve(String(flags.home ?? fromEnv.home ?? join(homedir(), '.atocore')));
  const fromFile = readConfigFile(join(home, 'config', 'atocore.json'));
  const origins = {} as Record<ConfigKey, ConfigOrigin>;
  const values: Record<string, unknown> = {};
  for (const key of KEYS) {
    const origin =
      flags[key] !== undefined
        ? 'flag'
        : fromEnv[key] !== undefined
          ? 'environment'
          : fromFile[key] !== undefined
            ? 'file'
            : 'default';
    origins[key] = origin;
    if (origin !== 'default') values[key] = flags[key] ?? fromEnv[key] ?? fromFile[key];
  }
  values['home'] = home;
  const parsed = configSchema.safeParse(values);
  if (!parsed.success) throw invalidValue(parsed.error.issues[0], values, origins);
  return { ...parsed.data, ...resolvePaths(parsed.data), origins };
}

/** The working folder of the client behind a stdio server: what Claude Code names, else the folder that the server was started in. */
export function clientFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['CLAUDE_PROJECT_DIR'] || process.cwd();
}

/** Folder of the locks between processes: beside the database, so that whoever shares the one shares the other. */
export function lockFolderOf({ db_path }: Pick<Config, 'db_path'>): string {
  return join(dirname(db_path), 'locks');
}

/** Each value and where it came from, secrets masked: what `config show` prints. */
export function describeConfig(
  config: Config,
): Record<string, { value: unknown; origin: ConfigOrigin; meaning: string }> {
  return Object.fromEntries(
    KEYS.map((key) => {
      const value = SECRET_KEYS.has(key) && config[key] !== undefined ? '********' : (config[key] ?? null);
      return [key, { value, origin: config.origins[key], meaning: CONFIG_FIELDS[key].description ?? '' }];
    }),
  );
}

function readEnvironment(env: NodeJS.ProcessEnv): Partial<Record<ConfigKey, string>> {
  const found: Partial<Record<ConfigKey, string>> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || value === undefined || value === '') continue;
    const key = name.slice(PREFIX.length).toLowerCase();
    if (!isKey(key)) {
      throw new AtoError(
        'CONFIG_INVALID',
        `The environment variable ${name} is not one that AtoCore knows.`,
        nearKeyHint(key, PREFIX),
      );
    }
    found[key] = value;
  }
  return found;
}

function readConfigFile(path: string): Partial<Record<ConfigKey, unknown>> {
  if (!existsSync(path)) return {};
  let parsed: unknown;
  try {
    const content = withoutMark(readFileSync(path, 'utf8'));
    if (content.length > LIMITS.configBytesMax) throw new Error(`larger than ${LIMITS.configBytesMax} bytes`);
    parsed = JSON.parse(content);
  } catch (error) {
    throw new AtoError(
      'CONFIG_INVALID',
      `The configuration file config/atocore.json cannot be read: ${(error as Error).message}`,
      'Correct it or move it away.',
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AtoError(
      'CONFIG_INVALID',
      'The configuration file config/atocore.json must hold one JSON object.',
      'Correct it or move it away.',
    );
  }
  for (const key of Object.keys(parsed)) {
    if (!isKey(key) || key === 'home') {
      throw new AtoError(
        'CONFIG_INVALID',
        `The configuration file config/atocore.json holds an unknown key "${key}".`,
        nearKeyHint(key, ''),
      );
    }
  }
  return parsed;
}

function isKey(key: string): key is ConfigKey {
  return Object.hasOwn(CONFIG_FIELDS, key);
}

function nearKeyHint(key: string, prefix: string): string {
  const near = KEYS.map((known) => ({ known, away: distance(known, key) })).sort((a, b) => a.away - b.away)[0];
  const name = (known: string) => (prefix ? prefix + known.toUpperCase() : known);
  return near && near.away <= 4 ? `Did you mean ${name(near.known)}?` : 'See `atocore config show` for all of them.';
}

function invalidValue(
  issue: { path: PropertyKey[]; message: string } | undefined,
  values: Record<string, unknown>,
  origins: Record<string, ConfigOrigin>,
): AtoError {
  const key = String(issue?.path[0] ?? '');
  const plain = JSON.stringify(values[key])?.replace(/\/\/[^/@]*@/, '//********@');
  const shown = SECRET_KEYS.has(key as ConfigKey) ? '********' : plain;
  const where = origins[key] === 'environment' ? `${PREFIX}${key.toUpperCase()}` : key;
  return new AtoError(
    'CONFIG_INVALID',
    `${where} = ${shown} (from ${origins[key]}): ${issue?.message}.`,
    `Wanted: ${isKey(key) ? CONFIG_FIELDS[key].description : ''}`,
  );
}

function resolvePaths(
  values: ConfigValues,
): Pick<Config, 'db_path' | 'vector_uri' | 'backup_dir' | 'registry_path' | 'sources'> {
  const inHome = (...parts: string[]) => join(values.home, ...parts);
  const vectorUri = values.vector_uri ?? inHome('data', 'lancedb');
  return {
    db_path: resolve(values.db_path ?? inHome('data', 'db', 'atocore.db')),
    vector_uri: isRemoteUri(vectorUri) ? vectorUri : resolve(vectorUri),
    backup_dir: resolve(values.backup_dir ?? inHome('backups', 'snapshots')),
    registry_path: resolve(values.registry_path ?? inHome('config', 'project-registry.json')),
    sources: resolveSources(values),
  };
}

function resolveSources(values: ConfigValues): Record<string, string> {
  const all: Record<string, string> = {
    vault: join(values.home, 'sources', 'vault'),
    drive: join(values.home, 'sources', 'drive'),
  };
  for (const [name, path] of Object.entries(values.sources)) {
    if (!SOURCE_NAME.test(name))
      throw new AtoError(
        'CONFIG_INVALID',
        `The source name "${name}" is not valid.`,
        'Wanted: lower-case letters, digits, - and _.',
      );
    if (!isAbsolute(path))
      throw new AtoError(
        'CONFIG_INVALID',
        `The source ${name} has the path "${path}", which is not absolute.`,
        'Wanted: name=/absolute/path.',
      );
    all[name] = resolve(path);
  }
  return all;
}
