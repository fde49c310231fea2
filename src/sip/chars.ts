/** Character classes of RFC 3261 section 25.1 over octets, as one table so that a test is a load and a mask. */
export const TOKEN = 1;
export const WSP = 2;
export const DIGIT = 4;
export const HEX = 8;
/** Octets of a user or password, and those that phones put there although they should be escaped. */
export const USER = 16;
/** Octets of URI parameters and URI headers: whatever is visible and cannot end or nest a URI. */
export const URI_TAIL = 32;
export const HOST = 64;
/** Octets of an unquoted header parameter. */
export const PARAM = 128;
/** The same without `=`. */
export const PARAM_NAME = 1024;
/** What stands between the elements of a list: commas and white space. */
export const LIST_GAP = 2048;
/** White space and the line ends of folds. */
export const LWS = 4096;
/** Octets of a URI whose scheme is not known. */
export const OPAQUE = 256;
/** Visible octets: no control character and no space. */
export const VISIBLE = 512;

const CLASS = new Uint16Array(256);

function mark(octets: string, bit: number): void {
  for (let i = 0; i < octets.length; i++) {
    const c = octets.charCodeAt(i);
    CLASS[c] = (CLASS[c] ?? 0) | bit;
  }
}

function range(from: number, to: number, except = ''): string {
  let octets = '';
  for (let c = from; c <= to; c++) if (!except.includes(String.fromCharCode(c))) octets += String.fromCharCode(c);
  return octets;
}

const ALPHANUM = range(0x30, 0x39) + range(0x41, 0x5a) + range(0x61, 0x7a);
const HIGH = range(0x80, 0xff);

mark(`${ALPHANUM}-.!%*_+\`'~`, TOKEN);
mark(' \t', WSP);
mark(' \t\r\n', LWS);
mark(' \t,', LIST_GAP);
mark(range(0x30, 0x39), DIGIT);
mark('0123456789abcdefABCDEF', HEX);
mark(`${ALPHANUM}-_.!~*'()&=+$,;?/%#[]{}|^\`${HIGH}`, USER);
mark(range(0x21, 0x7e, '<>"@') + HIGH, URI_TAIL);
mark(range(0x21, 0x7e, '<>"') + HIGH, OPAQUE);
mark(`${ALPHANUM}-._`, HOST);
mark(range(0x21, 0x7e, ';,<>"') + HIGH, PARAM);
mark(range(0x21, 0x7e, ';,<>"=') + HIGH, PARAM_NAME);
mark(range(0x21, 0x7e) + HIGH, VISIBLE);

export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const BACKSLASH = 0x5c;

/** Whether an octet is in a class; false for NaN (past the end) and for anything that is no octet. */
export function is(octet: number, mask: number): boolean {
  return ((CLASS[octet] ?? 0) & mask) !== 0;
}

/** The first position from `start` whose octet is not in the class. */
export function skip(text: string, start: number, end: number, mask: number): number {
  let p = start;
  while (p < end && is(text.charCodeAt(p), mask)) p++;
  return p;
}

/** The end of `text[start..end)` without trailing octets of the class, white space unless said otherwise. */
export function trimEnd(text: string, start: number, end: number, mask: number = WSP): number {
  let p = end;
  while (p > start && is(text.charCodeAt(p - 1), mask)) p--;
  return p;
}

/** Whether `text[start..end)` is not empty and all of one class. */
export function isAll(text: string, start: number, end: number, mask: number): boolean {
  return end > start && skip(text, start, end, mask) === end;
}

/** Whether every `%` in `text[start..end)` is followed by two hex digits (RFC 3261 25.1, `escaped`). */
export function escapesAreWhole(text: string, start: number, end: number): boolean {
  for (let p = text.indexOf('%', start); p >= 0 && p < end; p = text.indexOf('%', p + 1)) {
    if (p + 3 > end || !isAll(text, p + 1, p + 3, HEX)) return false;
  }
  return true;
}

function fold(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}

/** Whether `text[start..end)` equals a lower-case ASCII word, letters compared without case. */
export function equalsFolded(text: string, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) if (fold(text.charCodeAt(start + i)) !== lower.charCodeAt(i)) return false;
  return true;
}

/**
 * The decimal number in `text[start..end)`, digits only: no sign, no `0x`, no blanks (security: P8).
 * Undefined when it is none or larger than `max`; leading zeros are legal and harmless.
 */
export function decimal(text: string, start: number, end: number, max: number): number | undefined {
  if (end <= start) return undefined;
  let n = 0;
  for (let p = start; p < end; p++) {
    const c = text.charCodeAt(p);
    if (!is(c, DIGIT)) return undefined;
    n = n * 10 + c - 0x30;
    if (n > max) return undefined;
  }
  return n;
}
