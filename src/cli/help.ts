import { fileName, flagName, variableName } from '../config/names.js';
import { SETTING_KEYS, SETTINGS } from '../config/settings.js';
import type { Command } from './command.js';

/** What follows the options in the help of a command. */
export function helpAfter(command: Command): () => string {
  return () => [...aliasLines(command), ...exampleLines(command), ...settingLines(command)].join('\n');
}

function aliasLines({ aliases = [] }: Command): string[] {
  return aliases.length === 0 ? [] : ['', `Also: ${aliases.map((alias) => `sipctl ${alias}`).join(', ')}`];
}

function exampleLines({ examples }: Command): string[] {
  return ['', 'Examples:', ...examples.map((example) => `  sipctl ${example}`)];
}

/** A server is what most settings are about. */
function settingLines({ foreground }: Command): string[] {
  if (!foreground) return [];
  const lines = SETTING_KEYS.map((key) => {
    const names = `--${flagName(key)}, ${variableName(key)}, ${fileName(key)}`;
    return `  ${names}\n      ${SETTINGS[key].description}`;
  });
  return ['', 'Settings (flag, variable, key in sipctl.toml):', ...lines];
}
