import { type AddressEntry, hostBits, rowFaults } from './address-row.js';
import { parseIp } from './ip.js';

/** An entry as an administrator gives it; what is left out gets its default. */
export interface NewAddress {
  readonly grp: number;
  readonly ip_addr: string;
  readonly mask?: number | undefined;
  readonly port?: number | undefined;
  readonly tag?: string | null | undefined;
}

export interface CheckedAddress {
  /** What would be stored. A host has a mask of 32 or, for IPv6, 128. */
  readonly row: Omit<AddressEntry, 'id'>;
  /** Why it can not be stored: sentences, none for a sound entry. */
  readonly faults: readonly string[];
  /** What is legal and probably not meant. */
  readonly warnings: readonly string[];
}

/** Width of address.tag. */
const MAX_TAG = 64;

/** Examines an entry without a database. */
export function checkAddress(address: NewAddress): CheckedAddress {
  const family = parseIp(address.ip_addr)?.family ?? 0;
  const { grp, ip_addr, mask = hostBits(family), port = 0, tag = null } = address;
  const row = { grp, ip_addr, mask, port, tag };
  return { row, faults: [...rowFaults({ id: 0, ...row }), ...tagFaults(tag)], warnings: warningsOf(row, family) };
}

function tagFaults(tag: string | null): string[] {
  return tag !== null && tag.length > MAX_TAG ? [`the tag has more than ${MAX_TAG} characters`] : [];
}

function warningsOf({ ip_addr, mask, port }: Omit<AddressEntry, 'id'>, family: 0 | 4 | 6): string[] {
  const warnings: string[] = [];
  if (family === 0)
    warnings.push(`${ip_addr} is a name: names are not looked up, so that no source address matches it`);
  if (family === 6 && mask === 32) {
    warnings.push(`${ip_addr} with mask 32 is a network of 2^96 addresses: a single IPv6 host has mask 128`);
  }
  if (port !== 0) {
    warnings.push(`only packets from source port ${port} match, which peers on TCP and TLS never have: 0 is any port`);
  }
  return warnings;
}
