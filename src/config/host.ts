import { parseIpv6 } from '../util/ip.js';
import { Invalid, type Kind } from './kind.js';

/** The width of Kamailio's `domain` columns. */
const MAX_DOMAIN = 64;

/** One to 63 letters, digits, underscores or hyphens, no hyphen at either end. */
function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9_-]+$/i.test(text) && !text.startsWith('-') && !text.endsWith('-');
}

/** Is this a host name as in RFC 1123, underscores allowed, or an IPv4 address? */
export function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').every(isLabel);
}

function isBracketedIpv6(text: string): boolean {
  return text.startsWith('[') && text.endsWith(']') && parseIpv6(text.slice(1, -1)) !== undefined;
}

/**
 * The domain of a user: a host name, an IPv4 address or an IPv6 address in brackets, in lower case because host names
 * are compared without regard to case (RFC 3261 section 19.1.4) and an HA1 is not.
 */
export const domainName: Kind<string> = {
  word: 'domain',
  parse(text) {
    if (text.length > MAX_DOMAIN) throw new Invalid(`is longer than ${MAX_DOMAIN} characters`);
    if (!isHostName(text) && !isBracketedIpv6(text)) throw new Invalid('is not a host name or an IP address');
    return text.toLowerCase();
  },
};
