import {
  COLON,
  DIGIT,
  escapesAreWhole,
  HEX,
  is,
  isAll,
  OPAQUE,
  SEMICOLON,
  skip,
  TOKEN,
  URI_TAIL,
  USER,
} from '../chars.js';
import { hostEnd, portIn } from '../host.js';
import type { SipUri } from './types.js';

const QUESTION = 0x3f;

/**
 * Parses a URI (RFC 3261 19.1.1 and 25.1, RFC 3966 for `tel:`). Any scheme is accepted, and those other than sip, sips
 * and tel stay opaque, so that an unknown one can be answered with 416. Undefined when malformed: white space, control
 * characters, a second `@`, half an escape, an empty or impossible host, a port above 65535 (security: P6, P7).
 */
export function parseUri(text: string): SipUri | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0) return undefined;
  const scheme = text.slice(0, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSip(scheme, text, colon + 1);
  if (!isAll(text, 0, colon, TOKEN) || is(text.charCodeAt(0), DIGIT)) return undefined;
  if (!isAll(text, colon + 1, text.length, OPAQUE)) return undefined;
  return scheme === 'tel' ? parseTel(text) : opaque(scheme, text.slice(colon + 1));
}

function opaque(scheme: string, user: string): SipUri {
  return { scheme, user, password: undefined, host: '', port: undefined, params: '', headers: '' };
}

function parseTel(text: string): SipUri | undefined {
  const semicolon = text.indexOf(';');
  const end = semicolon < 0 ? text.length : semicolon;
  const number = text.slice(4, end);
  for (let p = 4; p < end; p++) {
    if (!is(text.charCodeAt(p), HEX) && !'+-.()*#'.includes(text.charAt(p))) return undefined;
  }
  if (number === '' || text.includes('@')) return undefined;
  return { ...opaque('tel', number), params: text.slice(end) };
}

function parseSip(scheme: string, text: string, start: number): SipUri | undefined {
  const end = text.length;
  const at = text.indexOf('@', start);
  let user = '';
  let password: string | undefined;
  let pos = start;
  if (at >= 0) {
    const userEnd = skip(text, start, at, USER);
    if (userEnd === start) return undefined;
    if (userEnd < at) {
      if (text.charCodeAt(userEnd) !== COLON || skip(text, userEnd + 1, at, USER) !== at) return undefined;
      password = text.slice(userEnd + 1, at);
    }
    user = text.slice(start, userEnd);
    pos = at + 1;
  }
  const afterHost = hostEnd(text, pos, end);
  if (afterHost < 0) return undefined;
  const host = text.slice(pos, afterHost);
  let port: number | undefined;
  let tail = afterHost;
  if (text.charCodeAt(tail) === COLON) {
    const afterPort = skip(text, tail + 1, end, DIGIT);
    port = portIn(text, tail + 1, afterPort);
    if (port === undefined) return undefined;
    tail = afterPort;
  }
  if (!isTail(text, tail, end) || !escapesAreWhole(text, start, end)) return undefined;
  const question = text.indexOf('?', tail);
  const params = question < 0 ? text.slice(tail) : text.slice(tail, question);
  return { scheme, user, password, host, port, params, headers: question < 0 ? '' : text.slice(question + 1) };
}

/** What follows host and port: nothing, or visible text that begins with `;` or `?`. */
function isTail(text: string, start: number, end: number): boolean {
  if (start === end) return true;
  const first = text.charCodeAt(start);
  return (first === SEMICOLON || first === QUESTION) && skip(text, start, end, URI_TAIL) === end;
}
