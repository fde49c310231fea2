import { parse, TomlError } from 'smol-toml';
import { Failure } from '../errors.js';
import { fileName } from './names.js';
import { nearestName } from './nearest.js';
import { readSettingsFile } from './read-file.js';
import { SETTING_KEYS, type SettingKey } from './settings.js';
import type { Source } from './source.js';

/** A sipctl.toml; undefined when the file is not there. Throws CONFIG for a file that is no TOML or has an unknown key. */
export function tomlSource(path: string): Source | undefined {
  const text = readSettingsFile(path);
  if (text === undefined) return undefined;
  const values = flatten(parseToml(text, path), path);
  return {
    find(key) {
      const value = values.get(key);
      return value === undefined ? undefined : { text: value, origin: path };
    },
  };
}

function parseToml(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence = 'is not TOML'] = error.message.split('\n', 1);
    throw new Failure('CONFIG', `${path}:${error.line}:${error.column}: ${sentence}`);
  }
}

function flatten(document: Record<string, unknown>, path: string): Map<SettingKey, string> {
  const values = new Map<SettingKey, string>();
  for (const [name, value] of Object.entries(document)) {
    if (!isTable(value)) values.set(knownKey(name, path), asText(value, name, path));
    else
      for (const [key, inner] of Object.entries(value)) {
        values.set(knownKey(`${name}.${key}`, path), asText(inner, `${name}.${key}`, path));
      }
  }
  return values;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function knownKey(name: string, path: string): SettingKey {
  const known = SETTING_KEYS.find((key) => key === name);
  if (known !== undefined) return known;
  const nearest = nearestName(name, SETTING_KEYS);
  const hint = nearest === undefined ? 'sipctl config show lists them all' : `did you mean ${fileName(nearest)}?`;
  throw new Failure('CONFIG', `${path}: there is no setting ${fileName(name)}`, hint);
}

function asText(value: unknown, name: string, path: string): string {
  if (Array.isArray(value)) return value.map((item) => asText(item, name, path)).join(',');
  if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return String(value);
  throw new Failure('CONFIG', `${path}: ${fileName(name)} must be text, a number, true or false, or a list of these`);
}
