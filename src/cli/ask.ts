import { Failure } from '../errors.js';
import type { World } from './world.js';

type Terminal = Pick<World, 'stdin' | 'stderr'>;

/** Can a person be asked? Questions go to stderr, answers come from stdin. */
export function isInteractive(world: Terminal): boolean {
  return world.stdin.isTTY === true && world.stderr.isTTY === true;
}

/** Asks for yes or no; no is the default. Throws USAGE without a terminal. */
export async function askYes(world: Terminal, question: string): Promise<boolean> {
  demandTerminal(world, `this asks for a confirmation: ${question}`, 'say yes with --yes');
  const { answer } = await prompt(world, { type: 'confirm', name: 'answer', message: question, default: false });
  return answer === true;
}

/** Asks for a password, which is not shown. Throws USAGE without a terminal. */
export async function askHidden(world: Terminal, question: string): Promise<string> {
  demandTerminal(world, 'a password is missing', 'give it as an argument or with --password-stdin');
  const { answer } = await prompt(world, { type: 'password', name: 'answer', message: question, mask: false });
  return String(answer);
}

function demandTerminal(world: Terminal, sentence: string, hint: string): void {
  if (!isInteractive(world)) throw new Failure('USAGE', `${sentence} (and there is no terminal to ask on)`, hint);
}

interface Question {
  type: 'confirm' | 'password';
  name: 'answer';
  message: string;
  default?: boolean;
  mask?: boolean;
}

async function prompt(world: Terminal, question: Question): Promise<{ answer: unknown }> {
  const { createPromptModule } = await import('inquirer');
  const ask = createPromptModule({
    input: world.stdin as NodeJS.ReadStream,
    output: world.stderr as NodeJS.WriteStream,
  });
  try {
    return await ask<{ answer: unknown }>([question]);
  } catch (error) {
    // inquirer reports Ctrl-C, and an end of input, as this error.
    if (error instanceof Error && error.name === 'ExitPromptError') throw new Failure('INTERRUPTED', 'interrupted');
    throw error;
  }
}
