import { Failure, messageOf } from '../errors.js';
import { FAULT, faultNumber, isFailureCode, RpcFault } from './fault.js';

/**
 * JSON-RPC 2.0, one message a line. As with Kamailio, a request without an id is answered too (with id null), and
 * batches are not taken.
 */
export type RequestId = string | number | null;

export interface RpcRequest {
  readonly id: RequestId;
  readonly method: string;
  /** By position or by name; undefined when left out. */
  readonly params: readonly unknown[] | Readonly<Record<string, unknown>> | undefined;
}

interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly code: string; readonly hint?: string | undefined; readonly details?: unknown };
}

/** Reads one line. Throws RpcFault: -32700 for what is not JSON, -32600 for what is no request. */
export function readRequest(line: string): RpcRequest {
  const document = parseJson(line);
  if (!isObject(document)) throw invalidRequest('a request is one JSON object');
  if (document.jsonrpc !== '2.0') throw invalidRequest('"jsonrpc" must be "2.0"');
  const { id = null, method, params } = document;
  if (!isId(id)) throw invalidRequest('"id" must be text, a number or null');
  if (typeof method !== 'string') throw invalidRequest('"method" must be text');
  if (params !== undefined && !Array.isArray(params) && !isObject(params)) {
    throw invalidRequest('"params" must be an array or an object');
  }
  return { id, method, params };
}

/** The id of a line that is no request, as far as one can be made out, so that the fault finds its caller. */
export function idOf(line: string): RequestId {
  try {
    const document: unknown = JSON.parse(line);
    return isObject(document) && isId(document.id) ? document.id : null;
  } catch {
    // The line is not JSON: JSON-RPC 2.0 section 5 wants null then.
    return null;
  }
}

export function requestLine(id: RequestId, method: string, params: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

export function resultLine(id: RequestId, result: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', result: result ?? {}, id })}\n`;
}

/** A Failure crosses with code, message, hint and details; anything else is a bug and crosses without its text. */
export function errorLine(id: RequestId, error: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', error: errorObject(error), id })}\n`;
}

function errorObject(error: unknown): RpcError {
  if (!(error instanceof Failure)) return { code: FAULT.INTERNAL, message: 'Internal error' };
  const { code, message, hint, details } = error;
  return { code: faultNumber(error), message, data: { code, hint, details } };
}

export type RpcReply =
  | { readonly id: RequestId; readonly result: unknown }
  | { readonly id: RequestId; readonly failure: Failure };

/** Reads a reply, also one of a server that is not ours. Throws UNREACHABLE for what is no reply. */
export function readReply(line: string): RpcReply {
  const document = parseReply(line);
  const id = isId(document.id) ? document.id : null;
  if (isObject(document.error)) return { id, failure: failureOf(document.error) };
  if (!('result' in document)) throw notAReply('it has neither a result nor an error');
  return { id, result: document.result };
}

function parseReply(line: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch (error) {
    throw notAReply(messageOf(error));
  }
  if (!isObject(document)) throw notAReply('it is no object');
  return document;
}

/** An error without our data comes from another server or from a bug in ours: it refused, and that is all there is to know. */
function failureOf(error: Record<string, unknown>): Failure {
  const data = isObject(error.data) ? error.data : {};
  const message = typeof error.message === 'string' ? error.message : 'the server refused and did not say why';
  const number = typeof error.code === 'number' ? error.code : FAULT.INTERNAL;
  const hint = typeof data.hint === 'string' ? data.hint : undefined;
  return new RpcFault(number, isFailureCode(data.code) ? data.code : 'UNREACHABLE', message, hint, data.details);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new RpcFault(FAULT.PARSE_ERROR, 'USAGE', `not JSON: ${messageOf(error)}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is RequestId {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function invalidRequest(sentence: string): RpcFault {
  return new RpcFault(FAULT.INVALID_REQUEST, 'USAGE', sentence);
}

function notAReply(why: string): Failure {
  return new Failure('UNREACHABLE', `the server's answer is no JSON-RPC reply: ${why}`);
}
