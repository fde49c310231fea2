import { createHmac, timingSafeEqual } from 'node:crypto';
import { Header } from '../sip/header.js';
import type { SipMessage, SipRequest } from '../sip/message.js';
import { parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri, uriParam } from '../sip/uri.js';
import { type Interface, interfaceUri, isSameInterface } from './interface.js';

/** What stands in the Route headers of a request. */
export interface RouteSet {
  /** How many values on top are ours, of which one or two (RFC 5658) were made by us for this dialog. */
  readonly own: number;
  /** True when one of ours carries the token that we gave to this dialog. */
  readonly genuine: boolean;
  /** The second of two of ours: the interface that the request leaves by (RFC 5658 5). */
  readonly outbound: SipUri | undefined;
  /** The values below ours. */
  readonly rest: readonly string[];
}

const TOKEN_OCTETS = 12;

/**
 * Record-Route and Route (RFC 3261 16.4, 16.12; RFC 5658). Each value carries a token over Call-ID and the caller's tag,
 * so that a request with an invented To tag does not pass as one of a dialog that went through here.
 */
export class RouteSets {
  readonly #secret: string;
  readonly #isOurs: (uri: SipUri) => boolean;

  constructor(secret: string, isOurs: (uri: SipUri) => boolean) {
    this.#secret = secret;
    this.#isOurs = isOurs;
  }

  /**
   * The Record-Route values for a request that forms a dialog, top first: two when it changes interface (RFC 5658).
   * `secure` when it goes to a `sips` URI (RFC 3261 16.6 step 4).
   */
  record(message: SipRequest, inbound: Interface, outbound: Interface, secure: boolean): string[] {
    const token = this.#token(message.callId ?? '', message.fromTag ?? '').toString('base64url');
    if (isSameInterface(inbound, outbound)) return [`<${interfaceUri(inbound, secure)};lr;did=${token}>`];
    return [outbound, inbound].map((at) => `<${interfaceUri(at, secure)};r2=on;lr;did=${token}>`);
  }

  read(message: SipMessage): RouteSet {
    const values = message.list(Header.Route);
    let own = 0;
    let genuine = false;
    let last: SipUri | undefined;
    for (const value of values) {
      const uri = parseUri(parseNameAddr(value)?.uriText ?? '');
      if (uri === undefined || !this.#isOurs(uri)) break;
      own += 1;
      last = uri;
      genuine ||= this.#isGenuine(uriParam(uri, 'did'), message);
    }
    return { own, genuine, outbound: own > 1 ? last : undefined, rest: values.slice(own) };
  }

  /** The token is over the tag of whoever began the dialog, who may be on either side of this request. */
  #isGenuine(token: string | undefined, message: SipMessage): boolean {
    if (token === undefined) return false;
    const given = Buffer.from(token, 'base64url');
    if (given.length !== TOKEN_OCTETS) return false;
    return [message.fromTag, message.toTag].some(
      (tag) => tag !== undefined && timingSafeEqual(given, this.#token(message.callId ?? '', tag)),
    );
  }

  #token(callId: string, tag: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${callId}\n${tag}`).digest().subarray(0, TOKEN_OCTETS);
  }
}
