import type { z } from 'zod';
import { FAULT, RpcFault } from './fault.js';
import type { Method } from './method.js';
import type { RpcRequest } from './wire.js';

type AnyMethod = Method<z.ZodRawShape, z.ZodType>;

/**
 * Reads the parameters of a request, positional as kamctl sends them or named. Throws RpcFault -32602 with a sentence
 * that names the parameter.
 */
export function readParams(name: string, method: AnyMethod, given: RpcRequest['params']): unknown {
  const named = nameParams(name, method, given ?? []);
  const read = method.params.safeParse(named);
  if (read.success) return read.data;
  throw invalid(name, read.error.issues.map(sentenceOf).join('; '));
}

function nameParams(name: string, method: AnyMethod, given: NonNullable<RpcRequest['params']>): object {
  const keys = Object.keys(method.params.shape);
  const last = method.rest ? keys.at(-1) : undefined;
  if (!Array.isArray(given)) return last === undefined ? given : { [last]: [], ...given };
  if (last !== undefined) return byPosition(keys, [...given.slice(0, keys.length - 1), given.slice(keys.length - 1)]);
  if (given.length > keys.length) throw invalid(name, `takes at most ${keys.length} parameters, not ${given.length}`);
  return byPosition(keys, given);
}

function byPosition(keys: readonly string[], values: readonly unknown[]): object {
  return Object.fromEntries(values.map((value, i) => [keys[i], value]));
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

function invalid(name: string, sentence: string): RpcFault {
  return new RpcFault(FAULT.INVALID_PARAMS, 'USAGE', `${name}: ${sentence}`);
}
