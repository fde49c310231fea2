import type { SipRequest } from '../sip/message.js';
import { hostKey, type SipUri } from '../sip/uri.js';

/** Where a request came from, as far as the registrar cares. */
export interface RegisterSource {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

/**
 * The URI to reach the phone by when its contact does not lead there: a NAT stands between (Kamailio's nat_uac_test
 * with the bits 1, 2 and 16, and fix_nated_register), or it holds a connection that we cannot open from our side.
 */
export function receivedUri(message: SipRequest, contact: SipUri, source: RegisterSource): string | undefined {
  const sameHost = hostKey(contact.host) === hostKey(source.address);
  if (!isNatted(message, contact, source) && (source.protocol === 'udp' || !sameHost)) return undefined;
  return sourceUri(source);
}

/** Where a request really came from, as a URI (Kamailio's fix_nated_register). */
export function sourceUri({ protocol, address, port }: RegisterSource): string {
  // WebSocket over TLS is `transport=ws` too (RFC 7118 5.2.2).
  const transport = protocol === 'udp' ? '' : `;transport=${protocol === 'wss' ? 'ws' : protocol}`;
  return `sip:${bracketed(address)}:${port}${transport}`;
}

function isNatted(message: SipRequest, contact: SipUri, source: RegisterSource): boolean {
  const via = message.topVia;
  if (via === undefined) return true;
  if (hostKey(via.host) !== hostKey(source.address)) return true;
  if ((via.port ?? 5060) !== source.port) return true;
  return isPrivate(contact.host) && hostKey(contact.host) !== hostKey(source.address);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** RFC 1918 and RFC 6598 addresses: not reachable from elsewhere. */
export function isPrivate(host: string): boolean {
  if (host.startsWith('10.') || host.startsWith('192.168.')) return true;
  const [first, second] = host.split('.', 2).map(Number);
  if (second === undefined) return false;
  return (first === 172 && second >= 16 && second < 32) || (first === 100 && second >= 64 && second < 128);
}

/**
 * True for a contact that would make us send to ourselves or to nobody (security: a registrar must not be a way to reach
 * this machine's own services). A phone on this machine may name its loopback address.
 */
export function isUnusableContact(contact: SipUri, source: RegisterSource): boolean {
  const host = hostKey(contact.host);
  if (host === '0.0.0.0' || host === '::') return true;
  const first = Number(host.split('.', 1)[0]);
  if (first >= 224 && first <= 255 && isIpv4(host)) return true;
  if (host.startsWith('ff') && host.includes(':')) return true;
  return isLoopback(host) && !isLoopback(hostKey(source.address));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isIpv4(host));
}

function isIpv4(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}
