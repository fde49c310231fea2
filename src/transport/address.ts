import { isIPv4, isIPv6 } from 'node:net';
import { parseIpv6 } from '../util/ip.js';

const MAPPED = '::ffff:';

/** The address as the rest of the program compares it: without zone (`%eth0`), IPv4-mapped IPv6 as IPv4. */
export function plainAddress(address: string): string {
  const zone = address.indexOf('%');
  const plain = zone < 0 ? address : address.slice(0, zone);
  const isMapped = plain.startsWith(MAPPED) && plain.includes('.');
  return isMapped ? plain.slice(MAPPED.length) : plain;
}

/** The host part of a URI or Via for a numeric address: IPv6 in brackets. */
export function uriHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** The address in the host part of a URI or Via, or `undefined` when that is a name. */
export function addressOfHost(host: string): string | undefined {
  if (isIPv4(host)) return host;
  const inner = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return isIPv6(inner) ? inner : undefined;
}

/** The 4 or 16 octets of a numeric address; none of anything else. */
export function addressOctets(address: string): number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  return parseIpv6(address)?.flatMap((group) => [group >> 8, group & 255]) ?? [];
}

/** 4 or 6, of a numeric address. */
export function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/**
 * Whether a numeric address may be one host: not unspecified, multicast or broadcast. What is sent to any of those
 * reaches hosts that did not ask for it (or, for 0.0.0.0, ourselves).
 */
export function isUnicast(address: string): boolean {
  if (address.includes(':')) return address !== '::' && !/^ff/i.test(address);
  const first = Number.parseInt(address, 10);
  return first > 0 && first < 224;
}

/**
 * Whether the text may be looked up as a name. Its top label begins with a letter (RFC 3261 25.1): getaddrinfo would
 * take 127.1 and 0x7f000001 for addresses, past every check of numeric hosts.
 */
export function isHostName(host: string): boolean {
  const end = host.endsWith('.') ? host.length - 1 : host.length;
  if (end < 1 || end > 253 || !/^[a-z0-9_.-]+$/i.test(host)) return false;
  return /[a-z]/i.test(host.charAt(host.lastIndexOf('.', end - 1) + 1));
}
