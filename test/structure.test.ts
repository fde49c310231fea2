import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands/index.js';
import * as names from '../src/config/names.js';
import { SETTINGS } from '../src/config/settings.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Folder of src (or migrations) -> the folders that it may import. Everybody may import itself and errors.ts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['cli'],
  // The server by its types and by dynamic import only: the test of what main.ts loads holds that.
  cli: ['storage', 'control', 'config', 'sip', 'permissions', 'util', 'server'],
  server: [
    'proxy',
    'registrar',
    'permissions',
    'transaction',
    'transport',
    'sip',
    'control',
    'storage',
    'config',
    'util',
  ],
  proxy: ['registrar', 'permissions', 'transaction', 'transport', 'sip', 'util'],
  registrar: ['sip', 'util'],
  permissions: ['sip', 'util'],
  transaction: ['transport', 'sip', 'util'],
  transport: ['sip', 'util'],
  sip: ['util'],
  control: ['util'],
  config: ['util'],
  storage: ['migrations', 'util'],
  migrations: ['storage'],
  util: [],
  'errors.ts': [],
};

/** Package -> the only files and folders that may import it. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  knex: ['src/storage/', 'migrations/'],
  'better-sqlite3': ['src/storage/'],
  mysql2: ['src/storage/'],
  pg: ['src/storage/'],
  commander: ['src/cli/program.ts'],
  inquirer: ['src/cli/ask.ts'],
  'cli-table3': ['src/cli/output.ts'],
  ws: ['src/transport/ws.ts', 'src/transport/ws-connection.ts'],
  pino: ['src/server/log.ts'],
  'pino-pretty': ['src/server/log.ts'],
};

/** Loaded when first needed: `sipctl --help` loads no driver, and `sipctl address show` no proxy. */
const LOADED_LATE = {
  packages: ['knex', 'better-sqlite3', 'mysql2', 'pg', 'inquirer', 'cli-table3', 'pino', 'pino-pretty', 'yaml', 'ws'],
  folders: ['server', 'proxy', 'registrar', 'transaction', 'transport', 'migrations'],
};

const LONGEST_FILE = 400;

interface Import {
  target: string;
  /** Gone after compilation. */
  isType: boolean;
  isDynamic: boolean;
}

interface Source {
  path: string;
  text: string;
  imports: readonly Import[];
}

const sources: readonly Source[] = ['src', 'migrations'].flatMap(filesBelow).map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, imports: importsOf(text) };
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const statics = [...code.matchAll(/^(?:import|export)\b([^;'"(=]*?)(?:from\s+)?'([^']+)'/gm)].map(
    ([, clause = '', target = '']) => ({ target, isType: isTypeOnly(clause), isDynamic: false }),
  );
  const dynamics = [...code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)].map(([, target = '']) => ({
    target,
    // `import('x').T` names a type, `await import('x')` loads.
    isType: false,
    isDynamic: true,
  }));
  return [...statics, ...dynamics];
}

/** `import type {...}` or nothing but `type` names between the braces. */
function isTypeOnly(clause: string): boolean {
  const trimmed = clause.trim();
  if (/^type\b/.test(trimmed)) return true;
  const names = /^\{([^}]*)\}$/.exec(trimmed)?.[1];
  return names?.split(',').every((name) => name.trim() === '' || /^type\s/.test(name.trim())) ?? false;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}

/** `src/cli/ask.ts` -> `cli`, `src/main.ts` -> `main.ts`, `migrations/x.ts` -> `migrations`. */
function folderOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'src' ? second : first;
}

/** The file of ours that an import means, undefined for a package. */
function fileOf(importer: string, { target }: Import): string | undefined {
  if (!target.startsWith('.')) return undefined;
  return relative(ROOT, resolve(ROOT, dirname(importer), target)).replace(/\.js$/, '.ts');
}

/** `@scope/name/part` -> `@scope/name`, `pg/lib/x` -> `pg`. */
function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** All imports, with the file that they stand in. */
function everyImport(): { path: string; found: Import }[] {
  return sources.flatMap(({ path, imports }) => imports.map((found) => ({ path, found })));
}

describe('imports', () => {
  it('are seen by this test', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(everyImport().length).toBeGreaterThan(sources.length);
    expect(importsOf("import { type A, b } from './a.js';\nexport function f() { return import('./c.js'); }")).toEqual([
      { target: './a.js', isType: false, isDynamic: false },
      { target: './c.js', isType: false, isDynamic: true },
    ]);
    expect(importsOf("import type { A } from 'a';\nimport { type B } from 'b';\nimport 'c';\n// from 'd'")).toEqual([
      { target: 'a', isType: true, isDynamic: false },
      { target: 'b', isType: true, isDynamic: false },
      { target: 'c', isType: false, isDynamic: false },
    ]);
  });

  it('go downwards only', () => {
    const upwards = everyImport().flatMap(({ path, found }) => {
      const file = fileOf(path, found);
      if (file === undefined) return [];
      const [from, to] = [folderOf(path), folderOf(file)];
      const allowed = [from, 'errors.ts', ...(MAY_IMPORT[from] ?? [])];
      return allowed.includes(to) ? [] : [`${path} imports ${file}`];
    });
    expect(upwards).toEqual([]);
  });

  it('know every folder', () => {
    const folders = new Set(sources.map(({ path }) => folderOf(path)));
    expect([...folders].filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([]);
  });

  it('form no cycle', () => {
    expect(cycles()).toEqual([]);
  });

  it('use each package only where it belongs', () => {
    const strays = everyImport().flatMap(({ path, found }) => {
      const places = ONLY_IN[packageOf(found.target)];
      if (places === undefined || places.some((place) => path.startsWith(place))) return [];
      return [`${path} imports ${found.target}`];
    });
    expect(strays).toEqual([]);
  });

  it('bring nothing heavy in with main.ts', () => {
    const { packages, folders } = loadedWith('src/main.ts');
    expect(packages).toContain('commander');
    expect(packages.filter((name) => LOADED_LATE.packages.includes(name))).toEqual([]);
    expect(folders).toContain('cli');
    expect(folders.filter((name) => LOADED_LATE.folders.includes(name))).toEqual([]);
  });

  it('bring WebSocket in with its listeners only', () => {
    expect(loadedWith('src/server/serve.ts').packages).not.toContain('ws');
    expect(loadedWith('src/transport/ws.ts').packages).toContain('ws');
  });
});

/** What is loaded together with a file. */
function loadedWith(entry: string): { packages: string[]; folders: string[] } {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const path of files) {
    for (const found of sources.find((source) => source.path === path)?.imports ?? []) {
      if (found.isType || found.isDynamic) continue;
      const file = fileOf(path, found);
      if (file === undefined) packages.add(packageOf(found.target));
      else files.add(file);
    }
  }
  return { packages: [...packages], folders: [...new Set([...files].map(folderOf))] };
}

/** Files that are reached from themselves by what is left after compilation, each cycle once. */
function cycles(): string[] {
  const edges = new Map(
    sources.map(({ path, imports }) => {
      const targets = imports.filter(({ isType }) => !isType).map((found) => fileOf(path, found));
      return [path, targets.filter((target) => target !== undefined)];
    }),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

describe('the sources', () => {
  function filesWith(pattern: RegExp, allowed: readonly string[]): string[] {
    const bad = sources.filter(({ path, text }) => !allowed.includes(path) && pattern.test(withoutComments(text)));
    return bad.map(({ path }) => path);
  }

  it('never call process.exit', () => {
    expect(filesWith(/\bprocess\.exit\(/, [])).toEqual([]);
  });

  it('set the exit status in main.ts only', () => {
    expect(filesWith(/\bprocess\.exitCode\b/, ['src/main.ts'])).toEqual([]);
  });

  it('print in main.ts, cli/output.ts and the log only', () => {
    expect(filesWith(/\bconsole\./, [])).toEqual([]);
    const printers = ['src/main.ts', 'src/cli/output.ts', 'src/server/log.ts'];
    expect(filesWith(/\bprocess\.std(?:out|err)\b(?!\.isTTY)/, printers)).toEqual([]);
  });

  it('are short', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > LONGEST_FILE + 1);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('name no path of the machine they were written on', () => {
    expect(filesWith(/['"`/ ]\/(?:work|tmp)\//, [])).toEqual([]);
  });
});

describe('lists that must agree', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

  /** The first cells of the rows of a generated table of the README, without backticks. */
  function tableOf(name: string): string[] {
    const [, rest = ''] = readme.split(`<!-- ${name}:begin -->`);
    const [part = ''] = rest.split(`<!-- ${name}:end -->`);
    const rows = part.trim().split('\n').slice(2);
    return rows.map((row) => (row.split('|')[1] ?? '').trim().replaceAll('`', ''));
  }

  it('the commands and the table in the README', () => {
    const documented = tableOf('commands');
    const missing = COMMANDS.filter(
      ({ name }) => !documented.some((row) => row === name || row.startsWith(`${name} `)),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(documented).toHaveLength(COMMANDS.length);
  });

  it('the settings and the table in the README', () => {
    expect(tableOf('settings')).toEqual(Object.keys(SETTINGS));
  });

  it('the README and what `npm run docs` would write', async () => {
    const { generatedReadme } = await import(new URL('../docs/generate.mjs', import.meta.url).href);
    expect(readme).toBe(generatedReadme(readme, { COMMANDS, SETTINGS, names }));
  });

  it('the files of commands and the list of commands', () => {
    const files = filesBelow('src/cli/commands').filter((path) => !path.endsWith('/index.ts'));
    expect(files).toHaveLength(COMMANDS.length);
  });

  it('the commands have a summary, an example of their own, and no name twice', () => {
    const all = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
    for (const { name, aliases = [], summary, examples } of COMMANDS) {
      expect(summary, name).not.toBe('');
      const spellings = [name, ...aliases];
      expect(
        examples.some((example) => spellings.some((spelling) => example.startsWith(spelling))),
        name,
      ).toBe(true);
    }
  });
});
