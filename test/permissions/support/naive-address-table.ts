import type { AddressEntry } from '../../../src/permissions/address-table.js';
import { formatIpv6, parseIpv4, parseIpv6 } from '../../../src/util/ip.js';

/** Kamailio's look-up as sip-behaviour 3 tells it, row by row over bit strings. */
export function naiveFind(
  rows: readonly AddressEntry[],
  group: number | undefined,
  address: string,
  port: number,
): AddressEntry | undefined {
  const bits = bitsOf(address);
  const open = rows.filter((row) => row.port === 0 || row.port === port);
  const mine = open.filter((row) => group === undefined || row.grp === group);
  const hosts = mine.filter((row) => isHost(row) && bitsOf(row.ip_addr) === bits);
  const networks = mine.filter((row) => !isHost(row) && holds(row, bits));
  return hosts.at(-1) ?? networks.sort((one, other) => one.grp - other.grp)[0];
}

function holds(row: AddressEntry, bits: string): boolean {
  const network = bitsOf(row.ip_addr);
  return network.length === bits.length && network.slice(0, row.mask) === bits.slice(0, row.mask);
}

function isHost({ ip_addr, mask }: AddressEntry): boolean {
  return mask === 0 || mask === bitsOf(ip_addr).length;
}

/** The address as 32 or 128 digits; IPv4-mapped IPv6 as IPv4. */
function bitsOf(text: string): string {
  const groups = parseIpv6(text);
  const plain = groups === undefined ? text : formatIpv6(groups);
  const octets = parseIpv4(plain);
  return octets === undefined ? digits(groups ?? [], 16) : digits(octets, 8);
}

function digits(parts: readonly number[], width: number): string {
  return parts.map((part) => part.toString(2).padStart(width, '0')).join('');
}
