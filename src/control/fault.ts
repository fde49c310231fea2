import { EXIT_STATUS, Failure, type FailureCode } from '../errors.js';

/** The numbers of JSON-RPC 2.0, and of Kamailio's RPC where it has one of its own. */
export const FAULT = {
  PARSE_ERROR: -32_700,
  INVALID_REQUEST: -32_600,
  INVALID_PARAMS: -32_602,
  INTERNAL: -32_603,
  /** Kamailio answers an unknown method with 500, not with -32601. */
  METHOD_NOT_FOUND: 500,
} as const;

const NUMBER_OF: Readonly<Record<FailureCode, number>> = {
  FAILED: 500,
  USAGE: 400,
  NOT_FOUND: 404,
  DENIED: 403,
  CONFLICT: 409,
  FINDINGS: 500,
  UNREACHABLE: 500,
  DATABASE: 500,
  CONFIG: 500,
  INTERRUPTED: 500,
};

/** A Failure whose number on the wire is given, for handlers that answer with one of Kamailio's own faults. */
export class RpcFault extends Failure {
  constructor(
    readonly number: number,
    code: FailureCode,
    message: string,
    hint?: string,
    details?: unknown,
  ) {
    super(code, message, hint, details);
  }
}

export function faultNumber(failure: Failure): number {
  return failure instanceof RpcFault ? failure.number : NUMBER_OF[failure.code];
}

export function isFailureCode(text: unknown): text is FailureCode {
  return typeof text === 'string' && Object.hasOwn(EXIT_STATUS, text);
}
