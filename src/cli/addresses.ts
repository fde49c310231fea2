import { Failure } from '../errors.js';
import { formatIpv6, parseIpv4, parseIpv6 } from '../util/ip.js';
import { hostBits, type SourceAddress } from './kinds/address.js';

export const ADDRESS_COLUMNS = ['id', 'grp', 'ip_addr', 'mask', 'port', 'tag'];

/** Throws USAGE when the mask has more bits than the address. */
export function checkMask({ text, family }: SourceAddress, bits: number): void {
  const most = hostBits(family);
  if (bits <= most) return;
  throw new Failure('USAGE', `mask: '${bits}' is more than the ${most} bits of ${text}`);
}

/** What a person may not expect of an entry, as Kamailio and sipctl understand it. */
export function remarks(address: SourceAddress, bits: number, port: number): string[] {
  const remarks: string[] = [];
  if (address.family === 'name')
    remarks.push(`${address.text} is a name, and names are not looked up: no call matches`);
  const network = networkOf(address, bits);
  if (network !== address.text)
    remarks.push(`${address.text} with mask ${bits} is the whole network ${network}/${bits}`);
  if (port !== 0) remarks.push(`only requests that come from source port ${port} match; port 0 is any`);
  return remarks;
}

/** The address with every bit beyond the mask cleared. */
export function networkOf({ text, family }: SourceAddress, bits: number): string {
  if (family === 'name') return text;
  if (family === 4) return (parseIpv4(text) ?? []).map((octet, i) => octet & kept(bits - i * 8, 8)).join('.');
  return formatIpv6((parseIpv6(text) ?? []).map((part, i) => part & kept(bits - i * 16, 16)));
}

/** A mask of the first `bits` of `width` bits. */
function kept(bits: number, width: number): number {
  const ones = Math.min(Math.max(bits, 0), width);
  return (2 ** ones - 1) * 2 ** (width - ones);
}
