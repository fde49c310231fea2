import { EXIT_STATUS, Failure } from '../errors.js';
import { type Command, Report } from './command.js';
import { asksForJson, defaultFormat } from './format.js';
import { Output } from './output.js';
import { type Invocation, parseArguments } from './program.js';
import { Tools } from './tools.js';
import type { World } from './world.js';

/** Runs one command line and answers the exit status. The whole program but for the process around it. */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  const early = new Output(world, asksForJson(argv) ? 'json' : defaultFormat(world));
  try {
    const parsed = parseArguments(argv);
    if (!('text' in parsed)) return await runInvocation(parsed, world);
    await early.text(parsed.text);
    return 0;
  } catch (error) {
    return fail(error, early, argv.includes('--debug'));
  }
}

async function runInvocation(invocation: Invocation, world: World): Promise<number> {
  const output = new Output(world, invocation.format ?? defaultFormat(world));
  try {
    return await runCommand(invocation, world, output);
  } catch (error) {
    return fail(error, output, invocation.debug);
  }
}

async function runCommand(invocation: Invocation, world: World, output: Output): Promise<number> {
  const { command, values, switches, debug } = invocation;
  const { loadSettings } = await import('../config/load.js');
  const settings = loadSettings({ ...world, flags: invocation.flags, kamctlrc: invocation.kamctlrc });
  const tools = new Tools(settings, world, output, switches);
  try {
    const running = command.run(values, tools);
    const answer = await (command.foreground ? running : unlessInterrupted(running, world));
    const { data, failure } = answer instanceof Report ? answer : { data: answer, failure: undefined };
    await output.data(data, columnsOf(command));
    if (switches.dryRun) output.note('a dry run: nothing was changed');
    return failure === undefined ? 0 : fail(failure, output, debug);
  } finally {
    await tools.close();
  }
}

/** Every writing command answers how much changed, before anything else. */
function columnsOf({ columns, writes }: Command): readonly string[] | undefined {
  return columns && writes !== undefined ? ['changed', 'would_change', ...columns] : columns;
}

/** Ctrl-C ends the wait; what the command holds open is closed, and an open transaction with it. A second one kills. */
function unlessInterrupted<T>(running: Promise<T>, { signals }: World): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(new Failure('INTERRUPTED', 'interrupted'));
    signals.once('SIGINT', interrupt);
    running.then(resolve, reject).finally(() => signals.off('SIGINT', interrupt));
  });
}

function fail(error: unknown, output: Output, debug: boolean): number {
  output.failure(error, debug);
  return error instanceof Failure ? error.exitStatus : EXIT_STATUS.FAILED;
}
