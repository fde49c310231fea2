import { isIPv4, isIPv6 } from 'node:net';
import { Invalid, type Kind } from './kind.js';

/** `ADDRESS[:PORT]` of a name server, numeric, IPv6 in brackets where a port follows. */
export const dnsServer: Kind<string> = {
  word: 'address:port',
  parse(text) {
    if (isGlobalIpv6(text)) return text;
    const colon = text.lastIndexOf(':');
    const hasPort = colon > text.lastIndexOf(']');
    const host = hasPort ? text.slice(0, colon) : text;
    const isBracketed = host.startsWith('[') && host.endsWith(']') && isGlobalIpv6(host.slice(1, -1));
    if (!isIPv4(host) && !isBracketed) throw new Invalid('must be the numeric address of a name server');
    if (hasPort && !isPort(text.slice(colon + 1))) throw new Invalid('must end in a port from 1 to 65535');
    return text;
  },
};

/** Node forgets the zone of a link-local address. */
function isGlobalIpv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

/** Node ends the process for port 0. */
function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= 65_535;
}
