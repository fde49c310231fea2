import { textUpTo } from '../config/kind.js';
import { Failure } from '../errors.js';
import type { StoredPassword } from '../storage/storage.js';
import { askHidden } from './ask.js';
import { secret } from './kinds/secret.js';
import { flag } from './spec.js';
import { readLine } from './stdin.js';
import type { Account, Tools } from './tools.js';

/** The options of every command that takes a new password. */
export const passwordOptions = {
  passwordStdin: flag('Read the password from the first line of standard input'),
  plaintext: flag('Keep the clear text of the password too'),
};

/** The width of subscriber.password, which limits a password only where its clear text is kept. */
const MAX_CLEAR_TEXT = 64;
const MAX_LINE = 1024;

export interface PasswordOptions {
  /** The argument, as kamctl has it. */
  readonly password: string | undefined;
  readonly passwordStdin: boolean;
  readonly plaintext: boolean;
}

export interface NewPassword {
  /** The names of the columns that get a value. */
  readonly written: readonly string[];
  /** Computed for an account, because an HA1 holds its name and domain. */
  credentialsOf(account: Account): Promise<StoredPassword>;
}

/** Gets the new password from the argument, standard input or a hidden prompt. Throws USAGE, before any database is open. */
export async function newPassword(options: PasswordOptions, tools: Tools): Promise<NewPassword> {
  const keepClearText = options.plaintext || tools.settings.get('store-plaintext');
  const password = await obtain(options, tools);
  if (keepClearText) check(password, MAX_CLEAR_TEXT);
  return {
    written: keepClearText ? ['ha1', 'ha1b', 'password'] : ['ha1', 'ha1b'],
    async credentialsOf(account) {
      const { hashedPassword } = await import('./hashes.js');
      return { ...hashedPassword(account, password), password: keepClearText ? password : '' };
    },
  };
}

async function obtain({ password, passwordStdin }: PasswordOptions, tools: Tools): Promise<string> {
  if (password !== undefined && passwordStdin) {
    throw new Failure('USAGE', 'a password is given twice', 'leave out the argument or --password-stdin');
  }
  if (password !== undefined) return warned(password, tools);
  const typed = passwordStdin ? await readLine(tools.world.stdin, MAX_LINE) : await askTwice(tools);
  check(typed, MAX_LINE);
  return typed;
}

/** The process title hides it from `ps` (main.ts), but the shell's history keeps what a person types. */
function warned(password: string, tools: Tools): string {
  if (tools.world.stdin.isTTY) tools.note("your shell's history may keep that password; left out, it is asked for");
  return password;
}

async function askTwice(tools: Tools): Promise<string> {
  const first = await askHidden(tools.world, 'New password:');
  const second = await askHidden(tools.world, 'Once more:');
  if (first !== second) throw new Failure('USAGE', 'the two passwords differ, so nothing was changed');
  return first;
}

function check(password: string, limit: number): void {
  try {
    secret.parse(textUpTo(limit).parse(password));
  } catch (error) {
    throw new Failure('USAGE', `the password ${error instanceof Error ? error.message : 'is not valid'}`);
  }
}
