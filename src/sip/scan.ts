import { BACKSLASH, COLON, decimal, is, LF, LWS, QUOTE, skip, TOKEN, trimEnd, WSP } from './chars.js';
import { Header, headerIdOf } from './header.js';

/** Limits of one message (security: P11). */
export const MAX_HEADER = 8192;
export const MAX_HEADERS = 200;

/** `STRIDE` numbers for each header field, in the order of the message; the names below are their places. */
export type HeaderIndex = number[];
export const STRIDE = 6;
export const ID = 0;
export const LINE_START = 1;
export const NAME_END = 2;
export const VALUE_START = 3;
export const VALUE_END = 4;
export const LINE_END = 5;

export interface HeaderScan {
  readonly index: HeaderIndex;
  /** First octet of the body; -1 when no empty line ends the header fields. */
  readonly bodyStart: number;
  /** Why the message is malformed, if it is. Lines that cannot be trusted are not in the index. */
  readonly problem: string | undefined;
  /** Some header field is folded or has white space before its colon: normalise before use (security: P1, P3). */
  readonly untidy: boolean;
}

/**
 * Indexes the header fields from `start`, the octet after the start line, in one pass that copies nothing.
 * Bare CR, bare LF and bare NUL in the header, and a name that is no token, are problems (security: P2, P3).
 */
export function scanHeaders(text: string, start: number): HeaderScan {
  const index: HeaderIndex = [];
  let problem: string | undefined;
  let untidy = false;
  let nul = text.indexOf('\0', start);
  for (let pos = start; ; ) {
    // V8 searches for one octet natively, several times faster than a loop over charCodeAt.
    let cr = text.indexOf('\r', pos);
    if (cr < 0) return { index, bodyStart: -1, problem: problem ?? 'No empty line after the headers', untidy };
    if (cr === pos && text.charCodeAt(pos + 1) === LF) return { index, bodyStart: pos + 2, problem, untidy };
    let fault: string | undefined;
    if (text.indexOf('\n', pos) !== cr + 1 || is(text.charCodeAt(cr + 2), WSP)) {
      const line = difficultLine(text, pos);
      if (line.cr < 0) return { index, bodyStart: -1, problem: problem ?? 'No empty line after the headers', untidy };
      cr = line.cr;
      fault = line.bare ? 'Bare CR or LF in header' : undefined;
      untidy = true;
    }
    if (nul >= 0 && nul < pos) nul = text.indexOf('\0', pos);
    if (nul >= 0 && nul < cr && hasBareNul(text, pos, cr)) fault ??= 'NUL in header';
    const nameEnd = skip(text, pos, cr, TOKEN);
    const colon = skip(text, nameEnd, cr, WSP);
    if (nameEnd === pos || text.charCodeAt(colon) !== COLON) fault ??= 'Bad header name';
    if (cr - pos > MAX_HEADER) fault ??= 'Header too large';
    if (index.length === MAX_HEADERS * STRIDE) fault ??= 'Too many headers';
    if (fault === undefined) {
      untidy ||= colon !== nameEnd;
      const valueStart = skip(text, colon + 1, cr, LWS);
      index.push(headerIdOf(text, pos, nameEnd), pos, nameEnd, valueStart, trimEnd(text, valueStart, cr, LWS), cr + 2);
    } else problem ??= fault;
    pos = cr + 2;
  }
}

/** A line with a fold in it, or with a CR or LF that belongs to no CRLF: where its last CRLF is (-1 for nowhere). */
function difficultLine(text: string, pos: number): { cr: number; bare: boolean } {
  let bare = false;
  let from = pos;
  for (;;) {
    const cr = text.indexOf('\r\n', from);
    if (cr < 0) return { cr, bare };
    const lf = text.indexOf('\n', from);
    bare ||= lf !== cr + 1 || text.indexOf('\r', from) !== cr;
    if (!is(text.charCodeAt(cr + 2), WSP)) return { cr, bare };
    from = cr + 2;
  }
}

/**
 * Whether a NUL stands in a line outside a quoted pair. The grammar allows it there and nowhere else (RFC 3261 25.1), and
 * RFC 4475 3.1.1.2 sends one.
 */
function hasBareNul(text: string, start: number, end: number): boolean {
  let quoted = false;
  for (let p = start; p < end; p++) {
    const c = text.charCodeAt(p);
    if (c === 0) return true;
    if (c === QUOTE) quoted = !quoted;
    else if (c === BACKSLASH && quoted) p++;
  }
  return false;
}

/**
 * The declared length of the body: undefined when there is no Content-Length, -1 when it is repeated (even with the
 * same value), negative, signed, not decimal or absurd (security: P8, P9).
 */
export function declaredLength(text: string, index: HeaderIndex): number | undefined {
  let length: number | undefined;
  for (let at = 0; at < index.length; at += STRIDE) {
    if (index[at] !== Header.ContentLength) continue;
    if (length !== undefined) return -1;
    length = decimal(text, index[at + VALUE_START] ?? 0, index[at + VALUE_END] ?? 0, 0xffff_ffff) ?? -1;
  }
  return length;
}
