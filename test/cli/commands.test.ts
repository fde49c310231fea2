import { describe, expect, it } from 'vitest';
import { COMMANDS, NOUNS } from '../../src/cli/commands/index.js';
import { parseArguments } from '../../src/cli/program.js';
import { kebab } from '../../src/cli/values.js';
import { flagName } from '../../src/config/names.js';
import { SETTING_KEYS } from '../../src/config/settings.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn, splitWords } from './support/world.js';

const run = cliIn(temporaryFolder());
/** Nothing listens there, so whoever opens the database is found out by status 8. */
const UNREACHABLE = { env: { SIPCTL_DB: 'mysql://user:secret@127.0.0.1:1/nothing' } };

describe('the list of commands', () => {
  it('has no name twice', () => {
    const names = COMMANDS.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has each noun that a command uses', () => {
    const used = COMMANDS.map((command) => command.name.split(' ')).filter((words) => words.length > 1);
    expect(new Set(used.map(([noun]) => noun))).toEqual(new Set(NOUNS.map((noun) => noun.name)));
  });
});

describe.each(COMMANDS.map((command) => [command.name, command] as const))('sipctl %s', (name, command) => {
  const words = name.split(' ');

  it('says what it does in a sentence of its own', () => {
    expect(command.summary).toMatch(/^[A-Z].{10,120}[^.]$/);
  });

  it('has examples that parse to this command', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      const parsed = parseArguments(splitWords(example));
      expect('command' in parsed && parsed.command.name, example).toBe(name);
    }
  });

  it('prints its help on standard output', async () => {
    const { status, stdout, stderr } = await run([...words, '--help'], UNREACHABLE);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`Usage: sipctl ${name}`);
    for (const example of command.examples) expect(stdout).toContain(`sipctl ${example}`);
  });

  it('refuses an unknown option with status 2 before the database is opened', async () => {
    const { status, stdout } = await run([...words, '--nosuch'], UNREACHABLE);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('refuses every argument that has a control character with status 2 before the database is opened', async () => {
    const specs = Object.values(command.args);
    const filled = specs.map(() => 'x\u0007y');
    const { status, stdout, stderr } = await run(
      [...words, ...(specs.length > 0 ? filled : ['too many'])],
      UNREACHABLE,
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toContain('\u0007');
  });

  it('refuses to go without an argument that it needs', async () => {
    const required = Object.values(command.args).filter((spec) => 'parse' in spec);
    if (required.length === 0) return expect(parseArguments(words)).toHaveProperty('command');
    expect((await run(words, UNREACHABLE)).status).toBe(2);
  });

  it('has no option of its own that stands for a setting', () => {
    const own = Object.keys(command.options).map(kebab);
    const everywhere = [...SETTING_KEYS.map(flagName), 'output', 'json', 'debug', 'kamctlrc', 'version', 'help'];
    expect(own.filter((name) => everywhere.includes(name))).toEqual([]);
  });
});

const WRITING = COMMANDS.filter((command) => command.writes !== undefined).map(({ name }) => name);

describe.each(WRITING)('sipctl %s, which writes,', (name) => {
  it('has --dry-run and --yes', async () => {
    const { stdout } = await run([...name.split(' '), '--help']);
    expect(stdout).toContain('-n, --dry-run');
    expect(stdout).toContain('-y, --yes');
  });
});
