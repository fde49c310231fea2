import { DIGIT, decimal, isAll, skip, TOKEN, WSP } from './chars.js';

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** Parses a CSeq value (RFC 3261 20.16). Undefined when malformed or when the number needs more than 32 bits (P14). */
export function parseCSeq(value: string): CSeq | undefined {
  const digitsEnd = skip(value, 0, value.length, DIGIT);
  const number = decimal(value, 0, digitsEnd, 0xffff_ffff);
  const method = skip(value, digitsEnd, value.length, WSP);
  if (number === undefined || method === digitsEnd || !isAll(value, method, value.length, TOKEN)) return undefined;
  return { number, method: value.slice(method) };
}
