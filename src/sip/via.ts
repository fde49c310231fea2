import { COLON, is, SEMICOLON, SLASH, skip, TOKEN, trimEnd, WSP } from './chars.js';
import { hostEnd, portIn } from './host.js';
import { ParamCursor } from './params.js';

/** One Via value (RFC 3261 20.42). */
export interface Via {
  /** Transport in upper case: UDP, TCP, TLS, WS, WSS, or any other token. */
  readonly protocol: string;
  /** As written; IPv6 with brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  readonly received: string | undefined;
  /** '' when present without a value (RFC 3581). */
  readonly rport: string | undefined;
  readonly maddr: string | undefined;
  /** Raw parameters with the leading `;`. */
  readonly params: string;
}

/** Parses one Via element, white space and unknown protocols accepted; undefined when malformed (security: P6). */
export function parseVia(element: string): Via | undefined {
  const end = trimEnd(element, 0, element.length);
  const name = skip(element, 0, end, WSP);
  const version = afterSlash(element, name, end);
  const transport = version < 0 ? -1 : afterSlash(element, version, end);
  if (transport < 0) return undefined;
  const transportEnd = skip(element, transport, end, TOKEN);
  const hostStart = skip(element, transportEnd, end, WSP);
  if (transportEnd === transport || hostStart === transportEnd) return undefined;
  const afterHost = hostEnd(element, hostStart, end);
  if (afterHost < 0) return undefined;
  const protocol = element.slice(transport, transportEnd).toUpperCase();
  return withSentBy(element, protocol, element.slice(hostStart, afterHost), afterHost, end);
}

/** Skips `token SWS "/" SWS`; the position after it, or -1. */
function afterSlash(text: string, start: number, end: number): number {
  const tokenEnd = skip(text, start, end, TOKEN);
  const slash = skip(text, tokenEnd, end, WSP);
  if (tokenEnd === start || slash >= end || text.charCodeAt(slash) !== SLASH) return -1;
  return skip(text, slash + 1, end, WSP);
}

function withSentBy(element: string, protocol: string, host: string, afterHost: number, end: number): Via | undefined {
  let tail = skip(element, afterHost, end, WSP);
  let port: number | undefined;
  if (tail < end && element.charCodeAt(tail) === COLON) {
    const digits = skip(element, tail + 1, end, WSP);
    tail = digits;
    while (tail < end && element.charCodeAt(tail) !== SEMICOLON && !is(element.charCodeAt(tail), WSP)) tail++;
    port = portIn(element, digits, tail);
    if (port === undefined) return undefined;
    tail = skip(element, tail, end, WSP);
  }
  return withParams(element, protocol, host, port, tail, end);
}

function withParams(
  element: string,
  protocol: string,
  host: string,
  port: number | undefined,
  start: number,
  end: number,
): Via | undefined {
  let branch: string | undefined;
  let received: string | undefined;
  let rport: string | undefined;
  let maddr: string | undefined;
  const cursor = new ParamCursor(element, start, end);
  while (cursor.advance()) {
    if (cursor.isNamed('branch')) branch ??= cursor.value;
    else if (cursor.isNamed('received')) received ??= cursor.value;
    else if (cursor.isNamed('rport')) rport ??= cursor.value;
    else if (cursor.isNamed('maddr')) maddr ??= cursor.value;
  }
  if (cursor.malformed) return undefined;
  return { protocol, host, port, branch, received, rport, maddr, params: element.slice(start, end) };
}

/**
 * The Via element with `received` and `rport` as the packet's source says, whatever the client wrote there (RFC 3261
 * 18.2.1, RFC 3581 section 4, security: R6); all other parameters byte for byte. `element` has passed `parseVia`, and
 * `params` is what that found.
 */
export function stampedVia(element: string, params: string, address: string, port: number): string {
  let out = element.slice(0, trimEnd(element, 0, element.length) - params.length);
  const cursor = new ParamCursor(params, 0, params.length);
  while (cursor.advance()) {
    if (!cursor.isNamed('received') && !cursor.isNamed('rport')) out += params.slice(cursor.start, cursor.next);
  }
  return `${out};rport=${port};received=${address}`;
}
