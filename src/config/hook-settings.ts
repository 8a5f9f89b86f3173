import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { withoutMark } from '../core/json.ts';
import { LIMITS } from '../core/limits.ts';

/** What a hook needs of the configuration. */
export interface HookSettings {
  home: string;
  captureDisabled: boolean;
  contextDisabled: boolean;
  /** The service to ask instead of the local home. */
  url: string | undefined;
  token: string | undefined;
}

/**
 * The configuration as a hook sees it, by the order of `loadConfig` (flag, environment, file, default) but without its schema, which takes
 * longer to load than a hook may take. Never throws: a value that cannot be read counts as unset, and a kill switch that is set to anything
 * but 0 or false kills.
 */
export function readHookSettings(env: NodeJS.ProcessEnv = process.env, homeFlag?: string): HookSettings {
  const home = resolve(homeFlag || env['ATOCORE_HOME'] || join(homedir(), '.atocore'));
  const file = readFile(join(home, 'config', 'atocore.json'));
  const value = (key: string): string | undefined => {
    const found = env[`ATOCORE_${key.toUpperCase()}`] || file[key];
    return found === undefined || found === '' ? undefined : String(found);
  };
  const isOn = (key: string) => !['0', 'false', undefined].includes(value(key));
  return {
    home,
    captureDisabled: isOn('capture_disabled'),
    contextDisabled: isOn('context_disabled'),
    url: value('url'),
    token: value('token'),
  };
}

function readFile(path: string): Record<string, unknown> {
  try {
    const text = withoutMark(readFileSync(path, 'utf8'));
    const parsed: unknown = text.length > LIMITS.configBytesMax ? {} : JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // No file is the usual case; a broken one is named by every other command.
    return {};
  }
}
