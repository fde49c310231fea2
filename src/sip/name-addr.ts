import { COMMA, GREATER, is, LESS, QUOTE, SEMICOLON, skip, trimEnd, WSP } from './chars.js';
import { areParams, quotedEnd, unquote } from './params.js';

export { headerParam, splitList } from './params.js';

/** The value of From, To, Contact, Route and their like (RFC 3261 20.10). */
export interface NameAddr {
  /** Display name, without quotes and with quoted pairs resolved; '' when there is none. */
  readonly display: string;
  /** The URI exactly as received, without angle brackets. It is not parsed yet. */
  readonly uriText: string;
  /** Raw header parameters with the leading `;`, '' when there are none. */
  readonly params: string;
}

/**
 * Parses one name-addr or addr-spec with its header parameters. In the form without `<>` the parameters belong to the
 * header, and the URI may hold no comma and no question mark (RFC 3261 20). Undefined when malformed; a list is malformed.
 */
export function parseNameAddr(value: string): NameAddr | undefined {
  const start = skip(value, 0, value.length, WSP);
  const end = trimEnd(value, start, value.length);
  if (value.charCodeAt(start) === QUOTE) {
    const after = quotedEnd(value, start, end);
    const angle = after < 0 ? -1 : skip(value, after, end, WSP);
    if (angle < 0 || angle >= end || value.charCodeAt(angle) !== LESS) return undefined;
    return bracketed(value, unquote(value.slice(start, after)), angle, end);
  }
  const angle = value.indexOf('<', start);
  const semicolon = value.indexOf(';', start);
  if (angle < 0 || (semicolon >= 0 && semicolon < angle)) return bare(value, start, end);
  if (!isDisplayName(value, start, angle)) return undefined;
  return bracketed(value, value.slice(start, trimEnd(value, start, angle)), angle, end);
}

/** Tokens and white space by the grammar; phones also send other octets, of which only the dangerous ones are refused. */
function isDisplayName(text: string, start: number, end: number): boolean {
  for (let p = start; p < end; p++) {
    const c = text.charCodeAt(p);
    if (c === COMMA || c === QUOTE || c === GREATER || c === 0x3a || c === 0x5c) return false;
  }
  return true;
}

function bracketed(value: string, display: string, angle: number, end: number): NameAddr | undefined {
  const close = value.indexOf('>', angle);
  if (close < 0 || close === angle + 1) return undefined;
  const uriText = value.slice(angle + 1, close);
  if (uriText.includes('<')) return undefined;
  const params = skip(value, close + 1, end, WSP);
  if (!areParams(value, params, end)) return undefined;
  return { display, uriText, params: value.slice(params, end) };
}

function bare(value: string, start: number, end: number): NameAddr | undefined {
  let p = start;
  for (; p < end; p++) {
    const c = value.charCodeAt(p);
    if (c === SEMICOLON || is(c, WSP)) break;
    if (c === COMMA || c === QUOTE || c === GREATER || c === 0x3f) return undefined;
  }
  const params = skip(value, p, end, WSP);
  if (p === start || !areParams(value, params, end)) return undefined;
  // `sip:a;b@c` would be one URI to one reader and host `a` to another.
  if (value.indexOf('@', params) >= 0) return undefined;
  return { display: '', uriText: value.slice(start, p), params: value.slice(params, end) };
}
