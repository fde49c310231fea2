import type { Flavour } from './flavour.js';
import { PatternError } from './pattern-error.js';

/** POSIX RE_DUP_MAX of glibc. */
const GLIBC_MAX = 32_767;
/** A subject has at most 256 bytes, so a longer repetition can not be meant. */
const STRICT_MAX = 255;

export interface Interval {
  readonly min: number;
  readonly max: number;
  /** Offset of the first byte after the interval. */
  readonly end: number;
}

/**
 * Reads `m}`, `m,}`, `m,n}`, `,n}` or `,}` whose opening brace is at `open` and whose content starts at `start`.
 * As in glibc the comma and the digit 0 may carry a backslash. Throws PatternError.
 */
export function readInterval(pattern: string, open: number, start: number, flavour: Flavour): Interval {
  const close = flavour.basic ? '\\}' : '}';
  const first = readNumber(pattern, start);
  let max = first.value;
  let at = first.end;
  const comma = commaAt(pattern, at);
  if (comma > 0) {
    const second = readNumber(pattern, at + comma);
    max = second.value ?? Number.POSITIVE_INFINITY;
    at = second.end;
  }
  if (!pattern.startsWith(close, at)) throw unreadable(pattern, open, close);
  const min = first.value ?? 0;
  if (max === undefined || min > max) throw new PatternError('invalid interval', open);
  refuseLarge(max === Number.POSITIVE_INFINITY ? min : max, open, flavour);
  return { min, max, end: at + close.length };
}

function readNumber(pattern: string, start: number): { value: number | undefined; end: number } {
  let value: number | undefined;
  let at = start;
  for (let length = digitAt(pattern, at); length > 0; length = digitAt(pattern, at)) {
    at += length;
    value = Math.min((value ?? 0) * 10 + Number(pattern[at - 1]), GLIBC_MAX + 1);
  }
  return { value, end: at };
}

function digitAt(pattern: string, at: number): number {
  const char = pattern[at];
  if (char === '\\') return pattern[at + 1] === '0' ? 2 : 0;
  return char !== undefined && char >= '0' && char <= '9' ? 1 : 0;
}

function commaAt(pattern: string, at: number): number {
  if (pattern[at] === ',') return 1;
  return pattern.startsWith('\\,', at) ? 2 : 0;
}

function unreadable(pattern: string, open: number, close: string): PatternError {
  const closed = pattern.includes(close, open + close.length);
  return new PatternError(closed ? 'invalid interval' : `interval without "${close}"`, open);
}

function refuseLarge(bound: number, open: number, flavour: Flavour): void {
  const limit = flavour.strict ? STRICT_MAX : GLIBC_MAX;
  if (bound > limit) throw new PatternError(`interval above ${limit}`, open);
}
