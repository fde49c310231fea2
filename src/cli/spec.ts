import type { Kind } from '../config/kind.js';

/** What a command takes: a bare kind is a required argument. */
export type ArgumentSpec = Kind<unknown> | OptionalArgument<unknown> | ManyArguments<unknown>;

export interface OptionalArgument<T> {
  readonly optional: Kind<T>;
}

export interface ManyArguments<T> {
  readonly many: Kind<T>;
}

/** An argument that may be left out; everything after it may be, too. */
export function optional<T>(kind: Kind<T>): OptionalArgument<T> {
  return { optional: kind };
}

/** All arguments from here on, perhaps none. */
export function many<T>(kind: Kind<T>): ManyArguments<T> {
  return { many: kind };
}

export type OptionSpec = ValueOption<unknown> | FlagOption;

export interface ValueOption<T> {
  readonly kind: Kind<T>;
  readonly summary: string;
}

export interface FlagOption {
  readonly flag: true;
  readonly summary: string;
}

export function option<T>(kind: Kind<T>, summary: string): ValueOption<T> {
  return { kind, summary };
}

export function flag(summary: string): FlagOption {
  return { flag: true, summary };
}

export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ArgumentValue<S> =
  S extends OptionalArgument<infer T>
    ? T | undefined
    : S extends ManyArguments<infer T>
      ? readonly T[]
      : S extends Kind<infer T>
        ? T
        : never;

type OptionValue<S> = S extends ValueOption<infer T> ? T | undefined : boolean;

/** What a command's `run` gets. */
export type Values<A extends ArgumentSpecs, O extends OptionSpecs> = {
  readonly [K in keyof A]: ArgumentValue<A[K]>;
} & { readonly [K in keyof O]: OptionValue<O[K]> };
