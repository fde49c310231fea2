import { hostKey, type SipUri, unescapeUser } from '../sip/uri.js';
import { lowerAscii } from '../util/ascii.js';

/** What is ours: the domain that we serve and the addresses that we listen on. */
export interface Local {
  /** The realm of our challenges and the domain of our users. */
  readonly domain: string;
  /** True for a Request-URI of our domain, or of an address and port that we listen on (Kamailio's `uri==myself`). */
  isOurs(uri: SipUri): boolean;
  /** True for the URI of one of our users in From and To, where phones leave out the port. */
  isOurUser(uri: SipUri): boolean;
}

/** Says whether we listen on a host and port; no port means 5060. */
export type IsListener = (host: string, port: number | undefined) => boolean;

/** Answers for one domain and the listeners with the given ports. */
export function localOf(domain: string, isListener: IsListener, ports: readonly number[]): Local {
  const key = hostKey(domain);
  const isSip = (uri: SipUri) => uri.scheme === 'sip' || uri.scheme === 'sips';
  const isOurs = (uri: SipUri) => isSip(uri) && (hostKey(uri.host) === key || isListener(uri.host, uri.port));
  return {
    domain,
    isOurs,
    isOurUser: (uri) => isOurs(uri) || (isSip(uri) && ports.some((port) => isListener(uri.host, port))),
  };
}

/**
 * The address of record of one of our users (RFC 3261 10.3 step 5): `user@domain` in lower case, whichever of our names
 * the URI was written with; undefined when the URI names no user.
 */
export function addressOfRecord(uri: SipUri, local: Local): string | undefined {
  if (uri.user === '') return undefined;
  return lowerAscii(`${unescapeUser(uri.user)}@${local.domain}`);
}
