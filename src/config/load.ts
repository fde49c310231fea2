import { join } from 'node:path';
import { Failure } from '../errors.js';
import { maskPassword } from './database-url.js';
import { Invalid } from './kind.js';
import { type Defaults, xdgDirectory } from './places.js';
import { SETTING_KEYS, SETTINGS, type Setting, type SettingKey, type SettingValue } from './settings.js';
import type { Found, Source } from './source.js';
import { environmentSource } from './source-environment.js';
import { flagSource } from './source-flags.js';
import { kamctlrcSource } from './source-kamctlrc.js';
import { tomlSource } from './source-toml.js';

/** Where settings are looked for. */
export interface SettingSources extends Defaults {
  /** Flag name without dashes -> text. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** `--kamctlrc FILE`, instead of the two usual places. */
  readonly kamctlrc?: string | undefined;
}

export interface SettingEntry {
  readonly key: SettingKey;
  /** As text that may be shown: passwords are masked, an unset value is null. */
  readonly value: string | null;
  readonly origin: string;
  readonly description: string;
}

export interface LoadedSettings {
  /** Throws CONFIG (USAGE for a flag) when the value that counts is invalid. */
  get<K extends SettingKey>(key: K): SettingValue<K>;
  /** The flag, the variable or the file that the value came from; 'default' when none said anything. */
  origin(key: SettingKey): string;
  entries(): SettingEntry[];
}

/**
 * Reads every setting: flag, variable, ./sipctl.toml, the user's, the system's, kamctlrc, default; the first that says
 * something counts. Throws CONFIG naming the file or variable and the key, USAGE for a flag.
 */
export function loadSettings(from: SettingSources): LoadedSettings {
  const sources = sourcesOf(from);
  const values = new Map<SettingKey, { value: unknown; origin: string }>();
  for (const key of SETTING_KEYS) values.set(key, readSetting(key, sources, from));
  const origin = (key: SettingKey) => values.get(key)?.origin ?? 'default';
  return {
    // The map was filled from the declaration that the type is computed from.
    get: <K extends SettingKey>(key: K) => values.get(key)?.value as SettingValue<K>,
    origin,
    entries: () => SETTING_KEYS.map((key) => describe(key, values.get(key)?.value, origin(key))),
  };
}

function sourcesOf(from: SettingSources): Source[] {
  const files = [
    join(from.cwd, 'sipctl.toml'),
    join(xdgDirectory(from, 'XDG_CONFIG_HOME', '.config'), 'sipctl', 'sipctl.toml'),
    '/etc/sipctl/sipctl.toml',
  ];
  return [
    flagSource(from.flags),
    environmentSource(from.env),
    ...files.map(tomlSource).filter((source) => source !== undefined),
    kamctlrcSource(kamctlrcFiles(from), from.kamctlrc !== undefined),
  ];
}

function kamctlrcFiles(from: SettingSources): string[] {
  if (from.kamctlrc !== undefined) return [from.kamctlrc];
  return ['/etc/kamailio/kamctlrc', join(from.home, '.kamctlrc')];
}

function readSetting(key: SettingKey, sources: readonly Source[], from: Defaults): { value: unknown; origin: string } {
  for (const source of sources) {
    const found = source.find(key);
    if (found !== undefined) return { value: parseFound(key, found), origin: found.origin };
  }
  return { value: SETTINGS[key].fallback(from), origin: 'default' };
}

function parseFound(key: SettingKey, found: Found): unknown {
  const { kind }: Setting<unknown> = SETTINGS[key];
  try {
    return kind.parse(found.text);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    const shown = kind.secret ? 'the value' : `'${found.text}'`;
    const code = found.origin.startsWith('--') ? 'USAGE' : 'CONFIG';
    throw new Failure(code, `${found.origin}: ${key}: ${shown} ${error.message}`);
  }
}

function describe(key: SettingKey, value: unknown, origin: string): SettingEntry {
  const { kind, description }: Setting<unknown> = SETTINGS[key];
  const text = value === undefined ? null : String(value);
  return { key, value: kind.secret && text !== null ? maskPassword(text) : text, origin, description };
}
