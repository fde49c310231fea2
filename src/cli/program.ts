import { CommanderError, Command as Node, Option } from 'commander';
import { flagName } from '../config/names.js';
import { SETTING_KEYS, SETTINGS } from '../config/settings.js';
import { Failure } from '../errors.js';
import { VERSION } from '../util/version.js';
import type { Command } from './command.js';
import { COMMANDS, NOUNS } from './commands/index.js';
import { FORMATS, type Format } from './format.js';
import { helpAfter } from './help.js';
import type { ArgumentSpec } from './spec.js';
import type { Switches } from './tools.js';
import { kebab, readValues } from './values.js';

/** A command line that was understood. */
export interface Invocation {
  readonly command: Command;
  readonly values: Readonly<Record<string, unknown>>;
  readonly switches: Switches;
  /** Flags of settings, by their name without dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly kamctlrc: string | undefined;
  readonly format: Format | undefined;
  readonly debug: boolean;
}

/** Help or the version, which are printed and that is all. */
export interface Printed {
  readonly text: string;
}

/** Settings that a person types often enough to see them in every help text; the others are shown by `serve --help`. */
const COMMON = ['domain', 'db', 'socket', 'listen'];

/** Reads the command line. Throws USAGE. */
export function parseArguments(argv: readonly string[]): Invocation | Printed {
  const printed: string[] = [];
  let invocation: Invocation | undefined;
  const program = buildProgram((found) => {
    invocation = found;
  });
  forEachNode(program, (node) => {
    node
      .exitOverride()
      .helpOption('-h, --help', 'Show this help')
      .configureOutput({ writeOut: (part) => printed.push(part), writeErr: () => {} });
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageFailure(error, program, argv);
  }
  return invocation ?? { text: printed.join('') };
}

function buildProgram(found: (invocation: Invocation) => void): Node {
  const program = new Node('sipctl');
  program
    .description('Administers and runs a SIP registrar and proxy')
    .version(`sipctl ${VERSION}`, '--version', 'Show the version');
  program.configureHelp({ showGlobalOptions: true });
  addGlobalOptions(program);
  for (const command of COMMANDS) {
    for (const spelling of [command.name, ...(command.aliases ?? [])]) addCommand(program, spelling, command, found);
  }
  return program;
}

function addGlobalOptions(program: Node): void {
  for (const key of SETTING_KEYS) {
    const { kind, description } = SETTINGS[key];
    const option = new Option(`--${flagName(key)} <${kind.word}>`, description);
    program.addOption(option.hideHelp(!COMMON.includes(key)));
  }
  program
    .option('--kamctlrc <file>', 'Read this kamctlrc instead of the usual ones')
    .addOption(new Option('-o, --output <format>', 'How data is printed').choices(FORMATS))
    .option('--json', 'Same as --output json')
    .option('--debug', 'Show where an error comes from');
}

function addCommand(program: Node, spelling: string, command: Command, found: (invocation: Invocation) => void): void {
  const [first = '', second] = spelling.split(' ');
  const leaf = second === undefined ? program.command(first) : nounNode(program, first).command(second);
  leaf.summary(command.summary).description(`${command.summary}.`).addHelpText('after', helpAfter(command));
  for (const [name, spec] of Object.entries(command.args)) leaf.argument(argumentSyntax(name, spec));
  for (const [name, spec] of Object.entries(command.options)) {
    leaf.option('flag' in spec ? `--${kebab(name)}` : `--${kebab(name)} <${spec.kind.word}>`, spec.summary);
  }
  if (command.writes !== undefined) addSwitches(leaf, command.writes);
  leaf.action(() => found(invocationOf(program, leaf, command)));
}

function nounNode(program: Node, name: string): Node {
  const existing = program.commands.find((node) => node.name() === name);
  if (existing !== undefined) return existing;
  const noun = NOUNS.find((candidate) => candidate.name === name);
  const node = program
    .command(name)
    .summary(noun?.summary ?? '')
    .description(`${noun?.summary ?? ''}.`);
  for (const alias of noun?.aliases ?? []) node.alias(alias);
  return node;
}

function argumentSyntax(name: string, spec: ArgumentSpec): string {
  if ('many' in spec) return `[${name}...]`;
  return 'optional' in spec ? `[${name}]` : `<${name}>`;
}

function addSwitches(leaf: Node, writes: 'live' | 'plain'): void {
  leaf.option('-y, --yes', 'Answer yes to every question');
  leaf.option('-n, --dry-run', 'Say what would change, and change nothing');
  if (writes === 'live') leaf.option('--no-reload', 'Do not tell the running server');
}

function invocationOf(program: Node, leaf: Node, command: Command): Invocation {
  const own = leaf.opts();
  const global = program.opts();
  return {
    command,
    values: readValues(command, { args: leaf.processedArgs, options: own }),
    switches: { yes: own.yes === true, dryRun: own.dryRun === true, reload: own.reload !== false },
    flags: Object.fromEntries(SETTING_KEYS.map((key) => [flagName(key), global[camel(flagName(key))]])),
    kamctlrc: global.kamctlrc,
    format: global.json === true ? 'json' : global.output,
    debug: global.debug === true,
  };
}

function camel(name: string): string {
  return name.replaceAll(/-[a-z0-9]/g, (part) => part.slice(1).toUpperCase());
}

function forEachNode(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of node.commands) forEachNode(child, visit);
}

/** commander's message has the suggestion in a second line. */
function usageFailure(error: CommanderError, program: Node, argv: readonly string[]): Failure {
  if (error.code === 'commander.help') return incomplete(program, argv);
  const [sentence = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hint = suggestion?.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?');
  return new Failure('USAGE', sentence.replace(/\.$/, ''), hint ?? 'sipctl --help lists the commands');
}

function incomplete(program: Node, argv: readonly string[]): Failure {
  const noun = program.commands.find((node) =>
    argv.some((word) => node.name() === word || node.aliases().includes(word)),
  );
  if (noun === undefined) return new Failure('USAGE', 'a command is missing', 'sipctl --help lists the commands');
  const verbs = noun.commands.map((node) => node.name()).join(', ');
  return new Failure('USAGE', `${noun.name()} needs to know what to do: ${verbs}`, `sipctl ${noun.name()} --help`);
}
