import { Failure } from '../errors.js';
import { FAULT, RpcFault } from './fault.js';
import { type Handlers, isMethodName, METHODS, type MethodName } from './methods.js';
import { readParams } from './params.js';
import { errorLine, idOf, type RpcRequest, readRequest, resultLine } from './wire.js';

/** Told about an error that is no Failure, that is a bug: the caller only learns that there was one. */
export type BugReport = (error: unknown, method: string) => void;

/** Answers one line with one line. Never throws. */
export async function answerLine(line: string, handlers: Handlers, bug: BugReport): Promise<string> {
  let request: RpcRequest;
  try {
    request = readRequest(line);
  } catch (error) {
    return errorLine(idOf(line), error);
  }
  return answerRequest(request, handlers, bug);
}

async function answerRequest(request: RpcRequest, handlers: Handlers, bug: BugReport): Promise<string> {
  const { id, method, params } = request;
  try {
    if (!isMethodName(method)) throw methodNotFound();
    return resultLine(id, await call(method, handlers, params));
  } catch (error) {
    if (!(error instanceof Failure)) bug(error, method);
    return errorLine(id, error);
  }
}

function call(name: MethodName, handlers: Handlers, params: RpcRequest['params']): unknown {
  // Parameters and handler come from the same entry of the declaration; TypeScript can not relate the two unions.
  const handler = handlers[name] as (params: unknown) => unknown;
  return handler(readParams(name, METHODS[name], params));
}

function methodNotFound(): Failure {
  const hint = 'system.listMethods names them all';
  return new RpcFault(FAULT.METHOD_NOT_FOUND, 'USAGE', 'Method Not Found', hint);
}
