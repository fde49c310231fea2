import { z } from 'zod';

/** What a running server can be asked: one entry of methods.ts. */
export interface Method<P extends z.ZodRawShape, R extends z.ZodType> {
  readonly summary: string;
  /** `write` changes what the server does or holds. */
  readonly access: 'read' | 'write';
  /** The order of the keys is the order of positional parameters. */
  readonly params: z.ZodObject<P, z.core.$strict>;
  /** The last parameter takes all positional values from its place on, as a list. */
  readonly rest: boolean;
  readonly result: R;
}

interface Declared<P extends z.ZodRawShape, R extends z.ZodType> {
  summary: string;
  access: 'read' | 'write';
  params: P;
  rest?: boolean;
  result: R;
}

/** Declares a method. */
export function method<P extends z.ZodRawShape, R extends z.ZodType>(declared: Declared<P, R>): Method<P, R> {
  return { ...declared, rest: declared.rest ?? false, params: z.strictObject(declared.params) };
}

/** Text; a number counts too, because kamctl and kamcmd send `100` as a number even where a user is meant. */
export const text = z.union([z.string().max(1024), z.number().transform(String)]);
