import { formatIpv6, parseIpv6 } from '../util/ip.js';
import { decimal, HOST, skip } from './chars.js';

const OPEN = 0x5b;

/**
 * The position after the host that begins at `start`: a name, an IPv4 address or an IPv6 reference with its brackets
 * (RFC 3261 25.1; `_` is accepted because names in the field have it). -1 when there is none (security: P6).
 */
export function hostEnd(text: string, start: number, end: number): number {
  if (text.charCodeAt(start) !== OPEN) {
    const after = skip(text, start, end, HOST);
    return after === start ? -1 : after;
  }
  const close = text.indexOf(']', start);
  if (close < 0 || close >= end) return -1;
  return ipv6Groups(text.slice(start + 1, close)) === undefined ? -1 : close + 1;
}

/** A port number in `text[start..end)`; undefined when it is none. */
export function portIn(text: string, start: number, end: number): number | undefined {
  return decimal(text, start, end, 65535);
}

/** RFC 5118 4.10: the grammar of RFC 3261 allowed three colons before an embedded IPv4 address; be liberal. */
function ipv6Groups(text: string): number[] | undefined {
  return parseIpv6(text.includes('.') ? text.replace(':::', '::') : text);
}

/**
 * A host in the form in which hosts are compared: lower case, no brackets, IPv6 canonical (RFC 5952), an IPv4-mapped
 * address as IPv4, no final dot. Accepts IPv6 with and without brackets.
 */
export function hostKey(host: string): string {
  const inner = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (inner.includes(':')) {
    const groups = ipv6Groups(inner);
    if (groups !== undefined) return formatIpv6(groups);
  }
  const lower = inner.toLowerCase();
  return lower.length > 1 && lower.endsWith('.') ? lower.slice(0, -1) : lower;
}
