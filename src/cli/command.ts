import type { Failure } from '../errors.js';
import type { ArgumentSpecs, OptionSpecs, Values } from './spec.js';
import type { Tools } from './tools.js';

/** What a command answers: a list, one thing, or nothing. Any JSON value when the command declares no columns. */
export type Data = unknown;

/** Data that is printed although the command failed: a ping that was refused, a check that found something. */
export class Report {
  constructor(
    readonly data: Data,
    readonly failure: Failure | undefined,
  ) {}
}

interface Declared<A extends ArgumentSpecs, O extends OptionSpecs> {
  /** `NOUN VERB`, or one word. */
  readonly name: string;
  /** kamctl's other spellings, whole: `add` for `subscriber add`. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly args: A;
  readonly options?: O;
  /** What is printed of the data, in this order, and nothing else; left out where the data has no shape of ours. */
  readonly columns?: readonly string[];
  /** Without the `sipctl` in front. */
  readonly examples: readonly string[];
  /** `live`: a running server must know; `plain`: it need not. Brings --yes and --dry-run, and --no-reload for `live`. */
  readonly writes?: 'live' | 'plain';
  /** Runs until it is stopped, and ends by itself on SIGINT and SIGTERM. */
  readonly foreground?: boolean;
  run(values: Values<A, O>, tools: Tools): Promise<Data>;
}

/** A command after its types have been checked. */
export interface Command extends Omit<Declared<ArgumentSpecs, OptionSpecs>, 'run' | 'options'> {
  readonly options: OptionSpecs;
  run(values: Readonly<Record<string, unknown>>, tools: Tools): Promise<Data>;
}

/** Declares a command. It returns data and prints nothing. */
export function defineCommand<const A extends ArgumentSpecs, const O extends OptionSpecs = Record<never, never>>(
  declared: Declared<A, O>,
): Command {
  const { run, options, ...rest } = declared;
  // program.ts fills the values from the same declaration that their type is computed from.
  return { ...rest, options: options ?? {}, run: (values, tools) => run(values as Values<A, O>, tools) };
}
