import { Failure } from '../errors.js';
import { type KamctlrcValue, parseKamctlrc } from './kamctlrc.js';
import { databaseOfKamctlrc } from './kamctlrc-database.js';
import { Invalid } from './kind.js';
import { readSettingsFile } from './read-file.js';
import { SETTINGS, type SettingKey } from './settings.js';
import type { Found, Source } from './source.js';

type Placed = KamctlrcValue & { readonly path: string };

/**
 * kamctlrc files, of which a later one wins. With `demanded` (the user named the file) a missing one is a CONFIG
 * failure, otherwise it counts for nothing.
 */
export function kamctlrcSource(paths: readonly string[], demanded = false): Source {
  const values = new Map<string, Placed>();
  for (const path of paths) {
    const text = readSettingsFile(path);
    if (text === undefined && demanded) throw new Failure('CONFIG', `${path} does not exist`);
    for (const [name, value] of parseKamctlrc(text ?? '')) values.set(name, { ...value, path });
  }
  return {
    find(key) {
      if (key === 'db') return findDatabase(values);
      const [variable] = variablesOf(key);
      const value = variable === undefined ? undefined : read(values, variable);
      return value === undefined ? undefined : { text: value.value, origin: `${value.path} ${variable}` };
    },
  };
}

function variablesOf(key: SettingKey): readonly string[] {
  return SETTINGS[key].kamctlrc ?? [];
}

function read(values: ReadonlyMap<string, Placed>, variable: string): Placed | undefined {
  const value = values.get(variable);
  if (value === undefined || value.value === '') return undefined;
  if (!value.expands) return value;
  throw new Failure(
    'CONFIG',
    `${value.path}:${value.line}: ${variable} is computed by the shell, and sipctl does not execute kamctlrc`,
    'write the value itself, in single quotes',
  );
}

function findDatabase(values: ReadonlyMap<string, Placed>): Found | undefined {
  const engine = read(values, 'DBENGINE');
  if (engine === undefined) return undefined;
  const used = variablesOf('db').filter((name) => values.has(name));
  try {
    const url = databaseOfKamctlrc((name) => read(values, name)?.value);
    return url === undefined ? undefined : { text: url, origin: `${engine.path} ${used.join(', ')}` };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    throw new Failure('CONFIG', `${engine.path}:${engine.line}: DBENGINE '${engine.value}' ${error.message}`);
  }
}
