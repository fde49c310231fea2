import { decimal } from './chars.js';
import { Header, type HeaderId, headerNameOf, isSingle } from './header.js';
import { type SipMessage, SipRequest, type SipResponse } from './message.js';
import { type NameAddr, parseNameAddr } from './name-addr.js';
import { countParam } from './params.js';
import { parseUri, type SipUri } from './uri.js';

/** Why a request is not processed. */
export interface Refusal {
  /** 0: drop silently. */
  readonly status: number;
  readonly reason: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** 2^32-1, the limit of CSeq and Expires (RFC 3261 20.16, 20.19; security: P14). */
const MAX_UINT32 = 0xffff_ffff;

const MANDATORY: readonly HeaderId[] = [Header.From, Header.To, Header.CallId, Header.CSeq];

/**
 * Validates a request before anything is done with it (RFC 3261 16.3 items 1 and 2, Kamailio's sanity_check with the
 * standard's replies). Undefined when it may be processed. An ACK, and a request without a usable Via or CSeq, is refused
 * with status 0. Not checked here: Max-Forwards, Proxy-Require. `maxSize` counts octets.
 */
export function checkRequest(request: SipRequest, options: { maxSize?: number } = {}): Refusal | undefined {
  const reason =
    versionFault(request) ?? sizeFault(request, options.maxSize) ?? faultOf(request) ?? requestFault(request);
  if (reason === undefined) return undefined;
  const silent = request.method === 'ACK' || request.topVia === undefined || request.indexOf(Header.CSeq) < 0;
  return silent ? { status: 0, reason: reason.reason } : reason;
}

/** Whether a response may be processed; one that may not is dropped (RFC 3261 18.3, 16.7). */
export function checkResponse(response: SipResponse): boolean {
  return response.topVia !== undefined && faultOf(response) === undefined;
}

function bad(reason: string): Refusal {
  return { status: 400, reason };
}

function versionFault(request: SipRequest): Refusal | undefined {
  if (request.version.toUpperCase() === 'SIP/2.0') return undefined;
  return { status: 505, reason: 'Version Not Supported' };
}

function sizeFault(request: SipRequest, maxSize: number | undefined): Refusal | undefined {
  if (maxSize === undefined || request.text.length <= maxSize) return undefined;
  return { status: 403, reason: 'Message too large' };
}

/** What must hold for requests and responses alike. */
function faultOf(message: SipMessage): Refusal | undefined {
  const repeated = repeatedSingle(message);
  if (repeated !== undefined) return bad(`Repeated ${headerNameOf(repeated)}`);
  if (message.topVia === undefined) return bad('Bad Via');
  for (const id of MANDATORY) if (message.indexOf(id) < 0) return bad(`Missing ${headerNameOf(id)}`);
  if (message.callId === undefined) return bad('Bad Call-ID');
  return (
    addressFault(message.from, message.fromUri, 'From') ??
    addressFault(message.to, message.toUri, 'To') ??
    cseqFault(message) ??
    lengthFault(message)
  );
}

/** Header fields that may stand once and stand twice, in compact or full form (security: P4). */
function repeatedSingle(message: SipMessage): HeaderId | undefined {
  let seen = 0;
  for (let i = 0; i < message.headerCount; i++) {
    const id = message.id(i);
    if (!isSingle(id)) continue;
    if ((seen & (1 << id)) !== 0) return id;
    seen |= 1 << id;
  }
  return undefined;
}

function addressFault(address: NameAddr | undefined, uri: SipUri | undefined, name: string): Refusal | undefined {
  if (address === undefined || uri === undefined) return bad(`Invalid ${name} Header`);
  return countParam(address.params, 'tag') > 1 ? bad(`Invalid ${name} Header`) : undefined;
}

function cseqFault(message: SipMessage): Refusal | undefined {
  if (message.cseq === undefined) return bad('CSeq number is illegal');
  if (message instanceof SipRequest && message.cseq.method !== message.method) {
    return bad('CSeq method does not match request method');
  }
  return undefined;
}

/** RFC 3261 18.3: a body shorter than declared is refused; a longer one was cut by the parser. */
function lengthFault(message: SipMessage): Refusal | undefined {
  const length = message.declaredLength;
  if (length === undefined || length === message.text.length - message.bodyStart) return undefined;
  return bad('Content-Length mis-match');
}

function requestFault(request: SipRequest): Refusal | undefined {
  const { uri } = request;
  if (uri === undefined) return bad('Bad Request URI');
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips' && uri.scheme !== 'tel') {
    return { status: 416, reason: 'Unsupported URI Scheme' };
  }
  const expires = request.first(Header.Expires);
  if (expires !== undefined && decimal(expires, 0, expires.length, MAX_UINT32) === undefined) {
    return bad('Expires value is illegal');
  }
  return request.method === 'REGISTER' ? contactFault(request) : undefined;
}

/** Only a registrar must understand Contact; a proxy passes what it does not understand (RFC 4475 3.1.2.13). */
function contactFault(request: SipRequest): Refusal | undefined {
  for (const contact of request.list(Header.Contact)) {
    if (contact === '*') continue;
    const address = parseNameAddr(contact);
    if (address === undefined || parseUri(address.uriText) === undefined) return bad('Invalid Contact Header');
  }
  return undefined;
}
