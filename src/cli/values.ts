import { Invalid, type Kind } from '../config/kind.js';
import { Failure } from '../errors.js';
import type { Command } from './command.js';
import type { ArgumentSpec } from './spec.js';

/** The texts of the command line: arguments in their order, options by the key they are declared with. */
export interface Texts {
  readonly args: readonly (string | readonly string[] | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Reads the arguments and options of a command. Throws USAGE naming the first that is not valid. */
export function readValues(command: Command, texts: Texts): Record<string, unknown> {
  const hint = `sipctl ${command.name} --help shows how`;
  const values: Record<string, unknown> = {};
  for (const [i, [name, spec]] of Object.entries(command.args).entries()) {
    values[name] = readArgument(name, spec, texts.args[i], hint);
  }
  for (const [name, spec] of Object.entries(command.options)) {
    const text = texts.options[name];
    if ('flag' in spec) values[name] = text === true;
    else values[name] = typeof text === 'string' ? readText(`--${kebab(name)}`, spec.kind, text, hint) : undefined;
  }
  return values;
}

function readArgument(name: string, spec: ArgumentSpec, given: Texts['args'][number], hint: string): unknown {
  if ('many' in spec) return [given ?? []].flat().map((text) => readText(name, spec.many, text, hint));
  const kind = 'optional' in spec ? spec.optional : spec;
  return typeof given === 'string' ? readText(name, kind, given, hint) : undefined;
}

function readText(name: string, kind: Kind<unknown>, text: string, hint: string): unknown {
  try {
    return kind.parse(text);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    const shown = kind.secret ? 'the value' : `'${text.slice(0, 100)}'`;
    throw new Failure('USAGE', `${name}: ${shown} ${error.message}`, hint);
  }
}

/** `passwordStdin` -> `password-stdin` */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
