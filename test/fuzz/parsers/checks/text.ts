import { ok } from 'node:assert/strict';

/** The lines of the input as latin1 text, `count` at most: what stands after the last line feed wanted is left out. */
export function linesOf(data: Buffer, count: number): string[] {
  return data.toString('latin1').split('\n', count);
}

/** The input as the value of a header field: no parser of values is ever given a line end. */
export function headerValue(data: Buffer): string {
  return data.toString('latin1').replace(/[\r\n]/g, ' ');
}

/** Nothing that is written into a message may end its line. */
export function noLineEnd(text: string): void {
  ok(!/[\r\n]/.test(text), 'a line end was slipped in');
}
