import { isHostName } from '../../config/host.js';
import { Invalid, integer, type Kind } from '../../config/kind.js';
import { formatIpv6, parseIpv4, parseIpv6 } from '../../util/ip.js';

/** A source address as typed into the address table. */
export interface SourceAddress {
  /** As it is stored: IPv4, or IPv6 in its shortest form without brackets, or a name in lower case. */
  readonly text: string;
  readonly family: 4 | 6 | 'name';
}

/** The width of address.ip_addr. */
const MAX_NAME = 50;

/**
 * An IPv4 or IPv6 address, or a domain name of at least two labels that ends in letters: Kamailio takes any other text
 * for a name, so that a mistyped address is stored and never matches.
 */
export const address: Kind<SourceAddress> = {
  word: 'address',
  parse(text) {
    if (parseIpv4(text) !== undefined) return { text, family: 4 };
    const groups = parseIpv6(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text);
    if (groups !== undefined) return ofGroups(groups);
    if (!isDomainName(text)) throw new Invalid('is not an IPv4 or IPv6 address');
    return { text: text.toLowerCase(), family: 'name' };
  },
};

/** An IPv4-mapped address is that IPv4 address, which is how the server sees its packets. */
function ofGroups(groups: readonly number[]): SourceAddress {
  const text = formatIpv6(groups);
  return { text, family: text.includes(':') ? 6 : 4 };
}

function isDomainName(text: string): boolean {
  const last = text.slice(text.lastIndexOf('.') + 1);
  return text.length <= MAX_NAME && last !== text && isHostName(text) && /^[a-z]{2,}$/i.test(last);
}

/** An address group. Kamailio's loader refuses a table with a group 0. */
export const group = integer(1, 2_147_483_647, 'group');

/** Bits of a network; `checkMask` knows how many its family has. */
export const mask = integer(1, 128, 'mask');

/** A source port; 0 is any. */
export const port = integer(0, 65_535, 'port');

/** The bits that a single address of this family has, which is its mask when none is given. */
export function hostBits(family: SourceAddress['family']): number {
  return family === 6 ? 128 : 32;
}
