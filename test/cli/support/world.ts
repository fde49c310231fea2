import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runCli } from '../../../src/cli/run.js';
import type { World } from '../../../src/cli/world.js';
import { textOf } from '../../support/text-of.js';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  /** Is standard output a terminal? */
  readonly terminal?: boolean;
  /** What stands on standard input; nothing when left out. */
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** A world without anything of the machine's in it: settings, database and socket are inside `home`. */
export function worldIn(
  home: string,
  circumstances: Circumstances = {},
): World & { stdout: PassThrough; stderr: PassThrough } {
  const stdin = new PassThrough();
  stdin.end(circumstances.stdin ?? '');
  return {
    stdin,
    stdout: Object.assign(new PassThrough(), { isTTY: circumstances.terminal === true }),
    stderr: new PassThrough(),
    env: { SIPCTL_DOMAIN: 'example.org', SIPCTL_SOCKET: join(home, 'sock'), ...circumstances.env },
    cwd: circumstances.cwd ?? home,
    home,
    root: false,
    signals: new EventEmitter(),
  };
}

/** Runs a command line in this process, on an SQLite database inside `home`. */
export function cliIn(home: string) {
  return async (argv: readonly string[], circumstances: Circumstances = {}): Promise<Outcome> => {
    const world = worldIn(home, circumstances);
    const status = await runCli(argv, world);
    return { status, stdout: textOf(world.stdout), stderr: textOf(world.stderr) };
  };
}

/** A command line as a shell splits it: blanks, and quotes of both kinds. */
export function splitWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
}
