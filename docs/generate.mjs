// Writes the generated parts of README.md: `npm run docs`. A test holds them equal to the declarations.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** The README with the text between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced. */
export function withPart(readme, name, text) {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the generated part ${name}`);
  return `${readme.slice(0, from + begin.length)}\n${text}\n${readme.slice(to)}`;
}

/** The table of everything that can be typed. */
export function commandsTable(commands) {
  const rows = commands.map(({ name, args, aliases = [], summary }) => {
    const also = aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => `\`${alias}\``).join(', ')})`;
    return `| \`${[name, ...Object.entries(args).map(placeholder)].join(' ')}\` | ${summary}${also} |`;
  });
  return ['| command | what it does |', '|---|---|', ...rows].join('\n');
}

function placeholder([name, spec]) {
  if ('optional' in spec) return `[${name.toUpperCase()}]`;
  return 'many' in spec ? `[${name.toUpperCase()}...]` : name.toUpperCase();
}

/** The table of everything that can be set. */
export function settingsTable(settings, names, places) {
  const rows = Object.entries(settings).map(([key, { description, fallback }]) => {
    const value = fallback(places);
    const shown = value === undefined ? '' : `\`${Array.isArray(value) ? value.join(',') : value}\``;
    return `| \`${key}\` | \`--${names.flagName(key)}\` | \`${names.variableName(key)}\` | ${shown} | ${description} |`;
  });
  return ['| setting | flag | variable | default | meaning |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Where the defaults of an administrator lie, for the documentation. */
export const PLACES = { root: true, home: '/root', env: {} };

/** The whole README as it should be. */
export function generatedReadme(readme, { COMMANDS, SETTINGS, names }) {
  const commands = withPart(readme, 'commands', commandsTable(COMMANDS));
  return withPart(commands, 'settings', settingsTable(SETTINGS, names, PLACES));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { COMMANDS } = await import('../dist/src/cli/commands/index.js');
  const { SETTINGS } = await import('../dist/src/config/settings.js');
  const names = await import('../dist/src/config/names.js');
  const file = new URL('../README.md', import.meta.url);
  writeFileSync(file, generatedReadme(readFileSync(file, 'utf8'), { COMMANDS, SETTINGS, names }));
}
